import type { Revision } from '../domain/index.js';

/**
 * Keeps the permission index of some revision as opaque bytes, so that a process need not read every
 * row when it starts. Nothing rests on it: rows and log are the truth, and it may be lost at any time.
 */
export interface PackedStore {
  /**
   * The newest that was written whole, if it still stands on the log: its bytes are the ones that
   * were written, and the log has the very entry at its revision that it had then (another one after
   * a backup was restored). `null` when there is none; what does not fit is told, never thrown.
   */
  read(): Promise<PackedIndex | PackedUnfit | null>;
  /** What `read` would give, judged without reading the bytes; `null` also for what is unfit. */
  newest(): Promise<PackedHead | null>;
  /**
   * Writes the index of `revision` in bounded transactions, without the revision lock. Readers see
   * it whole or not at all; the ones it replaces are deleted.
   * @param signal gives the writing up between two transactions; its reason is thrown.
   * @returns whether it was kept: not when one of this or a newer revision is there already.
   * @throws GatehouseError `STORE_BUSY`.
   */
  write(revision: Revision, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean>;
  /** Deletes the one that was read, and none that was written since. */
  discard(read: Pick<PackedHead, 'id'>): Promise<void>;
}

export interface PackedHead {
  /** Tells one writing from every other. */
  readonly id: number;
  readonly revision: Revision;
  readonly createdAt: Date;
}

export interface PackedIndex extends PackedHead {
  readonly bytes: Uint8Array;
}

/** Why a packed index is not to be used. */
export interface PackedUnfit {
  readonly id: number;
  readonly revision: Revision;
  readonly unfit: 'OTHER_FORMAT' | 'OTHER_HISTORY' | 'CUT_OFF' | 'ALTERED';
}
