import { type Directory, type DirectoryId, GatehouseError } from '../../domain/index.js';
import {
  deleteEdges,
  type Edge,
  type EdgeTable,
  edgeKey,
  insertEdges,
  presentEdges,
} from './edge-rows.js';
import { requireDirectory } from './require-directory.js';
import type { Scope } from './scope.js';

type Owner = Pick<Directory, 'id' | 'generation'>;

/** Adds the edges that are not there yet. @throws GatehouseError `NOT_FOUND` for an unknown end. */
export async function addEdges(
  scope: Scope,
  table: EdgeTable,
  directoryId: DirectoryId,
  given: readonly Edge[],
): Promise<void> {
  const directory = await requireDirectory(scope.session, directoryId);
  const edges = distinct(given);
  const present = await presentEdges(scope.session, table, directory.generation, edges);
  const absent = edges.filter((edge) => !present.has(edgeKey(edge)));
  await recordEdges(scope, table, directory, absent, 'Added');
  await insertEdges(scope.session, table, directory.generation, absent);
}

/** Removes the edges that are there. */
export async function removeEdges(
  scope: Scope,
  table: EdgeTable,
  directoryId: DirectoryId,
  given: readonly Edge[],
): Promise<void> {
  const directory = await requireDirectory(scope.session, directoryId);
  const edges = distinct(given);
  const present = await presentEdges(scope.session, table, directory.generation, edges);
  await removePresentEdges(
    scope,
    table,
    directory,
    edges.filter((edge) => present.has(edgeKey(edge))),
  );
}

/** Removes edges that are known to be there, while both their ends still are. */
export async function removePresentEdges(
  scope: Scope,
  table: EdgeTable,
  directory: Owner,
  edges: readonly Edge[],
): Promise<void> {
  await recordEdges(scope, table, directory, edges, 'Removed');
  await deleteEdges(scope.session, table, directory.generation, edges);
}

/** Records edges by the names of their ends. @throws GatehouseError `NOT_FOUND`. */
async function recordEdges(
  scope: Scope,
  table: EdgeTable,
  { id, generation }: Owner,
  edges: readonly Edge[],
  what: 'Added' | 'Removed',
): Promise<void> {
  const names = async (kind: 'user' | 'group', ids: readonly number[]) => {
    const rows = await scope.session.selectListed<{ id: number; name: string }>(
      `SELECT id, name FROM directory_${kind} ` +
        `WHERE generation = ? AND id ${scope.session.dialect.inList}`,
      [generation],
      [...new Set(ids)],
    );
    const byId = new Map(rows.map((row) => [row.id, row.name]));
    return (end: number): string => {
      const name = byId.get(end);
      if (name === undefined) throw new GatehouseError('NOT_FOUND', { kind, name: String(end) });
      return name;
    };
  };
  const above = await names(
    'group',
    edges.map(([group]) => group),
  );
  const below = await names(
    table.kindBelow,
    edges.map(([, member]) => member),
  );
  const changes = edges.map(([group, member]) =>
    table.change(what, id, above(group), below(member)),
  );
  for (const change of changes) scope.record(change);
}

function distinct(edges: readonly Edge[]): Edge[] {
  return [...new Map(edges.map((edge) => [edgeKey(edge), edge])).values()];
}
