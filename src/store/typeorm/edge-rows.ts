import type { Change, DirectoryId, GenerationId, GroupId, UserId } from '../../domain/index.js';
import { parts, type Session } from './session.js';

/** An edge as two ids: group and user, or parent and child. */
export type Edge = readonly [GroupId, number];

/** A table of direct edges: who is a member of which group. */
export interface EdgeTable {
  readonly table: 'membership' | 'nesting';
  /** Column of the group that has the member. */
  readonly above: 'group_id' | 'parent_id';
  /** Column of the member. */
  readonly below: 'user_id' | 'child_id';
  readonly kindBelow: 'user' | 'group';
  /** The entry of the log, which tells edges by names. */
  change(what: 'Added' | 'Removed', directoryId: DirectoryId, above: string, below: string): Change;
}

export const MEMBERSHIPS: EdgeTable = {
  table: 'membership',
  above: 'group_id',
  below: 'user_id',
  kindBelow: 'user',
  change: (what, directoryId, group, user) => {
    return { kind: `Membership${what}`, directoryId, group, user };
  },
};

export const NESTINGS: EdgeTable = {
  table: 'nesting',
  above: 'parent_id',
  below: 'child_id',
  kindBelow: 'group',
  change: (what, directoryId, parent, child) => {
    return { kind: `Nesting${what}`, directoryId, parent, child };
  },
};

/** Edges one statement compares: as many tables as MySQL has to join from one text. */
const EDGES_PER_STATEMENT = 500;

export function insertEdges(
  session: Session,
  { table, above, below }: EdgeTable,
  generation: GenerationId,
  edges: readonly Edge[],
): Promise<void> {
  const rows = edges.map(([one, other]) => [generation, one, other]);
  return session.insert(table, ['generation', above, below], rows, { passOver: true });
}

/** Which of the edges are there, as keys of `edgeKey`. */
export async function presentEdges(
  session: Session,
  { table, above, below }: EdgeTable,
  generation: GenerationId,
  edges: readonly Edge[],
): Promise<Set<string>> {
  const { dialect } = session;
  const present = new Set<string>();
  for (const part of parts(edges, EDGES_PER_STATEMENT)) {
    const rows = await session.select<{ one: GroupId; other: number }>(
      `SELECT listed.one, listed.other FROM ${dialect.pairs(part.length)} listed ` +
        `${dialect.orderedJoin} ${table} edge ON edge.generation = ? ` +
        `AND edge.${above} = listed.one AND edge.${below} = listed.other`,
      [...dialect.pairsParameters(part), generation],
    );
    for (const { one, other } of rows) present.add(edgeKey([one, other]));
  }
  return present;
}

export async function deleteEdges(
  session: Session,
  { table, above, below }: EdgeTable,
  generation: GenerationId,
  edges: readonly Edge[],
): Promise<void> {
  const { dialect } = session;
  for (const part of parts(edges, EDGES_PER_STATEMENT)) {
    await session.run(dialect.deletePairs(table, above, below, part.length), [
      ...dialect.pairsParameters(part),
      generation,
    ]);
  }
}

/** Edges one of whose ends is among `ids`, ordered. */
export async function edgesAt(
  session: Session,
  { table, above, below }: EdgeTable,
  end: 'above' | 'below',
  generation: GenerationId,
  ids: readonly (GroupId | UserId)[],
): Promise<Edge[]> {
  const column = end === 'above' ? above : below;
  const rows = await session.selectListed<{ one: GroupId; other: number }>(
    `SELECT ${above} AS one, ${below} AS other FROM ${table} ` +
      `WHERE generation = ? AND ${column} ${session.dialect.inList}`,
    [generation],
    ids,
  );
  // Sorted here: for the sake of an ORDER BY, SQLite would rather read the whole directory in order.
  return rows
    .map(({ one, other }): Edge => [one, other])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** Whether an edge is in force in any directory. */
export async function isEdge(
  session: Session,
  { table, above, below }: EdgeTable,
  [one, other]: Edge,
): Promise<boolean> {
  const rows = await session.select<{ id: DirectoryId }>(
    `SELECT owner.id FROM directory owner ${session.dialect.orderedJoin} ${table} edge ` +
      `ON edge.generation = owner.generation AND edge.${above} = ? AND edge.${below} = ?`,
    [one, other],
  );
  return rows.length > 0;
}

export function edgeKey([one, other]: Edge): string {
  return `${one} ${other}`;
}
