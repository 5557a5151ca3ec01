import {
  type AuditDifference,
  DifferenceTally,
  type GenerationId,
  nameKey,
} from '../../domain/index.js';
import type { Database } from './database.js';
import { type EdgeTable, MEMBERSHIPS, NESTINGS } from './edge-rows.js';
import { GROUPS, USERS } from './named-rows.js';

/** SQLite's driver holds up the process for some milliseconds. */
const EDGES_OF_A_PAGE = 2_000;
/** Of each directory's users and groups, at random. */
const NAMES_OF_A_SAMPLE = 1_000;

const EDGE_KINDS = [
  { edges: MEMBERSHIPS, tableBelow: USERS.table, kind: 'MEMBERSHIPS_WITHOUT_ENDS' },
  { edges: NESTINGS, tableBelow: GROUPS.table, kind: 'NESTINGS_WITHOUT_ENDS' },
] as const;

/**
 * What no constraint of the database sees to. Each statement judges by itself, so changes between two
 * of them do no harm: an edge and its ends come and go in one transaction, and the edges of a swept
 * generation go before its users and groups.
 */
export async function rowDifferences(database: Database): Promise<AuditDifference[]> {
  const tally = new DifferenceTally();
  const inForce = await database.read((session) =>
    session.select<{ generation: GenerationId }>('SELECT generation FROM directory'),
  );
  for (const { generation } of inForce) {
    for (const edges of EDGE_KINDS) await findLooseEdges(database, edges, generation, tally);
    for (const { table } of [USERS, GROUPS]) await checkKeys(database, table, generation, tally);
  }
  for (const { table } of [MEMBERSHIPS, NESTINGS, USERS, GROUPS]) {
    await findStrayRows(database, table, tally);
  }
  return tally.list();
}

async function findLooseEdges(
  database: Database,
  { edges, tableBelow, kind }: (typeof EDGE_KINDS)[number],
  generation: GenerationId,
  tally: DifferenceTally,
): Promise<void> {
  const { table, above, below }: EdgeTable = edges;
  const after = `edge.generation = ? AND edge.${above} >= ? AND (edge.${above} > ? OR edge.${below} > ?)`;
  const order = `ORDER BY edge.${above}, edge.${below}`;
  const missing = (named: string, column: string) =>
    `NOT EXISTS (SELECT 1 FROM ${named} held WHERE held.generation = edge.generation ` +
    `AND held.id = edge.${column})`;
  for (let [one, other] = [0, 0]; ; ) {
    const from = [generation, one, one, other];
    const [end] = await database.read((session) =>
      session.select<{ one: number; other: number }>(
        `SELECT edge.${above} AS one, edge.${below} AS other FROM ${table} edge WHERE ${after} ` +
          `${order} LIMIT 1 OFFSET ${EDGES_OF_A_PAGE - 1}`,
        from,
      ),
    );
    const upTo = end ? ` AND edge.${above} <= ? AND (edge.${above} < ? OR edge.${below} <= ?)` : '';
    const loose = await database.read((session) =>
      session.select<{ one: number; other: number }>(
        `SELECT edge.${above} AS one, edge.${below} AS other FROM ${table} edge WHERE ${after}${upTo} ` +
          `AND (${missing(GROUPS.table, above)} OR ${missing(tableBelow, below)}) ${order}`,
        end ? [...from, end.one, end.one, end.other] : from,
      ),
    );
    for (const edge of loose) tally.add(kind, `${edge.one} > ${edge.other}`);
    if (!end) return;
    [one, other] = [end.one, end.other];
  }
}

async function checkKeys(
  database: Database,
  table: string,
  generation: GenerationId,
  tally: DifferenceTally,
): Promise<void> {
  const rows = await database.read(async (session) => {
    const [ids] = await session.select<{ first: number | null; last: number }>(
      `SELECT MIN(id) AS first, MAX(id) AS last FROM ${table} WHERE generation = ?`,
      [generation],
    );
    if (ids.first === null) return [];
    const spare = Math.max(0, ids.last - ids.first + 1 - NAMES_OF_A_SAMPLE);
    return session.select<{ id: number; name: string; name_key: unknown }>(
      `SELECT id, name, name_key FROM ${table} WHERE generation = ? AND id >= ? ` +
        `ORDER BY id LIMIT ${NAMES_OF_A_SAMPLE}`,
      [generation, ids.first + Math.floor(Math.random() * (spare + 1))],
    );
  });
  for (const { id, name, name_key } of rows) {
    if (database.dialect.keyFrom(name_key) !== nameKey(name)) tally.add('NAME_KEYS', String(id));
  }
}

/** Rows whose generation nobody knows: no sweep would ever find them. */
async function findStrayRows(
  database: Database,
  table: string,
  tally: DifferenceTally,
): Promise<void> {
  for (let last = 0; ; ) {
    const [{ generation }] = await database.read((session) =>
      session.select<{ generation: number | null }>(
        `SELECT MIN(generation) AS generation FROM ${table} WHERE generation > ?`,
        [last],
      ),
    );
    if (generation === null) return;
    last = generation;
    const known = await database.read((session) =>
      session.select('SELECT 1 FROM generation WHERE id = ?', [generation]),
    );
    if (known.length > 0) continue;
    // A sweep deletes the rows before it forgets the generation: then nothing is left here.
    const [{ count }] = await database.read((session) =>
      session.select<{ count: number }>(
        `SELECT COUNT(*) AS count FROM ${table} WHERE generation = ?`,
        [generation],
      ),
    );
    if (count > 0) tally.add('ROWS_OF_NO_GENERATION', `${table} of ${generation}`, count);
  }
}
