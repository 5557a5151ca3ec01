import type { RemoteDirectory } from '../connector/index.js';
import type {
  Directory,
  DirectoryConnection,
  FullRunCause,
  RunCounts,
  RunKind,
  RunReport,
  SynchronisationRun,
} from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';
import type { Judge, Release } from './objection.js';
import type { ReadTally } from './read-tally.js';
import type { RunLease } from './run-lease.js';

/** What of a remote directory a run uses. */
export type RemoteSource = Pick<
  RemoteDirectory,
  'readUsers' | 'readGroups' | 'readMemberships' | 'currentEventToken' | 'readEvents' | 'usage'
>;

/** A directory that can be synchronised. */
export type RemoteCopy = Directory & { readonly connection: DirectoryConnection };

/** What every part of one run works with. */
export interface RunScope {
  readonly store: GatehouseStore;
  readonly judge: Judge | undefined;
  readonly directory: RemoteCopy;
  readonly run: SynchronisationRun;
  readonly lease: RunLease;
  /** Ends whatever the server is waited for; `ReadingTime.signal`. */
  readonly reading: AbortSignal;
  readonly remote: RemoteSource;
  readonly tally: ReadTally;
  /** What an administrator has let go by this run. */
  readonly released: Release | null;
  readonly told: RunTold;
}

/** What a run has to tell however it ends. */
export class RunTold {
  kind: RunKind | null = null;
  fullCause: FullRunCause | null = null;
  message: string | null = null;
  /** A new generation may have rows that are not in force. */
  reloading = false;
  readonly #remote: RemoteSource;
  readonly #tally: ReadTally;
  /** Connections are shared with other uses of the directory: what went through before is theirs. */
  readonly #before: { readonly requests: number; readonly bytes: number };

  constructor(remote: RemoteSource, tally: ReadTally) {
    this.#remote = remote;
    this.#tally = tally;
    this.#before = remote.usage();
  }

  report(counts: RunCounts): RunReport {
    const { requests, bytes } = this.#remote.usage();
    return {
      kind: this.kind,
      fullCause: this.fullCause,
      message: this.message,
      counts,
      setAside: this.#tally.kept,
      requests: requests - this.#before.requests,
      bytes: bytes - this.#before.bytes,
    };
  }
}
