import type { Clock, LoggedChange, Revision } from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';
import type { Log } from './gateway.js';
import type { LiveIndex } from './live-index.js';

/** So many changes are read and applied at a start within some tenths of a second. */
const MOST_CHANGES = 10_000;
/** With fewer changes than that, a packed index gets this old. */
const OLDEST_MS = 15 * 60_000;
/** Packing keeps the process for some hundredths of a second, so a busy hour must not bring it on often. */
const LEAST_PAUSE_MS = 60_000;
/** Fewer changes are applied at the next start in less time than it takes to write a packed index. */
const FEWEST_AT_STOP = 100;
/** A process that is asked to stop is not kept longer. */
const STOP_WITHIN_MS = 5_000;

export type Packing = 'NOT_DUE' | 'WRITTEN' | 'LEFT_TO_ANOTHER' | 'FAILED';

export interface IndexPackerParts {
  readonly store: Pick<GatehouseStore, 'packed'>;
  readonly live: LiveIndex;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps the packed index in the store young, so that the next start is fast. It writes when many
 * changes or much time went by since the newest one, whoever of several processes wrote that, and
 * when this process stops. Nothing depends on its success.
 */
export class IndexPacker {
  private readonly parts: IndexPackerParts;
  private readonly stopListening: () => void;
  private readonly giveUp = new AbortController();
  /** The newest that is kept, as far as this process knows. */
  private packedAt: Revision | null;
  private packedMs: number;
  private changes: number;
  private failures = 0;
  private notBeforeMs = 0;
  private underWay: Promise<Packing> | null = null;
  private stopped: Promise<void> | null = null;

  constructor(parts: IndexPackerParts) {
    this.parts = parts;
    const { start } = parts.live;
    this.packedAt = start.from === 'PACKED' ? start.packedAt : null;
    this.packedMs = this.nowMs();
    this.changes = start.from === 'PACKED' ? start.changes : 0;
    this.stopListening = parts.live.listen((changes, heard) => {
      this.count(changes);
      if (heard === 'NOT_ALL') this.changes += MOST_CHANGES;
    });
  }

  /** Writes when it is time to; to be called again and again. Never fails. */
  async look(): Promise<Packing> {
    if (this.stopped || this.underWay || !this.isDue()) return 'NOT_DUE';
    return this.write();
  }

  /** Ends within some seconds: what is under way is finished, and what is new is written. */
  stop(): Promise<void> {
    this.stopped ??= this.finish();
    return this.stopped;
  }

  private async finish(): Promise<void> {
    this.stopListening();
    const timer = setTimeout(() => {
      this.giveUp.abort(new Error('the process stops'));
    }, STOP_WITHIN_MS);
    try {
      await this.underWay;
      const worth = this.packedAt === null || this.changes >= FEWEST_AT_STOP;
      if (worth && this.hasNews() && !this.giveUp.signal.aborted) await this.write();
    } finally {
      clearTimeout(timer);
    }
  }

  private count(changes: readonly LoggedChange[]): void {
    this.changes += changes.length;
    // One entry, and yet a start would read the whole directory.
    if (changes.some(({ change }) => change.kind === 'DirectoryReloaded')) {
      this.changes += MOST_CHANGES;
    }
  }

  private isDue(): boolean {
    const now = this.nowMs();
    if (now < this.notBeforeMs || !this.hasNews()) return false;
    if (this.packedAt === null || this.changes >= MOST_CHANGES) return true;
    return now - this.packedMs >= OLDEST_MS;
  }

  /** Before the first change there is nothing that a start would have to read. */
  private hasNews(): boolean {
    const { revision } = this.parts.live.index;
    return revision > (this.packedAt ?? 0);
  }

  private async write(): Promise<Packing> {
    this.underWay = this.tryToWrite();
    try {
      return await this.underWay;
    } finally {
      this.underWay = null;
    }
  }

  private async tryToWrite(): Promise<Packing> {
    const { store, live, log } = this.parts;
    let counted = 0;
    try {
      const newest = await store.packed.newest();
      if (newest && newest.revision > (this.packedAt ?? 0)) {
        this.changes = 0;
        this.note(newest.revision);
        return 'LEFT_TO_ANOTHER';
      }
      this.giveUp.signal.throwIfAborted();
      const { revision } = live.index;
      const bytes = live.index.pack();
      counted = this.changes;
      this.changes = 0;
      const kept = await store.packed.write(revision, bytes, this.giveUp.signal);
      this.note(revision);
      if (!kept) return 'LEFT_TO_ANOTHER';
      log.info({ revision, bytes: bytes.length }, 'the permission index was packed');
      return 'WRITTEN';
    } catch (error) {
      this.changes += counted;
      this.failures += 1;
      this.notBeforeMs = this.nowMs() + Math.min(OLDEST_MS, LEAST_PAUSE_MS * 2 ** this.failures);
      log.warn(
        { err: error, failures: this.failures },
        'the permission index could not be packed; the next start takes longer',
      );
      return 'FAILED';
    }
  }

  private note(revision: Revision): void {
    this.packedAt = revision;
    this.packedMs = this.nowMs();
    this.notBeforeMs = this.packedMs + LEAST_PAUSE_MS;
    this.failures = 0;
  }

  private nowMs(): number {
    return this.parts.clock.now().getTime();
  }
}
