import { createHash } from 'node:crypto';
import type { Revision } from '../../domain/index.js';
import { type Database, writeShortly } from './database.js';
import { footingAt, PACKED_FORMAT } from './footing.js';
import { standsOnLog } from './read-packed.js';
import type { StoreParts } from './scope.js';
import type { Session } from './session.js';

/**
 * Far below the packet that any server lets through, even spelt in hexadecimal, and written fast
 * enough that nobody else in the process waits for it.
 */
const PIECE_BYTES = 256 * 1024;
/** One transaction is one forced write to the disk; SQLite's write lock is held no longer than that. */
const PIECES_PER_TRANSACTION = 4;
/** A process that has not finished by then has ended. */
const GIVEN_UP_AFTER_MS = 3_600_000;
const PIECES_PER_DELETE = 16;

/**
 * First a head that nobody reads, then the pieces, then the word that it is whole. A writer whose
 * head is gone has been overtaken.
 */
export async function writePacked(
  { database, clock }: StoreParts,
  revision: Revision,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<boolean> {
  const id = await database.allocateIds(1);
  const checksum = createHash('sha256').update(bytes).digest('hex');
  const createdAt = clock.now();
  const begun = await writeShortly(database, async (session) => {
    const footing = await footingAt(session, revision);
    if (footing === null || (await isKept(session, revision))) return false;
    await session.rows('index_snapshot').insert({
      id,
      revision,
      format: PACKED_FORMAT,
      footing,
      size: bytes.length,
      checksum,
      createdAt,
      whole: false,
    });
    return true;
  });
  if (!begun) return false;
  try {
    const kept =
      (await writePieces(database, id, bytes, signal)) &&
      (await writeShortly(database, (session) => finish(session, id, revision, createdAt)));
    if (!kept) await forget(database, id);
    return kept;
  } catch (error) {
    // The next writer clears away what this one could not.
    await forget(database, id).catch(() => undefined);
    throw error;
  } finally {
    await clearAway(database).catch(() => undefined);
  }
}

/** @returns false when another writer has overtaken this one. */
async function writePieces(
  database: Database,
  id: number,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<boolean> {
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  for (let from = 0; from < pieces; from += PIECES_PER_TRANSACTION) {
    signal?.throwIfAborted();
    const written = await writeShortly(database, async (session) => {
      if (!(await holdHead(session, id))) return false;
      const to = Math.min(from + PIECES_PER_TRANSACTION, pieces);
      for (let piece = from; piece < to; piece++) {
        const part = bytes.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
        await session.run(
          'INSERT INTO index_snapshot_piece (snapshot_id, piece, bytes) VALUES (?, ?, ?)',
          [id, piece, Buffer.from(part.buffer, part.byteOffset, part.length)],
        );
      }
      return true;
    });
    if (!written) return false;
  }
  signal?.throwIfAborted();
  return true;
}

/** @returns false when another writer has overtaken this one. */
async function finish(
  session: Session,
  id: number,
  revision: Revision,
  now: Date,
): Promise<boolean> {
  const heads = session.rows('index_snapshot');
  // All of them in one order, so that two writers wait for each other and never in a circle.
  await session.select(`SELECT id FROM index_snapshot ORDER BY id${session.dialect.forUpdate}`);
  if (!(await heads.existsBy({ id })) || (await isKept(session, revision))) return false;
  await heads.update({ id }, { whole: true });
  for (const other of await heads.find()) {
    if (other.id === id) continue;
    const givenUp = now.getTime() - other.createdAt.getTime() > GIVEN_UP_AFTER_MS;
    if (other.whole || other.revision <= revision || givenUp) await heads.delete({ id: other.id });
  }
  return true;
}

/** Whether one of this or a newer revision is whole and stands on the log. */
async function isKept(session: Session, revision: Revision): Promise<boolean> {
  for (const head of await session.rows('index_snapshot').findBy({ whole: true })) {
    if (head.format !== PACKED_FORMAT || head.revision < revision) continue;
    if (await standsOnLog(session, head)) return true;
  }
  return false;
}

/** Keeps the head in place while a transaction writes its pieces. */
async function holdHead(session: Session, id: number): Promise<boolean> {
  const { forUpdate } = session.dialect;
  const rows = await session.select(`SELECT id FROM index_snapshot WHERE id = ?${forUpdate}`, [id]);
  return rows.length > 0;
}

/** Deletes one, whole or not, with its pieces. */
export async function discardPacked(database: Database, id: number): Promise<void> {
  await forget(database, id);
  await clearAway(database);
}

async function forget(database: Database, id: number): Promise<void> {
  await writeShortly(database, (session) => session.rows('index_snapshot').delete({ id }));
}

/** Deletes the pieces that have no head. */
async function clearAway(database: Database): Promise<void> {
  const left = await database.read((session) =>
    session.select<{ id: number; last: number }>(
      'SELECT part.snapshot_id AS id, MAX(part.piece) AS last FROM index_snapshot_piece part ' +
        'WHERE NOT EXISTS (SELECT 1 FROM index_snapshot made WHERE made.id = part.snapshot_id) ' +
        'GROUP BY part.snapshot_id',
    ),
  );
  for (const { id, last } of left) {
    for (let from = 0; from <= last; from += PIECES_PER_DELETE) {
      await writeShortly(database, (session) =>
        session.run(
          'DELETE FROM index_snapshot_piece WHERE snapshot_id = ? AND piece >= ? AND piece < ?',
          [id, from, from + PIECES_PER_DELETE],
        ),
      );
    }
  }
}
