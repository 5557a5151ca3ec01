import { GatehouseError, nameKey } from '../domain/index.js';
import { KnownName } from '../engine/index.js';
import type { Gateway } from './gateway.js';
import { sameSecret } from './same-secret.js';
import { type Credentials, signIn } from './sign-in.js';
import type { Proven } from './user-sessions.js';
import type { Viewer } from './viewer.js';

/**
 * Turns a name and a password into a viewer: the break-glass admin when the name is theirs (no
 * directory is asked then), else a user by the sign-in walk. Whoever signs in may still hold nothing.
 * @throws GatehouseError `UNAUTHENTICATED` for every refusal alike, `TOO_MANY_ATTEMPTS`.
 */
export async function identifyViewer(gateway: Gateway, credentials: Credentials): Promise<Viewer> {
  return viewerOf(await prove(gateway, credentials), credentials.address);
}

/** The same, and whose password it was. */
export async function prove(gateway: Gateway, credentials: Credentials): Promise<Proven> {
  const { breakGlass } = gateway;
  if (breakGlass && nameKey(breakGlass.name) === nameKey(credentials.name)) {
    return proveBreakGlass(gateway, breakGlass, credentials);
  }
  const result = await signIn(gateway, credentials);
  if (result.outcome !== 'SIGNED_IN') throw new GatehouseError('UNAUTHENTICATED', {});
  return { type: 'USER', user: result.user };
}

/** Somebody who has proved who they are, as the viewer of what they ask. */
export function viewerOf(proven: Proven, address: string | null): Viewer {
  if (proven.type === 'BREAK_GLASS') {
    return { type: 'BREAK_GLASS', name: proven.account.name, address };
  }
  const { name, key } = proven.user;
  return { type: 'USER', name, known: new KnownName(key), address };
}

async function proveBreakGlass(
  { log, throttle }: Gateway,
  account: NonNullable<Gateway['breakGlass']>,
  { password, address }: Credentials,
): Promise<Proven> {
  const right = await throttle.attempt(
    nameKey(account.name),
    async () => sameSecret(password, account.password),
    (same) => !same,
  );
  if (right) return { type: 'BREAK_GLASS', account };
  log.warn({ address }, 'break-glass sign-in refused');
  throw new GatehouseError('UNAUTHENTICATED', {});
}
