import { type Change, GatehouseError, type Revision } from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { StoreTransaction } from '../store/index.js';
import type { Gateway } from './gateway.js';
import { type Administrator, holds, maskOfViewer, originOf } from './viewer.js';

/** Refusals that a caller may override by naming them. */
export const CONFIRMATIONS = ['WOULD_LOCK_OUT_VIEWER', 'NO_SYS_ADMIN_LEFT'] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** What a mutation did. */
export interface Done<Result> {
  readonly value: Result;
  /** Read-your-writes: a reader that has reached this revision sees the result. */
  readonly revision: Revision;
}

/**
 * Runs an admin's change in one transaction, with the rules that hold for every change, checked
 * against the truth under the lock:
 * - the viewer still holds the right that let them in;
 * - nobody gains or loses a permission that the viewer does not hold (Bitbucket: an ADMIN never
 *   touches SYS_ADMIN holders), whatever the way: grants, groups, renames, unmasking;
 * - the viewer keeps their administration and somebody keeps system administration, unless confirmed.
 */
export async function administer<Result>(
  gateway: Gateway,
  viewer: Administrator,
  confirm: readonly Confirmation[],
  work: (transaction: StoreTransaction, index: PermissionIndex) => Promise<Result>,
): Promise<Done<Result>> {
  const { index } = gateway.live;
  const { administration } = index.scheme.scheme;
  const { value, revision } = await gateway.store.transact(
    originOf(viewer),
    async (transaction) => {
      if (!holds(index, viewer, administration)) {
        throw new GatehouseError('PERMISSION_DENIED', { needed: administration });
      }
      const result = await work(transaction, index);
      if (transaction.changes.some(movesRights)) {
        guard(index, viewer, transaction.changes, confirm);
      }
      return result;
    },
  );
  return { value, revision };
}

/** The same for what needs system administration. */
export async function administerSystem<Result>(
  gateway: Gateway,
  viewer: Administrator,
  confirm: readonly Confirmation[],
  work: (transaction: StoreTransaction, index: PermissionIndex) => Promise<Result>,
): Promise<Done<Result>> {
  return administer(gateway, viewer, confirm, async (transaction, index) => {
    const { systemAdministration } = index.scheme.scheme;
    if (!holds(index, viewer, systemAdministration)) {
      throw new GatehouseError('PERMISSION_DENIED', { needed: systemAdministration });
    }
    return work(transaction, index);
  });
}

/**
 * Refuses to touch somebody who holds more than the viewer.
 * @throws GatehouseError `TARGET_OUTRANKS_VIEWER`.
 */
export function requireNotOutranked(
  index: PermissionIndex,
  viewer: Administrator,
  target: { readonly name: string; readonly mask: number },
): void {
  if (target.mask & ~maskOfViewer(index, viewer)) {
    throw new GatehouseError('TARGET_OUTRANKS_VIEWER', { target: target.name });
  }
}

function guard(
  index: PermissionIndex,
  viewer: Administrator,
  changes: readonly Change[],
  confirm: readonly Confirmation[],
): void {
  const { scheme } = index.scheme;
  const admins = (at: PermissionIndex) => at.countHolders(scheme.systemAdministration);
  const adminsBefore = admins(index);
  const heldBefore = [scheme.systemAdministration, scheme.administration].filter((permission) =>
    holds(index, viewer, permission),
  );
  const [adminsAfter, lost] = index.whatIf(changes, (after) => [
    admins(after),
    heldBefore.find((permission) => !holds(after, viewer, permission)),
  ]);
  if (lost !== undefined && !confirm.includes('WOULD_LOCK_OUT_VIEWER')) {
    throw new GatehouseError('WOULD_LOCK_OUT_VIEWER', { lost });
  }
  if (adminsBefore > 0 && adminsAfter === 0 && !confirm.includes('NO_SYS_ADMIN_LEFT')) {
    throw new GatehouseError('NO_SYS_ADMIN_LEFT', {});
  }
  const effect = index.effectOf(changes, maskOfViewer(index, viewer));
  const beyond = effect.gained.outside ?? effect.lost.outside;
  if (beyond !== null) throw new GatehouseError('TARGET_OUTRANKS_VIEWER', { target: beyond });
}

function movesRights(change: Change): boolean {
  switch (change.kind) {
    case 'UserPasswordChanged':
    case 'ApplicationAdded':
    case 'ApplicationChanged':
    case 'ApplicationRemoved':
    case 'LicenceLimitChanged':
    case 'LicenceWarning':
      return false;
    default:
      return true;
  }
}
