import { createHash } from 'node:crypto';
import { migrations } from '../../../migrations/index.js';
import type { Revision } from '../../domain/index.js';
import type { Session } from './session.js';

/** How bytes are kept in `index_snapshot`. What another program kept in another way is passed over. */
export const PACKED_FORMAT = 1;

/**
 * What tells one history from another at `revision`: the last entry of that revision, its time and
 * origin, as a digest. A restored backup goes on differently, if only by a millisecond. The tables
 * this program knows are part of it, because a migration may change rows without an entry in the log.
 * `null` when the log has no such revision.
 */
export async function footingAt(session: Session, revision: Revision): Promise<string | null> {
  const [entry] = await session.select<{
    ordinal: number;
    body: string;
    at: number;
    origin: string;
  }>(
    'SELECT entry.ordinal, entry.body, made.at, made.origin FROM change_log entry ' +
      `${session.dialect.orderedJoin} revision made ON made.revision = entry.revision ` +
      'WHERE entry.revision = ? ORDER BY entry.ordinal DESC LIMIT 1',
    [revision],
  );
  if (!entry) return null;
  const tables = migrations.map(({ name }) => name);
  const { ordinal, body, at, origin } = entry;
  return createHash('sha256')
    .update(JSON.stringify([tables, revision, ordinal, at, origin, body]))
    .digest('hex');
}
