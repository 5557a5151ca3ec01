import type { DirectoryId, RunId } from '../../domain/index.js';
import { type Database, writeShortly } from './database.js';

const RUNS_OF_A_PAGE = 500;

/** Neither going on nor waiting for somebody, and not the one that a later run compares itself with. */
const OVER =
  "run.outcome NOT IN ('RUNNING', 'HELD') AND run.finished_at < ? AND NOT EXISTS (SELECT 1 FROM " +
  'directory_freshness fresh WHERE fresh.current_run = run.id)';

/** @returns how many records were deleted. */
export async function forgetRuns(database: Database, before: Date, keep: number): Promise<number> {
  const directories = await database.read((session) =>
    session.select<{ id: DirectoryId }>(
      'SELECT DISTINCT directory_id AS id FROM synchronisation_run',
    ),
  );
  let deleted = 0;
  for (const { id } of directories) deleted += await forgetOf(database, id, before, keep);
  return deleted;
}

async function forgetOf(
  database: Database,
  directory: DirectoryId,
  before: Date,
  keep: number,
): Promise<number> {
  const [oldestKept] = await database.read((session) =>
    session.select<{ id: RunId }>(
      'SELECT id FROM synchronisation_run WHERE directory_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?',
      [directory, keep - 1],
    ),
  );
  if (!oldestKept) return 0;
  for (let deleted = 0; ; ) {
    const ids = await database.read((session) =>
      session.select<{ id: RunId }>(
        `SELECT run.id FROM synchronisation_run run WHERE run.directory_id = ? AND run.id < ? AND ${OVER} ` +
          `ORDER BY run.id LIMIT ${RUNS_OF_A_PAGE}`,
        [directory, oldestKept.id, before.getTime()],
      ),
    );
    if (ids.length > 0) {
      await writeShortly(database, (session) =>
        session.runListed(
          `DELETE FROM synchronisation_run WHERE id ${session.dialect.inList}`,
          [],
          ids.map(({ id }) => id),
        ),
      );
    }
    deleted += ids.length;
    if (ids.length < RUNS_OF_A_PAGE) return deleted;
  }
}
