import type { SelfAudit } from '../domain/index.js';
import { auditIndex } from './audit-index.js';
import { auditRows } from './audit-rows.js';
import type { Gateway } from './gateway.js';
import type { Administrator, SystemAdministrator } from './viewer.js';

/** What the audits of all processes found, newest first. */
export function selfAudits(
  { store }: Gateway,
  _viewer: Administrator,
  atMost: number,
): Promise<SelfAudit[]> {
  return store.upkeep.audits(atMost);
}

/**
 * Audits the rows and the index of the process that was asked, now.
 * @throws GatehouseError `STORE_BUSY`.
 */
export async function auditNow(
  gateway: Gateway,
  _viewer: SystemAdministrator,
): Promise<SelfAudit[]> {
  return [await auditIndex(gateway), await auditRows(gateway)];
}
