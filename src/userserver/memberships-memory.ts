import { pace } from '../pace/index.js';
import {
  type ApplicationCaller,
  directMemberships,
  type Gateway,
  viewOf,
} from '../usecase/index.js';
import type { MembershipsDocument } from './documents.js';
import { writeMemberships } from './memberships-writer.js';

/** A longer document is made anew each time: about a million and a half memberships. */
const MOST_BYTES = 48 * 2 ** 20;
const BLOCK_BYTES = 256 * 1024;
/** How long after it was asked for last. */
const KEEP_MS = 60_000;

/** Does something later, unless it is called off before. */
export type Later = (ms: number, work: () => void) => { refresh(): void };

const later: Later = (ms, work) => setTimeout(work, ms).unref();

/** Of what a document is: nothing has changed since while it is the same. */
interface Standing {
  readonly index: ReturnType<typeof viewOf>;
  readonly revision: number;
}

interface KeptDocument {
  readonly of: Standing;
  readonly blocks: readonly Buffer[];
  readonly length: number;
}

/**
 * Who is in which group, for whoever asks for it. Clients start side by side and read all of it, so a
 * document that is asked for a second time within a minute is kept as it is sent, until nobody has
 * asked for a minute or anything has changed. It is one at most, and none that is very long.
 */
export class MembershipsMemory {
  private readonly mostBytes: number;
  private readonly later: Later;
  private asked: Standing | null = null;
  private kept: KeptDocument | null = null;
  /** Whether a document is being copied: side by side each would take the memory of one. */
  private isKeeping = false;
  private forgetting: { refresh(): void } | null = null;

  constructor(mostBytes = MOST_BYTES, after: Later = later) {
    this.mostBytes = mostBytes;
    this.later = after;
  }

  async document(gateway: Gateway, caller: ApplicationCaller): Promise<MembershipsDocument> {
    // Whoever took an event token from another process must not read what was before it.
    await gateway.live.catchUp();
    const index = viewOf(gateway, caller);
    const now: Standing = { index, revision: index.revision };
    this.waitForSilence();
    if (this.kept && !isSame(this.kept.of, now)) this.kept = null;
    if (this.kept) {
      const { blocks, length } = this.kept;
      return { kind: 'memberships', pieces: each(blocks), length };
    }
    const isToKeep = !this.isKeeping && this.asked !== null && isSame(this.asked, now);
    this.asked = now;
    const pieces = writeMemberships(directMemberships(gateway, caller));
    if (!isToKeep) return { kind: 'memberships', pieces, length: null };
    const isStill = () => {
      const then = viewOf(gateway, caller);
      return isSame({ index: then, revision: then.revision }, now);
    };
    return { kind: 'memberships', pieces: this.keeping(pieces, now, isStill), length: null };
  }

  /** The same pieces. Once the last one was taken they are kept, if nothing has changed meanwhile. */
  private async *keeping(
    pieces: AsyncIterable<Buffer>,
    of: Standing,
    isStill: () => boolean,
  ): AsyncGenerator<Buffer, void, void> {
    let blocks: Blocks | null = new Blocks();
    this.isKeeping = true;
    try {
      for await (const piece of pieces) {
        blocks?.add(piece);
        if (blocks && blocks.length > this.mostBytes) blocks = null;
        yield piece;
      }
      if (blocks && isStill()) this.kept = { of, blocks: blocks.all(), length: blocks.length };
    } finally {
      this.isKeeping = false;
    }
  }

  private waitForSilence(): void {
    if (this.forgetting) {
      this.forgetting.refresh();
      return;
    }
    this.forgetting = this.later(KEEP_MS, () => {
      this.asked = null;
      this.kept = null;
      this.forgetting = null;
    });
  }
}

function isSame(a: Standing, b: Standing): boolean {
  return a.index === b.index && a.revision === b.revision;
}

async function* each(blocks: readonly Buffer[]): AsyncGenerator<Buffer, void, void> {
  for (const block of blocks) {
    yield block;
    // A client that reads fast enough keeps nobody waiting but everybody else.
    await pace.giveWay();
  }
}

/** Bytes that are copied behind each other. */
class Blocks {
  length = 0;
  private readonly blocks: Buffer[] = [];
  /** Bytes of the last block that are in use. */
  private used = BLOCK_BYTES;

  add(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.used === BLOCK_BYTES) {
        this.blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
        this.used = 0;
      }
      const copied = bytes.copy(this.blocks[this.blocks.length - 1], this.used, from);
      this.used += copied;
      from += copied;
    }
    this.length += bytes.length;
  }

  all(): Buffer[] {
    return this.blocks.map((block, i) =>
      i === this.blocks.length - 1 ? block.subarray(0, this.used) : block,
    );
  }
}
