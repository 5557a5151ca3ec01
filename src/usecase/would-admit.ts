import { type ApplicationId, GatehouseError } from '../domain/index.js';
import type { Gateway } from './gateway.js';
import { admittingRule, canonicalAddress, nearestRule } from './remote-addresses.js';
import type { SystemAdministrator } from './viewer.js';

/** Whether an application's requests from one address are let in. */
export interface Admission {
  /** With the right password, and as the application is now: one that is inactive is let in from nowhere. */
  readonly admitted: boolean;
  /** As it is compared, in canonical form; `null` for what is no address. */
  readonly address: string | null;
  /** The first rule that holds the address, or else the nearest; `null` when none is of its family. */
  readonly rule: string | null;
}

/**
 * Judges an address as `authenticateApplication` would, without a request from there. It is the
 * address at the end of `clientAddress`: nothing is said about proxies.
 * @throws GatehouseError `NOT_FOUND` for an application that is not there.
 */
export async function wouldAdmit(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: ApplicationId,
  text: string,
): Promise<Admission> {
  const applications = await gateway.store.reader.applications();
  const application = applications.find((candidate) => candidate.id === id);
  if (!application)
    throw new GatehouseError('NOT_FOUND', { kind: 'application', name: String(id) });
  const address = canonicalAddress(text.trim());
  if (address === null) return { admitted: false, address, rule: null };
  const { active, remoteAddresses } = application;
  const admitting = admittingRule(remoteAddresses, address);
  return {
    admitted: active && admitting !== null,
    address,
    rule: admitting ?? nearestRule(remoteAddresses, address),
  };
}
