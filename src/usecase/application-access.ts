import { type Application, MAX_NAME_LENGTH } from '../domain/index.js';
import type { Gateway } from './gateway.js';
import { verifyPassword } from './password-hash.js';
import { admits, nearestRule } from './remote-addresses.js';

/** How long a right password is remembered. Name, active flag and addresses are looked at each time. */
const REMEMBER_MS = 5 * 60_000;

export interface ApplicationCredentials {
  /** Case-sensitive. */
  readonly name: string;
  readonly password: string;
  /** The caller's address as `clientAddress` judges it; `null` is admitted nowhere. */
  readonly address: string | null;
}

declare const gate: unique symbol;

/** An application that has proved its password from one of its addresses. May read users and groups. */
export interface ApplicationCaller {
  readonly application: Application;
  readonly address: string;
  readonly [gate]: { readonly read: true };
}

export type ApplicationAccess =
  | { readonly outcome: 'ADMITTED'; readonly caller: ApplicationCaller }
  | { readonly outcome: 'NOT_AUTHENTICATED' }
  | {
      readonly outcome: 'FORBIDDEN';
      readonly address: string | null;
      /** The entry of the application's list that comes closest to the address. */
      readonly nearestRule: string | null;
    };

type AccessRefusal = 'UNKNOWN_APPLICATION' | 'INACTIVE' | 'ADDRESS_REFUSED' | 'WRONG_PASSWORD';

/**
 * The only way to an application caller: the right name, an active application, one of its addresses
 * *and* its password, judged in this order as Crowd does. A refused address therefore hides whether
 * the password was right, and an unknown name costs as much time as a wrong password. Each refusal
 * is logged with its reason, never with the password.
 */
export async function authenticateApplication(
  gateway: Gateway,
  credentials: ApplicationCredentials,
): Promise<ApplicationAccess> {
  const { name, password, address } = credentials;
  const found = name.length > MAX_NAME_LENGTH ? null : await gateway.rows.application(name);
  if (!found) {
    await verifyPassword(password, null);
    return refuse(gateway, credentials, 'UNKNOWN_APPLICATION', null);
  }
  const { application, passwordHash } = found;
  if (!application.active) return refuse(gateway, credentials, 'INACTIVE', application);
  if (address === null || !admits(application.remoteAddresses, address)) {
    return refuse(gateway, credentials, 'ADDRESS_REFUSED', application);
  }
  const owner = credentialOwnerOf(application, passwordHash);
  if (!gateway.credentials.isRemembered(owner, password)) {
    if (!(await verifyPassword(password, passwordHash))) {
      return refuse(gateway, credentials, 'WRONG_PASSWORD', application);
    }
    gateway.credentials.remember(owner, password, REMEMBER_MS);
  }
  return { outcome: 'ADMITTED', caller: { application, address } as ApplicationCaller };
}

/**
 * Names the stored hash too: once it is another one, in this process or by another, nothing
 * remembered of the old password matches, and nobody has to be told to forget it.
 */
function credentialOwnerOf({ id }: Application, passwordHash: string): string {
  return `application:${id}:${passwordHash}`;
}

function refuse(
  gateway: Gateway,
  { name, address }: ApplicationCredentials,
  reason: AccessRefusal,
  application: Application | null,
): ApplicationAccess {
  const rule =
    application && address !== null ? nearestRule(application.remoteAddresses, address) : null;
  gateway.log.warn(
    { application: name.slice(0, MAX_NAME_LENGTH), reason, address, nearestRule: rule },
    'application refused',
  );
  return reason === 'INACTIVE' || reason === 'ADDRESS_REFUSED'
    ? { outcome: 'FORBIDDEN', address, nearestRule: rule }
    : { outcome: 'NOT_AUTHENTICATED' };
}
