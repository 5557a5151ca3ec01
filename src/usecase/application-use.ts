import {
  type Application,
  type ApplicationId,
  type CallCount,
  GatehouseError,
  MOST_REFUSED_CALLS,
  type RefusedCalls,
} from '../domain/index.js';
import { administerSystem, type Done } from './administer.js';
import type { Gateway } from './gateway.js';
import { parseRemoteAddresses } from './remote-addresses.js';
import type { SystemAdministrator } from './viewer.js';

/** How often an application called, by what was made of it. Calls at other processes come ten seconds late. */
export async function callCounts(
  { ledger, store }: Gateway,
  _viewer: SystemAdministrator,
  id: ApplicationId,
): Promise<readonly CallCount[]> {
  await ledger.write();
  return store.applicationUse.counts(id);
}

/** The latest calls in its name that were refused, latest first, each address and reason once. */
export async function refusedCalls(
  { ledger, store }: Gateway,
  _viewer: SystemAdministrator,
  id: ApplicationId,
  atMost: number,
): Promise<readonly RefusedCalls[]> {
  await ledger.write();
  return store.applicationUse.refused(id, atMost);
}

/**
 * Admits addresses from which an application was refused for its address of late.
 * @param addresses as they were judged; `null`: all of these.
 * @throws GatehouseError `INPUT_INVALID` for one that was not refused of late; `NOT_FOUND`.
 */
export async function admitRefused(
  gateway: Gateway,
  viewer: SystemAdministrator,
  id: ApplicationId,
  addresses: readonly string[] | null,
): Promise<Done<Application>> {
  const calls = await refusedCalls(gateway, viewer, id, MOST_REFUSED_CALLS);
  const refused = calls.flatMap(({ reason, address }) => {
    return reason === 'ADDRESS_REFUSED' && address !== null ? [address] : [];
  });
  const stranger = addresses?.find((address) => !refused.includes(address));
  if (stranger !== undefined) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'addresses',
      reason: `holds \`${stranger.slice(0, 100)}\`, from which the application was not refused of late`,
    });
  }
  return administerSystem(gateway, viewer, {}, async (transaction) => {
    const application = await transaction.applicationById(id);
    if (!application) {
      throw new GatehouseError('NOT_FOUND', { kind: 'application', name: String(id) });
    }
    const added = [...application.remoteAddresses, ...(addresses ?? refused)];
    return transaction.changeApplication(id, { remoteAddresses: parseRemoteAddresses(added) });
  });
}
