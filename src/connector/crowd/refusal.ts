import type { GatehouseError } from '../../domain/index.js';
import { readErrorBody } from './error-body.js';
import type { CrowdAnswer } from './http-exchange.js';
import { mediaTypeFault } from './media-type.js';
import { isTrouble } from './trouble-status.js';

/** An answer that is no success: what the few callers that expect one look at, and the error for all others. */
export interface Refusal {
  readonly status: number;
  /** The reason code of the protocol's error document, when there was one. */
  readonly reason: string | null;
  readonly error: GatehouseError;
}

/** Reasons with status 403 that are about the request and not about the caller's address. */
const PERMISSION_REASONS: ReadonlySet<string> = new Set([
  'APPLICATION_PERMISSION_DENIED',
  'APPLICATION_ACCESS_DENIED',
]);

/**
 * Looks at the status. `null` means 200 with a body that can be read as XML; for anything else the
 * body has been read or discarded.
 * @throws GatehouseError when the body of a refusal does not come, and `PROTOCOL` for a 200 that is no XML.
 */
export async function refusalOf(answer: CrowdAnswer): Promise<Refusal | null> {
  const { status, faults } = answer;
  if (status === 200) {
    const fault = mediaTypeFault(answer.headers, faults);
    if (!fault) return null;
    answer.discard();
    throw fault;
  }
  // In this protocol 401 is always about the application: a user's wrong password is 400.
  if (status === 401) {
    answer.discard();
    return { status, reason: null, error: faults.application() };
  }
  if (status < 400) {
    answer.discard();
    const error = faults.protocol('status', `is ${status} where 200 was due`);
    return { status, reason: null, error };
  }
  const { reason, says } = await readErrorBody(answer);
  return { status, reason, error: errorOf(answer, reason, says) };
}

/** The answer itself, when it is a success with XML to read. @throws GatehouseError for every other answer. */
export async function requireSuccess(answer: CrowdAnswer): Promise<CrowdAnswer> {
  const refusal = await refusalOf(answer);
  if (refusal) throw refusal.error;
  return answer;
}

function errorOf(
  { status, faults }: CrowdAnswer,
  reason: string | null,
  says: string | null,
): GatehouseError {
  if (isTrouble(status)) return faults.unreachable(`answers ${status}`);
  if (status === 403 && !(reason !== null && PERMISSION_REASONS.has(reason))) {
    return faults.addressRefused(says);
  }
  return reason === null
    ? faults.protocol('status', `is ${status} where 200 was due`)
    : faults.protocol('reason', `is ${faults.quote(reason)} (status ${status})`);
}
