import {
  GatehouseError,
  type Grant,
  type Page,
  type PageRequest,
  type SetAsideGrant,
  type SetAsideGrantId,
} from '../domain/index.js';
import type { StoreTransaction } from '../store/index.js';
import { administer, type Done, type Manner, requireNotOutranked } from './administer.js';
import type { Gateway } from './gateway.js';
import { addGrantWithin } from './manage-grants.js';
import type { Administrator } from './viewer.js';

/** Grants that wait for a decision because somebody else came to bear their name, newest first. */
export function setAsideGrants(
  { store }: Gateway,
  _viewer: Administrator,
  page: PageRequest<SetAsideGrantId>,
): Promise<Page<SetAsideGrant>> {
  return store.tombstones.setAsidePage(page);
}

/** `null` once it has been decided about. */
export function setAsideGrant(
  { store }: Gateway,
  _viewer: Administrator,
  id: SetAsideGrantId,
): Promise<SetAsideGrant | null> {
  return store.tombstones.setAsideById(id);
}

/**
 * Grants to the name again what was set aside: to whoever bears it now. The rules are those of
 * `grantPermission`. @throws GatehouseError `NOT_FOUND`, and as `grantPermission`.
 */
export async function confirmSetAsideGrant(
  gateway: Gateway,
  viewer: Administrator,
  id: SetAsideGrantId,
  manner: Manner = {},
): Promise<Done<Grant>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const { permission, subjectName } = await requireSetAside(transaction, id);
    await transaction.tombstones.forgetSetAside(id);
    const input = { permission, subjectType: 'USER', subjectName } as const;
    return addGrantWithin(transaction, index, viewer, input);
  });
}

/**
 * Decides against what was set aside. Nobody's permissions move.
 * @throws GatehouseError `NOT_FOUND`; `TARGET_OUTRANKS_VIEWER` for a permission that the viewer lacks.
 */
export async function dismissSetAsideGrant(
  gateway: Gateway,
  viewer: Administrator,
  id: SetAsideGrantId,
): Promise<Done<SetAsideGrant>> {
  return administer(gateway, viewer, {}, async (transaction, index) => {
    const setAside = await requireSetAside(transaction, id);
    const mask = index.scheme.maskOf(setAside.permission);
    requireNotOutranked(index, viewer, { name: setAside.subjectName, mask });
    await transaction.tombstones.forgetSetAside(id);
    return setAside;
  });
}

async function requireSetAside(
  transaction: StoreTransaction,
  id: SetAsideGrantId,
): Promise<SetAsideGrant> {
  const found = await transaction.tombstones.setAsideById(id);
  if (!found) throw new GatehouseError('NOT_FOUND', { kind: 'grant set aside', name: String(id) });
  return found;
}
