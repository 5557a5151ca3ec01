import type {
  DirectoryId,
  Page,
  PageRequest,
  RunId,
  RunProgress,
  RunReport,
  SynchronisationRun,
} from '../domain/index.js';

/** How a run ended that changed nothing. Of a run that is held, `counts` say what it would have changed. */
export interface RunEnd extends RunReport {
  readonly reason: NonNullable<SynchronisationRun['reason']>;
  readonly message: string;
}

/**
 * The right to write a directory's copy: had by one run at a time, for a time that is told by the
 * database's clock and renewed. Whoever comes later has a greater run id, so the id is the fencing
 * token that each write of a run has in its condition.
 */
export interface Lease {
  readonly directoryId: DirectoryId;
  readonly run: RunId;
  readonly lifeMs: number;
}

export interface RunStore {
  /**
   * Writes the record of a run that begins and gives it the lease; a run that was still recorded as
   * RUNNING becomes ABORTED (`RUN_SUPERSEDED`).
   * @param owner tells the processes apart for an administrator.
   * @throws `SYNCHRONISATION_RUNNING` when the lease of a running one has not run out.
   */
  start(
    directoryId: DirectoryId,
    lease: { readonly owner: string; readonly lifeMs: number },
  ): Promise<SynchronisationRun>;
  /**
   * Renews the lease and notes how far the run has come.
   * @returns `false` when the lease is not the run's any more: whatever it does now is in vain.
   */
  renew(lease: Lease, progress: RunProgress): Promise<boolean>;
  /**
   * Takes the lease from a run that is RUNNING and ends it as ABORTED (`RUN_CANCELLED`).
   * @throws GatehouseError `NOT_FOUND`; `RUN_NOT_RUNNING`.
   */
  cancel(id: RunId): Promise<SynchronisationRun>;
  /**
   * Ends a run that changed nothing and notes that the directory is stale. One that was aborted stays
   * so, and keeps what it is told to have read; of one that ended otherwise nothing changes.
   */
  fail(id: RunId, failure: RunEnd): Promise<void>;
  /**
   * Notes what an administrator decided about a run that is held.
   * @throws GatehouseError `NOT_FOUND`; `RUN_NOT_HELD`, also when a later run has begun.
   */
  settle(id: RunId, decision: 'RELEASED' | 'DROPPED'): Promise<SynchronisationRun>;
  /**
   * Marks as ABORTED (`PROCESS_ENDED`) the RUNNING runs whose lease has run out, or all of them when
   * no other process can have one. @returns the directories whose runs they were.
   */
  abortOrphans(which: 'RUN_OUT' | 'ALL'): Promise<DirectoryId[]>;
  byId(id: RunId): Promise<SynchronisationRun | null>;
  /** Newest first; the cursor is the id of the last one seen. */
  page(directoryId: DirectoryId, page: PageRequest<RunId>): Promise<Page<SynchronisationRun>>;
  /** The newest run of each directory that has one. */
  latest(directoryIds: readonly DirectoryId[]): Promise<SynchronisationRun[]>;
}
