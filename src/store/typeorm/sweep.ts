import type { GenerationId } from '../../domain/index.js';
import { type Database, writeShortly } from './database.js';
import { deleteAll } from './delete-all.js';
import type { Session } from './session.js';

/** What a generation has rows in, with the columns that tell its rows apart. */
const TABLES = [
  { table: 'membership', key: ['generation', 'group_id', 'user_id'] },
  { table: 'nesting', key: ['generation', 'parent_id', 'child_id'] },
  { table: 'directory_user', key: ['generation', 'id'] },
  { table: 'directory_group', key: ['generation', 'id'] },
];

/** Neither in force nor in the making: its directory is gone or has no run that still works. */
const DEAD =
  'NOT EXISTS (SELECT 1 FROM directory WHERE directory.generation = made.id) AND ' +
  'NOT EXISTS (SELECT 1 FROM synchronisation_run run ' +
  "WHERE run.directory_id = made.directory_id AND run.outcome = 'RUNNING')";

/** @returns rows deleted. */
export async function sweep(database: Database): Promise<number> {
  const candidates = await database.read((session) =>
    session.select<{ id: GenerationId }>(`SELECT made.id FROM generation made WHERE ${DEAD}`),
  );
  let deleted = 0;
  for (const { id } of candidates) {
    if (!(await writeShortly(database, (session) => condemn(session, id)))) continue;
    deleted += await deleteRows(database, id);
    await writeShortly(database, (session) => session.rows('generation').delete({ id }));
  }
  return deleted;
}

/**
 * Marks a generation before its first row goes, under the lock that writers to it and the switch to
 * it take too: a run that was thought dead and goes on finds its generation gone.
 */
async function condemn(session: Session, id: GenerationId): Promise<boolean> {
  const { forUpdate } = session.dialect;
  const locked = await session.select(`SELECT id FROM generation WHERE id = ?${forUpdate}`, [id]);
  if (locked.length === 0) return false;
  const dead = await session.select(
    `SELECT made.id FROM generation made WHERE made.id = ? AND ${DEAD}`,
    [id],
  );
  if (dead.length === 0) return false;
  await session.rows('generation').update({ id }, { condemned: true });
  return true;
}

async function deleteRows(database: Database, generation: GenerationId): Promise<number> {
  let deleted = 0;
  for (const { table, key } of TABLES) {
    deleted += await deleteAll(database, { table, key, condition: 'generation = ?' }, [generation]);
  }
  return deleted;
}
