import {
  asId,
  compileScheme,
  GatehouseError,
  type Grant,
  type GrantId,
  type MembershipMode,
  requireName,
} from '../../domain/index.js';
import type { StoreTransaction } from '../store.js';
import { toGrant } from './map-rows.js';
import { readScheme, readState } from './read-settings.js';
import type { Scope } from './scope.js';

/** @throws GatehouseError `GRANT_EXISTS`, `UNKNOWN_PERMISSION`, `NAME_INVALID`. */
export async function addGrant(
  scope: Scope,
  { permission, subjectType, subjectName }: Parameters<StoreTransaction['addGrant']>[0],
): Promise<Grant> {
  const rows = scope.session.rows('permission_grant');
  compileScheme(await readScheme(scope.session)).bitOf(permission);
  const subjectKey = requireName(subjectType === 'USER' ? 'user' : 'group', subjectName);
  if (await rows.existsBy({ permission, subjectType, subjectKey })) {
    throw new GatehouseError('GRANT_EXISTS', { permission, subject: subjectName });
  }
  const id: GrantId = asId(await scope.allocateIds(1));
  const grant: Grant = { id, permission, subjectType, subjectName, subjectKey };
  await rows.insert({ ...grant });
  scope.record({ kind: 'GrantAdded', grant });
  return grant;
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function removeGrant(scope: Scope, id: GrantId): Promise<Grant> {
  const rows = scope.session.rows('permission_grant');
  const row = await rows.findOneBy({ id });
  if (!row) throw new GatehouseError('NOT_FOUND', { kind: 'grant', name: String(id) });
  const grant = toGrant(row);
  await rows.delete({ id });
  scope.record({ kind: 'GrantRemoved', grant });
  return grant;
}

/** Records nothing when it is so already. */
export async function setMembershipMode(scope: Scope, mode: MembershipMode): Promise<void> {
  const { membershipMode: before } = await readState(scope.session);
  if (before === mode) return;
  await scope.session.rows('gateway_state').update({ id: 1 }, { membershipMode: mode });
  scope.record({ kind: 'MembershipModeChanged', before, after: mode });
}

/** Records nothing when it is so already. */
export async function setLicenceLimit(scope: Scope, limit: number | null): Promise<void> {
  const { licenceLimit: before } = await readState(scope.session);
  if (before === limit) return;
  await scope.session.rows('gateway_state').update({ id: 1 }, { licenceLimit: limit });
  scope.record({ kind: 'LicenceLimitChanged', before, after: limit });
}
