import { type FactorDigest, GatehouseError } from '../domain/index.js';
import { canonicalAddress } from './remote-addresses.js';
import { digestUnder } from './session-token.js';

/** By which a session is bound to the machine it was made for (Crowd: validation factors). */
export const REMOTE_ADDRESS = 'remote_address';

const MAX_FACTORS = 20;
const MAX_FACTOR_LENGTH = 1_000;

/** Something a token is only valid with, as a client sends it. */
export interface ValidationFactor {
  readonly name: string;
  readonly value: string;
}

/**
 * The factors as they are kept: names without regard to case, outer space taken off, an address in
 * its canonical form, each once and in order.
 * @throws GatehouseError `INPUT_INVALID` for too many or too long ones.
 */
export function factorDigests(
  token: string,
  factors: readonly ValidationFactor[],
): readonly FactorDigest[] {
  requireFew(factors);
  const digests = new Map<string, FactorDigest>();
  for (const factor of factors) {
    const name = factor.name.trim().toLowerCase();
    const digest = digestUnder(token, name, normalisedValue(name, factor.value.trim()));
    digests.set(`${name} ${digest}`, { name, digest });
  }
  return [...digests.keys()].sort().flatMap((key) => digests.get(key) ?? []);
}

/** Whether a token is shown with exactly the factors it was made with. */
export function sameFactors(
  kept: readonly FactorDigest[],
  shown: readonly FactorDigest[],
): boolean {
  return (
    kept.length === shown.length &&
    kept.every(({ name, digest }, i) => shown[i].name === name && shown[i].digest === digest)
  );
}

/** Whether a session may be used from an address: one that is bound to none may from everywhere. */
export function fitsAddress(
  token: string,
  kept: readonly FactorDigest[],
  address: string | null,
): boolean {
  const bound = kept.filter(({ name }) => name === REMOTE_ADDRESS);
  if (bound.length === 0) return true;
  const digest = address === null ? null : digestUnder(token, REMOTE_ADDRESS, address);
  return bound.every((factor) => factor.digest === digest);
}

function normalisedValue(name: string, value: string): string {
  return name === REMOTE_ADDRESS ? (canonicalAddress(value) ?? value) : value;
}

function requireFew(factors: readonly ValidationFactor[]): void {
  const tooLong = ({ name, value }: ValidationFactor) =>
    name.length > MAX_FACTOR_LENGTH || value.length > MAX_FACTOR_LENGTH;
  if (factors.length <= MAX_FACTORS && !factors.some(tooLong)) return;
  const reason = `may hold ${MAX_FACTORS} factors of ${MAX_FACTOR_LENGTH} characters at most`;
  throw new GatehouseError('INPUT_INVALID', { field: 'validation-factors', reason });
}
