import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { TokenDigest } from '../domain/index.js';

const TOKEN_BYTES = 32;

/** A new token: 256 random bits in base64url. Whoever bears it is signed in. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What a token is known by. Of 256 random bits a plain digest gives nothing away. */
export function tokenDigest(token: string): TokenDigest {
  return createHash('sha256').update(token).digest('base64url') as TokenDigest;
}

/**
 * A digest of something that can be guessed, such as an address, or of a password. Without the token,
 * which is kept nowhere, no guess can be tried.
 */
export function digestUnder(token: string, field: string, text: string): string {
  return createHmac('sha256', token)
    .update(`${Buffer.byteLength(field)}:${field}${text}`)
    .digest('base64url');
}
