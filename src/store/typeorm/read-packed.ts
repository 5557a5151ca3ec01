import { createHash } from 'node:crypto';
import type { PackedHead, PackedIndex, PackedUnfit } from '../packed-store.js';
import type { Rows } from './entities.js';
import { footingAt, PACKED_FORMAT } from './footing.js';
import type { Session } from './session.js';

type Head = Rows['index_snapshot'];

export async function readPacked(session: Session): Promise<PackedIndex | PackedUnfit | null> {
  const head = await newestWhole(session);
  if (!head) return null;
  const { id, revision, createdAt } = head;
  const as = (unfit: PackedUnfit['unfit']): PackedUnfit => ({ id, revision, unfit });
  if (head.format !== PACKED_FORMAT) return as('OTHER_FORMAT');
  if (!(await standsOnLog(session, head))) return as('OTHER_HISTORY');
  const { bytes, checksum } = await joinPieces(session, head);
  if (bytes.length !== head.size) return as('CUT_OFF');
  if (checksum !== head.checksum) return as('ALTERED');
  return { id, revision, createdAt, bytes };
}

export async function readPackedHead(session: Session): Promise<PackedHead | null> {
  const head = await newestWhole(session);
  if (!head || head.format !== PACKED_FORMAT || !(await standsOnLog(session, head))) return null;
  return { id: head.id, revision: head.revision, createdAt: head.createdAt };
}

/** Whether the log has the very entry that this index was packed after. */
export async function standsOnLog(
  session: Session,
  { revision, footing }: Pick<Head, 'revision' | 'footing'>,
): Promise<boolean> {
  return footing === (await footingAt(session, revision));
}

async function newestWhole(session: Session): Promise<Head | undefined> {
  const [head] = await session.rows('index_snapshot').find({
    where: { whole: true },
    order: { revision: 'DESC', id: 'DESC' },
    take: 1,
  });
  return head;
}

/** In a buffer of its own, so that numbers in it can be read where they lie. */
async function joinPieces(
  session: Session,
  { id }: Head,
): Promise<{ bytes: Uint8Array; checksum: string }> {
  const hash = createHash('sha256');
  const pieces: Uint8Array[] = [];
  let size = 0;
  await session.scan(
    'SELECT bytes FROM index_snapshot_piece WHERE snapshot_id = ? ORDER BY piece',
    [id],
    ([piece]) => {
      pieces.push(piece as Uint8Array);
      hash.update(piece as Uint8Array);
      size += (piece as Uint8Array).length;
    },
  );
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, checksum: hash.digest('hex') };
}
