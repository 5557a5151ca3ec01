import type { Change, Revision } from '../../domain/index.js';
import type { Resumption } from '../store.js';
import { readCut } from './cut-log.js';
import { toSettings } from './map-rows.js';
import { readRevision, readScheme, readState } from './read-settings.js';
import { readDirectories, readReloaded } from './read-snapshot.js';
import type { Session } from './session.js';

/** Entries of a page: SQLite's driver holds up the process for some milliseconds. */
const ENTRIES_OF_A_PAGE = 1_000;

export async function readResumption(
  session: Session,
  from: Revision,
  atMost: number,
): Promise<Resumption | null> {
  if (from < (await readCut(session))) return null;
  if (await hasMoreAfter(session, from, atMost)) return null;
  const revision = await readRevision(session);
  const { first, changes } = await readChangesAfter(session, from);
  // Revisions have no gaps: what begins with another one does not follow from this state.
  if ((first ?? revision + 1) !== from + 1) return null;
  return {
    revision,
    changes,
    reloaded: await readReloaded(session, changes),
    settings: toSettings(await readState(session)),
    scheme: await readScheme(session),
    directories: await readDirectories(session),
  };
}

/** Whether there are more than `count` entries after `revision`. */
async function hasMoreAfter(session: Session, revision: Revision, count: number): Promise<boolean> {
  const rows = await session.select(
    'SELECT revision FROM change_log WHERE revision > ? ORDER BY revision, ordinal LIMIT 1 OFFSET ?',
    [revision, count],
  );
  return rows.length > 0;
}

interface ChangesAfter {
  /** Revision of the first of them; `null` when there are none. */
  readonly first: number | null;
  readonly changes: readonly Change[];
}

/**
 * The changes alone, without who made them when. SQLite gives each page of them as one text, for
 * the reason told in `read-columns.ts`.
 */
async function readChangesAfter(session: Session, from: Revision): Promise<ChangesAfter> {
  let first: number | null = null;
  const changes: Change[] = [];
  if (session.dialect.name === 'mysql') {
    const sql =
      'SELECT revision, body FROM change_log WHERE revision > ? ORDER BY revision, ordinal';
    await session.scan(sql, [from], ([revision, body]) => {
      first ??= revision as number;
      changes.push(JSON.parse(body as string));
    });
    return { first, changes };
  }
  const sql =
    'SELECT MIN(revision) AS first, MAX(revision) AS last, group_concat(ordinal) AS ordinals, ' +
    "'[' || group_concat(body) || ']' AS bodies FROM (SELECT revision, ordinal, body " +
    'FROM change_log WHERE (revision, ordinal) > (?, ?) ORDER BY revision, ordinal ' +
    `LIMIT ${ENTRIES_OF_A_PAGE})`;
  for (let after = [from, Number.MAX_SAFE_INTEGER]; ; ) {
    const [page] = await session.select<{
      first: number | null;
      last: number;
      ordinals: string;
      bodies: string;
    }>(sql, after);
    if (page.first === null) return { first, changes };
    first ??= page.first;
    for (const change of JSON.parse(page.bodies) as Change[]) changes.push(change);
    after = [page.last, Number(page.ordinals.slice(page.ordinals.lastIndexOf(',') + 1))];
  }
}
