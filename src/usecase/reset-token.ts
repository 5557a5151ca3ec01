import { createHash, randomBytes } from 'node:crypto';
import type { ResetDigest } from '../domain/index.js';

/** Nobody guesses it: 256 random bits. */
const TOKEN_BYTES = 32;

/** A new token, good in a URL as it stands. */
export function newResetToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is kept of a token, by which it is found again. */
export function resetDigest(token: string): ResetDigest {
  return createHash('sha256').update(token).digest('hex') as ResetDigest;
}
