import { type Application, type ApplicationRefusal, MAX_NAME_LENGTH } from '../domain/index.js';
import type { ApplicationSecret } from '../store/index.js';
import type { Gateway } from './gateway.js';
import { hashPassword, isImported, verifyPassword } from './password-hash.js';
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

type AccessRefusal = 'UNKNOWN_APPLICATION' | ApplicationRefusal;

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
  const { application } = found;
  if (!application.active) return refuse(gateway, credentials, 'INACTIVE', application);
  if (address === null || !admits(application.remoteAddresses, address)) {
    return refuse(gateway, credentials, 'ADDRESS_REFUSED', application);
  }
  if (!(await isRight(gateway, found, password))) {
    return refuse(gateway, credentials, 'WRONG_PASSWORD', application);
  }
  gateway.ledger.admitted(application.id);
  return { outcome: 'ADMITTED', caller: { application, address } as ApplicationCaller };
}

/** The password, or for as long as it is good the one from before. */
async function isRight(
  gateway: Gateway,
  { application, passwordHash, previousPasswordHash }: ApplicationSecret,
  password: string,
): Promise<boolean> {
  const { previousPasswordUntil: until } = application;
  const isOver = until === null || Date.parse(until) <= gateway.clock.now().getTime();
  const hashes = isOver ? [passwordHash] : [passwordHash, previousPasswordHash];
  for (const hash of hashes) {
    const owner = credentialOwnerOf(application, hash ?? '');
    if (gateway.credentials.isRemembered(owner, password)) return true;
  }
  for (const hash of hashes) {
    if (!(await verifyPassword(password, hash))) continue;
    gateway.credentials.remember(credentialOwnerOf(application, hash ?? ''), password, REMEMBER_MS);
    if (hash !== null && isImported(hash)) await hashAnew(gateway, application, hash, password);
    return true;
  }
  return false;
}

/** Puts a hash of ours in the place of an imported one, if that is still there. */
async function hashAnew(
  { store, rows, log }: Gateway,
  { id, name }: Application,
  imported: string,
  password: string,
): Promise<void> {
  try {
    const ours = await hashPassword(password);
    await store.transact({ type: 'GATEWAY' }, (transaction) =>
      transaction.replaceApplicationHash(id, imported, ours),
    );
    // The log does not tell of it, for the password is the same.
    rows.forgetApplication(name);
    log.info({ application: name }, 'the imported password hash was replaced');
  } catch (error) {
    // The caller's password is right all the same; the next cold login tries again.
    log.error({ err: error, application: name }, 'an imported password hash was not replaced');
  }
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
  if (application && reason !== 'UNKNOWN_APPLICATION') {
    gateway.ledger.turnedAway(application.id, reason, address, rule);
  }
  return reason === 'INACTIVE' || reason === 'ADDRESS_REFUSED'
    ? { outcome: 'FORBIDDEN', address, nearestRule: rule }
    : { outcome: 'NOT_AUTHENTICATED' };
}
