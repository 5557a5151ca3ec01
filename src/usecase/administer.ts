import { GatehouseError, isGatehouseError, type Revision } from '../domain/index.js';
import type { PermissionIndex, Preview } from '../engine/index.js';
import type { StoreTransaction } from '../store/index.js';
import { Forecast } from './forecast.js';
import type { Gateway } from './gateway.js';
import { pinned } from './look-back.js';
import { movedBeyond, movesRights } from './moved-rights.js';
import { type Administrator, holds, maskOfViewer, originOf } from './viewer.js';

/** Refusals that a caller may override by naming them. */
export const CONFIRMATIONS = [
  'WOULD_LOCK_OUT_VIEWER',
  'NO_SYS_ADMIN_LEFT',
  'ADMITS_EVERYBODY',
] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** How a change is to be made. */
export interface Manner {
  /** Refusals that the caller overrides. */
  readonly confirm?: readonly Confirmation[];
  /**
   * Finds out what the change would do and makes none: all is done as ever and then rolled back.
   * Refusals that can be confirmed are told in the forecast, confirmed or not; others are thrown.
   */
  readonly dryRun?: boolean;
}

/** What a mutation did, or what it would do. */
export interface Done<Result> {
  readonly value: Result;
  /** Read-your-writes: a reader that has reached this revision sees the result. */
  readonly revision: Revision;
  /** `null` unless it was a dry run. */
  readonly forecast: Forecast | null;
}

/** Rolls a transaction back that has done all it should. */
class DryRunEnded extends Error {}

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
  manner: Manner,
  work: (transaction: StoreTransaction, index: PermissionIndex) => Promise<Result>,
): Promise<Done<Result>> {
  const tried: { done?: Done<Result> } = {};
  try {
    const { value, revision } = await gateway.store.transact(
      originOf(viewer),
      async (transaction) => {
        const { index } = gateway.live;
        const { administration } = index.scheme.scheme;
        if (!holds(index, viewer, administration)) {
          throw new GatehouseError('PERMISSION_DENIED', { needed: administration });
        }
        const result = await work(transaction, index);
        const changes = [...transaction.changes];
        if (!manner.dryRun && !changes.some(movesRights)) return result;
        const preview = index.preview(changes);
        const refusals = refusalsIn(preview, viewer);
        if (manner.dryRun) {
          const final = refusals.find((error) => !isConfirmable(error));
          if (final) throw final;
          const { revision } = index;
          const forecast = new Forecast(pinned(gateway, revision), {
            changes,
            judge: () => refusals,
            made: { on: index, preview },
          });
          tried.done = { value: result, revision, forecast };
          throw new DryRunEnded();
        }
        const refusal = refusals.find((error) => !isConfirmed(error, manner.confirm ?? []));
        if (refusal) throw refusal;
        return result;
      },
    );
    return { value, revision, forecast: null };
  } catch (error) {
    if (error instanceof DryRunEnded && tried.done) return tried.done;
    throw error;
  }
}

/** The same for what needs system administration. */
export async function administerSystem<Result>(
  gateway: Gateway,
  viewer: Administrator,
  manner: Manner,
  work: (transaction: StoreTransaction, index: PermissionIndex) => Promise<Result>,
): Promise<Done<Result>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
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

/** What stands against changes, the confirmable first. */
export function refusalsIn(preview: Preview, viewer: Administrator): GatehouseError[] {
  const { before, after } = preview;
  const { scheme } = before.scheme;
  const refusals: GatehouseError[] = [];
  const lost = [scheme.systemAdministration, scheme.administration].find(
    (permission) => holds(before, viewer, permission) && !holds(after, viewer, permission),
  );
  if (lost !== undefined) refusals.push(new GatehouseError('WOULD_LOCK_OUT_VIEWER', { lost }));
  const admins = (index: PermissionIndex) => index.countHolders(scheme.systemAdministration);
  if (admins(before) > 0 && admins(after) === 0) {
    refusals.push(new GatehouseError('NO_SYS_ADMIN_LEFT', {}));
  }
  const target = movedBeyond(preview, maskOfViewer(before, viewer));
  if (target !== null) refusals.push(new GatehouseError('TARGET_OUTRANKS_VIEWER', { target }));
  return refusals;
}

/** Whether a refusal is of the kind that a caller may override by naming it. */
export function isConfirmable(refusal: GatehouseError): boolean {
  return isGatehouseError(refusal, ...CONFIRMATIONS);
}

/** Whether a caller has overridden a refusal. */
export function isConfirmed(refusal: GatehouseError, confirm: readonly Confirmation[]): boolean {
  return confirm.some((code) => code === refusal.code);
}
