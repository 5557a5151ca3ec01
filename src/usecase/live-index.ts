import {
  type Change,
  type ChangeCursor,
  type DirectoryId,
  type DirectorySnapshot,
  type LicenceWarning,
  type LoggedChange,
  licenceCrossings,
  type Revision,
  type TransactionWitness,
  type WitnessedTransaction,
} from '../domain/index.js';
import { PermissionIndex } from '../engine/index.js';
import type { GatehouseStore, StoreReader } from '../store/index.js';

const TAIL_PAGE = 5_000;

type Reloads = ReadonlyMap<DirectoryId, DirectorySnapshot>;
type Listener = (changes: readonly LoggedChange[]) => void;

/**
 * This process's permission engine, kept in step with the log. It stands beside every transaction:
 * it catches up under the lock, so that decisions inside a transaction rest on the latest truth;
 * it adds the licence warnings a change causes; and it takes the change over once it is committed.
 */
export class LiveIndex implements TransactionWitness {
  /** Answers for the last revision this process has seen. */
  readonly index: PermissionIndex;
  private readonly reader: StoreReader;
  private readonly listeners = new Set<Listener>();
  private proposed: { revision: Revision; reloads: Reloads } | null = null;

  private constructor(index: PermissionIndex, reader: StoreReader) {
    this.index = index;
    this.reader = reader;
  }

  /** Loads the store's present state and attaches itself to the store. */
  static async open(store: GatehouseStore): Promise<LiveIndex> {
    const live = new LiveIndex(new PermissionIndex(await store.reader.snapshot()), store.reader);
    store.attach(live);
    return live;
  }

  async prepare(revision: Revision, transaction: WitnessedTransaction): Promise<void> {
    while (this.index.revision < revision) {
      const from = this.index.revision;
      const seen: LoggedChange[] = [];
      for (let at = from; at < revision; ) {
        const changes = await transaction.changesAfter(at, TAIL_PAGE);
        if (changes.length === 0) throw new Error(`the log has no changes after revision ${at}`);
        seen.push(...changes);
        at = changes[changes.length - 1].revision;
      }
      const reloads = await loadReloaded(
        seen.map((entry) => entry.change),
        transaction,
      );
      // `catchUp` may have been faster meanwhile; then only what is left is read again.
      if (this.index.revision === from) this.takeOver(revision, seen, reloads);
    }
  }

  async propose(
    revision: Revision,
    changes: readonly Change[],
    transaction: WitnessedTransaction,
  ): Promise<Change[]> {
    const reloads = await loadReloaded(changes, transaction);
    this.proposed = { revision, reloads };
    const before = this.index.licence();
    const after = this.index.whatIf(
      withoutReloaded(changes, reloads),
      (index) => index.licence(),
      reloads,
    );
    return licenceCrossings(before, after).map(
      (crossing): LicenceWarning => ({ kind: 'LicenceWarning', ...crossing, before, after }),
    );
  }

  committed(revision: Revision, changes: readonly LoggedChange[]): void {
    const reloads = this.proposed?.revision === revision ? this.proposed.reloads : new Map();
    this.proposed = null;
    this.takeOver(revision, changes, reloads);
  }

  abandoned(): void {
    this.proposed = null;
  }

  /** Takes over what other processes committed. @returns whether there was anything. */
  async catchUp(): Promise<boolean> {
    const from = this.index.revision;
    const tail = await this.reader.tail(from);
    // A transaction of this process may have moved the index on meanwhile; then it has caught up too.
    if (this.index.revision !== from || tail.revision === from) return false;
    this.takeOver(tail.revision, tail.changes, tail.reloaded);
    return true;
  }

  /** Calls `listener` after each commit that this process makes or learns of. @returns how to stop. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The cursor after everything that is in the log now. */
  end(): ChangeCursor {
    return { revision: this.index.revision, ordinal: Number.MAX_SAFE_INTEGER };
  }

  private takeOver(revision: Revision, logged: readonly LoggedChange[], reloads: Reloads): void {
    // Our own commit may have been learnt of by `catchUp` before the database told us of it.
    if (revision <= this.index.revision) return;
    const changes = logged.map((entry) => entry.change);
    this.index.apply(revision, withoutReloaded(changes, reloads), reloads);
    for (const listener of this.listeners) listener(logged);
  }
}

/** Snapshots of the directories that the changes reload and do not remove afterwards. */
async function loadReloaded(
  changes: readonly Change[],
  transaction: WitnessedTransaction,
): Promise<Reloads> {
  const ids = new Set<DirectoryId>();
  for (const change of changes) {
    if (change.kind === 'DirectoryReloaded') ids.add(change.directoryId);
    if (change.kind === 'DirectoryRemoved') ids.delete(change.directory.id);
  }
  const reloads = new Map<DirectoryId, DirectorySnapshot>();
  for (const id of ids) reloads.set(id, await transaction.directorySnapshot(id));
  return reloads;
}

/**
 * Leaves out what the snapshots hold already: a snapshot is of the *end* of the list, so its
 * directory's rows must not be changed a second time. Reloads of removed directories go too.
 */
function withoutReloaded(changes: readonly Change[], reloads: Reloads): readonly Change[] {
  if (!changes.some((change) => change.kind === 'DirectoryReloaded')) return changes;
  return changes.filter((change) => {
    switch (change.kind) {
      case 'DirectoryReloaded':
        return reloads.has(change.directoryId);
      case 'UserAdded':
      case 'UserRemoved':
        return !reloads.has(change.user.directoryId);
      case 'UserChanged':
        return !reloads.has(change.after.directoryId);
      case 'GroupAdded':
      case 'GroupRemoved':
        return !reloads.has(change.group.directoryId);
      case 'GroupChanged':
        return !reloads.has(change.after.directoryId);
      case 'MembershipAdded':
      case 'MembershipRemoved':
      case 'NestingAdded':
      case 'NestingRemoved':
        return !reloads.has(change.directoryId);
      default:
        return true;
    }
  });
}
