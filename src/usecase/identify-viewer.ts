import { GatehouseError, nameKey } from '../domain/index.js';
import { KnownName } from '../engine/index.js';
import { FailureThrottle } from './failure-throttle.js';
import type { Gateway } from './gateway.js';
import { sameSecret } from './same-secret.js';
import { type Credentials, signIn } from './sign-in.js';
import type { Viewer } from './viewer.js';

/**
 * Turns a name and a password into a viewer: the break-glass admin when the name is theirs (no
 * directory is asked then), else a user by the sign-in walk. Whoever signs in may still hold nothing.
 * @throws GatehouseError `UNAUTHENTICATED` for every refusal alike, `TOO_MANY_ATTEMPTS`.
 */
export async function identifyViewer(
  gateway: Gateway,
  throttle: FailureThrottle,
  credentials: Credentials,
): Promise<Viewer> {
  const { name } = credentials;
  const account = nameKey(name);
  throttle.requireOpen(account);
  const viewer = await identify(gateway, credentials);
  if (!viewer) {
    throttle.failed(account);
    throw new GatehouseError('UNAUTHENTICATED', {});
  }
  throttle.succeeded(account);
  return viewer;
}

async function identify(gateway: Gateway, credentials: Credentials): Promise<Viewer | null> {
  const { name, password, address } = credentials;
  const { breakGlass } = gateway;
  if (breakGlass && nameKey(breakGlass.name) === nameKey(name)) {
    if (!sameSecret(password, breakGlass.password)) {
      gateway.log.warn({ address }, 'break-glass sign-in refused');
      return null;
    }
    return { type: 'BREAK_GLASS', name: breakGlass.name, address };
  }
  const result = await signIn(gateway, credentials);
  if (result.outcome !== 'SIGNED_IN') return null;
  return { type: 'USER', name: result.user.name, known: new KnownName(result.user.key), address };
}
