import {
  type Change,
  type ChangeCursor,
  type ChangeKind,
  type DirectoryId,
  type LoggedChange,
  type Origin,
  type Revision,
} from '../../domain/index.js';
import type { SqlValue } from './dialect.js';
import type { Session } from './session.js';

const COLUMNS = ['revision', 'ordinal', 'kind', 'directory_id', 'body'];

/** Writes the entries of a new revision, in order. */
export async function appendToLog(
  session: Session,
  revision: Revision,
  origin: Origin,
  at: Date,
  changes: readonly Change[],
): Promise<LoggedChange[]> {
  await session.rows('revision').insert({ revision, at, origin });
  const rows = changes.map((change, ordinal): SqlValue[] => [
    revision,
    ordinal,
    change.kind,
    directoryOf(change),
    JSON.stringify(change),
  ]);
  await session.insert('change_log', COLUMNS, rows);
  return changes.map((change, ordinal) => ({ revision, ordinal, at, origin, change }));
}

/** Entries after the cursor, oldest first, at most `limit`. */
export async function readChanges(
  session: Session,
  query: {
    readonly after: ChangeCursor | null;
    readonly limit: number;
    readonly kinds?: readonly ChangeKind[];
  },
): Promise<LoggedChange[]> {
  if (query.kinds?.length === 0) return [];
  const { revision, ordinal } = query.after ?? { revision: 0, ordinal: -1 };
  const { dialect } = session;
  const kinds = query.kinds ? ` AND entry.kind ${dialect.inList}` : '';
  const condition = `entry.revision >= ? AND (entry.revision > ? OR entry.ordinal > ?)${kinds}`;
  const rows = await session.select<
    Record<'revision' | 'ordinal' | 'at' | 'origin' | 'body', unknown>
  >(`${statement(session, condition)} LIMIT ?`, [
    revision,
    revision,
    ordinal,
    ...(query.kinds ? [dialect.listParameter(query.kinds)] : []),
    query.limit,
  ]);
  const decode = entryDecoder();
  return rows.map((row) => decode([row.revision, row.ordinal, row.at, row.origin, row.body]));
}

/**
 * Whole revisions after `revision`, about `limit` entries: a reader goes on after the last revision
 * it got, so a revision is never cut, even when it alone holds more.
 */
export async function readRevisions(
  session: Session,
  revision: Revision,
  limit: number,
): Promise<LoggedChange[]> {
  const [beyond] = await session.select<{ revision: number }>(
    'SELECT revision FROM change_log WHERE revision > ? ORDER BY revision, ordinal LIMIT 1 OFFSET ?',
    [revision, limit],
  );
  if (!beyond) return readAllAfter(session, revision);
  const [first] = await session.select<{ revision: number }>(
    'SELECT MIN(revision) AS revision FROM change_log WHERE revision > ?',
    [revision],
  );
  const last = Math.max(first.revision, beyond.revision - 1);
  return readWhere(session, 'entry.revision > ? AND entry.revision <= ?', [revision, last]);
}

export function readAllAfter(session: Session, revision: Revision): Promise<LoggedChange[]> {
  return readWhere(session, 'entry.revision > ?', [revision]);
}

/** All of a condition, however many: they are decoded as they come. */
async function readWhere(
  session: Session,
  condition: string,
  parameters: readonly SqlValue[],
): Promise<LoggedChange[]> {
  const entries: LoggedChange[] = [];
  const decode = entryDecoder();
  await session.scan(statement(session, condition), parameters, (row) => {
    entries.push(decode(row));
  });
  return entries;
}

function statement(session: Session, condition: string): string {
  return (
    'SELECT entry.revision, entry.ordinal, made.at, made.origin, entry.body FROM change_log entry ' +
    `${session.dialect.orderedJoin} revision made ON made.revision = entry.revision ` +
    `WHERE ${condition} ORDER BY entry.revision, entry.ordinal`
  );
}

/** Entries that follow one another mostly have the same origin. */
function entryDecoder(): (row: readonly unknown[]) => LoggedChange {
  let lastText: unknown = null;
  let last: Origin = { type: 'OPERATOR' };
  return ([revision, ordinal, at, origin, body]) => {
    if (origin !== lastText) {
      last = JSON.parse(origin as string) as Origin;
      lastText = origin;
    }
    return {
      revision: revision as Revision,
      ordinal: ordinal as number,
      at: new Date(at as number),
      origin: last,
      change: JSON.parse(body as string) as Change,
    };
  };
}

/** The directory an entry is about, for whoever looks for one directory's history. */
function directoryOf(change: Change): DirectoryId | null {
  switch (change.kind) {
    case 'DirectoryAdded':
    case 'DirectoryRemoved':
      return change.directory.id;
    case 'DirectoryChanged':
      return change.after.id;
    case 'DirectoryReloaded':
    case 'MembershipAdded':
    case 'MembershipRemoved':
    case 'NestingAdded':
    case 'NestingRemoved':
    case 'PasswordsExpired':
      return change.directoryId;
    case 'UserAdded':
    case 'UserRemoved':
    case 'UserPasswordChanged':
    case 'UserAttributesChanged':
      return change.user.directoryId;
    case 'GroupAdded':
    case 'GroupRemoved':
    case 'GroupAttributesChanged':
      return change.group.directoryId;
    case 'UserChanged':
    case 'GroupChanged':
      return change.after.directoryId;
    default:
      return null;
  }
}
