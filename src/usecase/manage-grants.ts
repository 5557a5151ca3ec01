import {
  GatehouseError,
  type Grant,
  type GrantId,
  type MembershipMode,
  nameKey,
  type SubjectType,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { StoreTransaction } from '../store/index.js';
import {
  administer,
  administerSystem,
  type Done,
  type Manner,
  requireNotOutranked,
} from './administer.js';
import type { Gateway } from './gateway.js';
import type { Administrator, SystemAdministrator } from './viewer.js';

export interface GrantInput {
  readonly permission: string;
  readonly subjectType: SubjectType;
  /** A name; it need not exist yet, since grants are to names. */
  readonly subjectName: string;
}

/**
 * Grants a global permission. Bitbucket's rule: the viewer holds the permission granted, and holds
 * at least what the subject holds already.
 */
export async function grantPermission(
  gateway: Gateway,
  viewer: Administrator,
  input: GrantInput,
  manner: Manner = {},
): Promise<Done<Grant>> {
  return administer(gateway, viewer, manner, (transaction, index) =>
    addGrantWithin(transaction, index, viewer, input),
  );
}

/** The same within a change. */
export function addGrantWithin(
  transaction: StoreTransaction,
  index: PermissionIndex,
  viewer: Administrator,
  input: GrantInput,
): Promise<Grant> {
  const mask = index.scheme.maskOf(input.permission) | subjectMask(index, input);
  requireNotOutranked(index, viewer, { name: input.subjectName, mask });
  return transaction.addGrant(input);
}

/** Takes back one grant, by id. */
export async function revokeGrant(
  gateway: Gateway,
  viewer: Administrator,
  id: GrantId,
  manner: Manner = {},
): Promise<Done<Grant>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const grant = (await transaction.grants()).find((candidate) => candidate.id === id);
    if (!grant) throw new GatehouseError('NOT_FOUND', { kind: 'grant', name: String(id) });
    const mask = index.scheme.maskOf(grant.permission) | subjectMask(index, grant);
    requireNotOutranked(index, viewer, { name: grant.subjectName, mask });
    return transaction.removeGrant(id);
  });
}

/** Takes back the grant of a permission to a name. */
export async function revokePermission(
  gateway: Gateway,
  viewer: Administrator,
  input: GrantInput,
  manner: Manner = {},
): Promise<Done<Grant>> {
  gateway.live.index.scheme.bitOf(input.permission);
  const key = nameKey(input.subjectName);
  const grant = gateway.live.index
    .grants()
    .find(
      (candidate) =>
        candidate.permission === input.permission &&
        candidate.subjectType === input.subjectType &&
        candidate.subjectKey === key,
    );
  if (!grant) {
    const name = `${input.permission} to ${input.subjectName}`;
    throw new GatehouseError('NOT_FOUND', { kind: 'grant', name });
  }
  return revokeGrant(gateway, viewer, grant.id, manner);
}

export async function setMembershipMode(
  gateway: Gateway,
  viewer: SystemAdministrator,
  mode: MembershipMode,
  manner: Manner = {},
): Promise<Done<MembershipMode>> {
  return administerSystem(gateway, viewer, manner, async (transaction) => {
    await transaction.setMembershipMode(mode);
    return mode;
  });
}

/** @param limit seats allowed, or `null` for no limit. */
export async function setLicenceLimit(
  gateway: Gateway,
  viewer: SystemAdministrator,
  limit: number | null,
  manner: Manner = {},
): Promise<Done<number | null>> {
  requireLicenceLimit(limit);
  return administerSystem(gateway, viewer, manner, async (transaction) => {
    await transaction.setLicenceLimit(limit);
    return limit;
  });
}

/** @throws GatehouseError `INPUT_INVALID`. */
export function requireLicenceLimit(limit: number | null): void {
  if (limit === null || (Number.isInteger(limit) && limit >= 0)) return;
  throw new GatehouseError('INPUT_INVALID', {
    field: 'limit',
    reason: 'must be a whole number from 0 on, or null for no limit',
  });
}

function subjectMask(
  index: PermissionIndex,
  subject: { readonly subjectType: SubjectType; readonly subjectName: string },
): number {
  return subject.subjectType === 'USER'
    ? index.rankOfUser(subject.subjectName)
    : index.rankOfGroup(subject.subjectName);
}
