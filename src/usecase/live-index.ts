import {
  type Change,
  type ChangeCursor,
  type DirectoryId,
  type DirectorySnapshot,
  GatehouseError,
  type GatewaySnapshot,
  type LicenceWarning,
  type LoggedChange,
  licenceCrossings,
  type Revision,
  type TransactionWitness,
  type WitnessedTransaction,
} from '../domain/index.js';
import { PermissionIndex } from '../engine/index.js';
import type { GatehouseStore, StoreReader } from '../store/index.js';
import { type Reloads, withoutReloaded } from './reloads.js';
import { type IndexStart, type StartedIndex, startIndex } from './start-index.js';

const TAIL_PAGE = 5_000;
const NO_RELOADS: Reloads = new Map();

/**
 * @param heard NOT_ALL: more happened than the log still tells, so whatever was concluded from changes
 *   must be looked up again; the changes are then empty.
 */
type Listener = (changes: readonly LoggedChange[], heard: 'ALL' | 'NOT_ALL') => void;

/** An index that stands ready to take the place of the live one when a reload is committed. */
export interface StandIn {
  /**
   * What the index is once a transaction has made these changes. It is asked once.
   * @returns `null` when they are not those it was made for, or it lost step.
   */
  after(revision: Revision, changes: readonly Change[]): PermissionIndex | null;
}

/** What a transaction that is about to be committed leaves, as far as it has been worked out. */
interface Proposal {
  readonly revision: Revision;
  readonly reloads: Reloads;
  /** Takes the place of the live index. */
  readonly successor: PermissionIndex | null;
}

/**
 * This process's permission engine, kept in step with the log. It stands beside every transaction:
 * it catches up under the lock, so that decisions inside a transaction rest on the latest truth;
 * it adds the licence warnings a change causes; and it takes the change over once it is committed.
 */
export class LiveIndex implements TransactionWitness {
  /** Where it came from when this process began. */
  readonly start: IndexStart;
  private readonly reader: StoreReader;
  private current: PermissionIndex;
  private readonly listeners = new Set<Listener>();
  private readonly expected = new Set<StandIn>();
  private proposed: Proposal | null = null;
  /** When, by the monotonic clock, the database last had nothing that this process does not know. */
  private levelAt: number;

  private constructor({ index, start }: StartedIndex, reader: StoreReader, levelAt: number) {
    this.current = index;
    this.start = start;
    this.reader = reader;
    this.levelAt = levelAt;
  }

  /**
   * Takes the store's present state, from the packed index and the tail of the log where they fit,
   * and attaches itself to the store.
   */
  static async open(store: GatehouseStore): Promise<LiveIndex> {
    const asked = performance.now();
    const live = new LiveIndex(await startIndex(store), store.reader, asked);
    store.attach(live);
    return live;
  }

  /**
   * Answers for the last revision this process has seen. It may become another object, so whoever
   * waits for something asks for it again.
   */
  get index(): PermissionIndex {
    return this.current;
  }

  async prepare(revision: Revision, transaction: WitnessedTransaction): Promise<void> {
    while (this.index.revision < revision) {
      const from = this.index.revision;
      const seen: LoggedChange[] = [];
      for (let at = from; at < revision; ) {
        const changes = await transaction.changesAfter(at, TAIL_PAGE);
        if (changes === null) return this.beginAnew(await transaction.snapshot());
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
    const before = this.index.licence();
    const successor = this.successorAfter(revision, changes);
    const reloads = successor ? NO_RELOADS : await loadReloaded(changes, transaction);
    this.proposed = { revision, reloads, successor };
    const after =
      successor?.licence() ??
      this.index.whatIf(withoutReloaded(changes, reloads), (index) => index.licence(), reloads);
    return licenceCrossings(before, after).map(
      (crossing): LicenceWarning => ({ kind: 'LicenceWarning', ...crossing, before, after }),
    );
  }

  committed(revision: Revision, changes: readonly LoggedChange[]): void {
    const proposal = this.proposed?.revision === revision ? this.proposed : null;
    this.proposed = null;
    if (proposal?.successor) this.giveWayTo(proposal.successor, changes);
    else this.takeOver(revision, changes, proposal?.reloads ?? NO_RELOADS);
  }

  abandoned(): void {
    this.proposed = null;
  }

  /** Takes over what other processes committed. @returns whether there was anything. */
  async catchUp(): Promise<boolean> {
    const from = this.index.revision;
    const asked = performance.now();
    const tail = await this.reader.tail(from);
    if (tail === null) this.beginAnew(await this.reader.snapshot());
    // A transaction of this process may have moved the index on meanwhile; then it has caught up too.
    const isNews = tail === null || (this.index.revision === from && tail.revision !== from);
    if (tail !== null && isNews) this.takeOver(tail.revision, tail.changes, tail.reloaded);
    if (tail === null || this.index.revision >= tail.revision) {
      this.levelAt = Math.max(this.levelAt, asked);
    }
    return isNews;
  }

  /** Milliseconds since it was last asked whether there is news, and this process then knew all of it. */
  unheardMs(): number {
    return performance.now() - this.levelAt;
  }

  /**
   * Waits until this process knows a revision. What is committed already is read at once.
   * @throws GatehouseError `REVISION_NOT_REACHED` when it does not come within `withinMs`.
   */
  async reach(revision: Revision, withinMs: number): Promise<void> {
    if (this.index.revision >= revision) return;
    await new Promise<void>((resolve, reject) => {
      const stopListening = this.listen(() => look());
      const timer = setTimeout(() => {
        stopListening();
        const reached = this.index.revision;
        reject(new GatehouseError('REVISION_NOT_REACHED', { revision, reached }));
      }, withinMs);
      const look = () => {
        if (this.index.revision < revision) return;
        stopListening();
        clearTimeout(timer);
        resolve();
      };
      // Whoever follows the log looks again, and tells when the database cannot be read.
      this.catchUp().then(look, () => undefined);
    });
  }

  /** Calls `listener` after each commit that this process makes or learns of. @returns how to stop. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Has an index ready for a reload that is about to be committed, until it is forgotten. */
  expect(standIn: StandIn): void {
    this.expected.add(standIn);
  }

  forget(standIn: StandIn): void {
    this.expected.delete(standIn);
  }

  /** Puts another index of the same state in the place of one that was found to be wrong. */
  replace(right: PermissionIndex): void {
    if (right.revision !== this.index.revision) {
      throw new Error(`an index of revision ${right.revision} is of another state`);
    }
    this.current = right;
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
    for (const listener of this.listeners) listener(logged, 'ALL');
  }

  private successorAfter(revision: Revision, changes: readonly Change[]): PermissionIndex | null {
    for (const standIn of this.expected) {
      const successor = standIn.after(revision, changes);
      if (successor) return successor;
    }
    return null;
  }

  /** An index that holds the changes already takes the place of the one before them. */
  private giveWayTo(successor: PermissionIndex, logged: readonly LoggedChange[]): void {
    if (successor.revision <= this.index.revision) return;
    this.current = successor;
    for (const listener of this.listeners) listener(logged, 'ALL');
  }

  /** From the rows, when the log does not lead on from where this process stands. */
  private beginAnew(snapshot: GatewaySnapshot): void {
    if (snapshot.revision <= this.index.revision) return;
    this.current = new PermissionIndex(snapshot);
    for (const listener of this.listeners) listener([], 'NOT_ALL');
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
