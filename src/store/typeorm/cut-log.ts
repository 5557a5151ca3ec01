import type { Revision } from '../../domain/index.js';
import type { LogCut } from '../upkeep-store.js';
import { type Database, writeShortly } from './database.js';
import { deleteAll } from './delete-all.js';
import { readRevision } from './read-settings.js';
import type { Session } from './session.js';

const REVISIONS_OF_A_PAGE = 1_000;

/** The log is whole after this revision. */
export async function readCut(session: Session): Promise<Revision> {
  const [cut] = await session.select<{ revision: Revision }>(
    'SELECT revision FROM log_cut WHERE id = 1',
  );
  return cut.revision;
}

/** First the word that the log is cut off, then the entries: a reader who misses some finds the word. */
export async function cutLog(database: Database, before: Date): Promise<LogCut> {
  const found = await database.read(readCut);
  const oldest = await lastBefore(database, found, before);
  if (oldest > found) {
    await writeShortly(database, (session) =>
      session.run('UPDATE log_cut SET revision = ? WHERE id = 1 AND revision < ?', [
        oldest,
        oldest,
      ]),
    );
  }
  const condition = 'revision <= ?';
  const deleted = await deleteAll(
    database,
    { table: 'change_log', key: ['revision', 'ordinal'], condition },
    [oldest],
  );
  await deleteAll(database, { table: 'revision', key: ['revision'], condition }, [oldest]);
  return { oldest, deleted };
}

/** The last revision up to which all were made before `before`; the newest one stays. */
async function lastBefore(database: Database, from: Revision, before: Date): Promise<Revision> {
  const newest = await database.read(readRevision);
  for (let last = from; ; ) {
    const page = await database.read((session) =>
      session.select<{ revision: Revision; at: number }>(
        'SELECT revision, at FROM revision WHERE revision > ? AND revision < ? ' +
          `ORDER BY revision LIMIT ${REVISIONS_OF_A_PAGE}`,
        [last, newest],
      ),
    );
    const young = page.findIndex(({ at }) => at >= before.getTime());
    const old = young < 0 ? page : page.slice(0, young);
    last = old.at(-1)?.revision ?? last;
    if (old.length < REVISIONS_OF_A_PAGE) return last;
  }
}
