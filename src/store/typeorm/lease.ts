import { type DirectoryId, GatehouseError, type RunId } from '../../domain/index.js';
import type { Lease } from '../run-store.js';
import type { Session } from './session.js';

/** Who may write a directory's copy, as it stands under a lock. */
export interface HeldLease {
  readonly run: RunId | null;
  /** Whether its time is over, by the database's clock. */
  readonly ranOut: boolean;
}

/**
 * Locks what the runs of a directory are decided by, before any of them.
 * @throws GatehouseError `NOT_FOUND` when the directory was removed.
 */
export async function lockLease(session: Session, id: DirectoryId): Promise<HeldLease> {
  const { now, forUpdate } = session.dialect;
  const [row] = await session.select<{ current_run: RunId | null; ran_out: number | null }>(
    `SELECT current_run, lease_expires <= ${now} AS ran_out FROM directory_freshness ` +
      `WHERE directory_id = ?${forUpdate}`,
    [id],
  );
  if (!row) throw new GatehouseError('NOT_FOUND', { kind: 'directory', name: String(id) });
  return { run: row.current_run, ranOut: row.ran_out !== 0 };
}

/** Gives the run the lease, whoever had it. The row must be locked. */
export async function giveLease(session: Session, lease: Lease): Promise<void> {
  await session.run(
    `UPDATE directory_freshness SET current_run = ?, lease_expires = ${session.dialect.now} + ? ` +
      'WHERE directory_id = ?',
    [lease.run, lease.lifeMs, lease.directoryId],
  );
}

/** @returns `false` when the lease is another run's by now, or nobody's. */
export async function renewLease(session: Session, lease: Lease): Promise<boolean> {
  const renewed = await session.run(
    `UPDATE directory_freshness SET lease_expires = ${session.dialect.now} + ? ` +
      'WHERE directory_id = ? AND current_run = ? AND EXISTS ' +
      "(SELECT 1 FROM synchronisation_run run WHERE run.id = ? AND run.outcome = 'RUNNING')",
    [lease.lifeMs, lease.directoryId, lease.run, lease.run],
  );
  return renewed === 1;
}

/** The condition that stands before each write of a run. @throws GatehouseError `RUN_SUPERSEDED`. */
export async function requireLease(
  session: Session,
  lease: Lease,
  directory: string,
): Promise<void> {
  if (!(await renewLease(session, lease))) {
    throw new GatehouseError('RUN_SUPERSEDED', { directory });
  }
}
