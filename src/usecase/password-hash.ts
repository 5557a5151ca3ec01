import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { GatehouseError } from '../domain/index.js';

const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY = 64 * 1024 * 1024;

/**
 * Hashes of Atlassian's products: 16 bytes of salt and 32 of key, PBKDF2 with HMAC-SHA1 in 10,000 rounds
 * over the password in UTF-8 (https://passlib.readthedocs.io/en/stable/lib/passlib.hash.atlassian_pbkdf2_sha1.html,
 * https://support.atlassian.com/jira/kb/how-are-users-and-passwords-stored-in-the-jira-internal-directory/).
 */
const ATLASSIAN = /^\{PKCS5S2\}([A-Za-z0-9+/]{64})$/;
const ATLASSIAN_ROUNDS = 10_000;

/** Longest password taken, so that hashing has a bounded cost. */
export const MAX_PASSWORD_LENGTH = 1_024;

/** @throws GatehouseError `INPUT_INVALID` unless it has 1 to `MAX_PASSWORD_LENGTH` characters. */
export function requireNewPassword(password: string): void {
  if (password.length < 1 || password.length > MAX_PASSWORD_LENGTH) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'password',
      reason: `must have 1 to ${MAX_PASSWORD_LENGTH} characters`,
    });
  }
}

/**
 * Hashes a password that somebody chose.
 * @throws GatehouseError `INPUT_INVALID` as `requireNewPassword`.
 */
export async function hashNewPassword(password: string): Promise<string> {
  requireNewPassword(password);
  return hashPassword(password);
}

/** @throws GatehouseError `INPUT_INVALID` unless it is a hash as Atlassian's products keep it. */
export function requireImportable(hash: string): void {
  if (ATLASSIAN.test(hash)) return;
  throw new GatehouseError('INPUT_INVALID', {
    field: 'passwordHash',
    reason: 'must be a hash as Jira and Crowd keep it: `{PKCS5S2}` and 64 characters of base64',
  });
}

/** Whether a hash came from elsewhere and is to give way to one of ours. */
export function isImported(hash: string): boolean {
  return ATLASSIAN.test(hash);
}

/** Hashes a password with scrypt; the result carries its own parameters and salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return `scrypt:${COST.N}:${COST.r}:${COST.p}:${salt.toString('base64')}:${key.toString('base64')}`;
}

/**
 * Compares in constant time. Without a hash it spends the same time and says no, so that a name
 * without a password cannot be told from one with another password.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  if (password.length > MAX_PASSWORD_LENGTH) return false;
  const [, imported] = ATLASSIAN.exec(hash ?? '') ?? [];
  if (imported !== undefined) return verifyImported(password, Buffer.from(imported, 'base64'));
  const [kind, n, r, p, salt, key] = (hash ?? DUMMY).split(':');
  if (kind !== 'scrypt') throw new Error('a stored password hash has an unknown form');
  const expected = Buffer.from(key, 'base64');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64'), cost);
  return timingSafeEqual(actual, expected) && hash !== null;
}

const DUMMY = `scrypt:${COST.N}:${COST.r}:${COST.p}:${Buffer.alloc(SALT_BYTES).toString('base64')}:${Buffer.alloc(KEY_BYTES).toString('base64')}`;

async function verifyImported(password: string, saltAndKey: Buffer): Promise<boolean> {
  const salt = saltAndKey.subarray(0, SALT_BYTES);
  const actual = await new Promise<Buffer>((resolve, reject) => {
    pbkdf2(password, salt, ATLASSIAN_ROUNDS, KEY_BYTES, 'sha1', (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
  const isRight = timingSafeEqual(actual, saltAndKey.subarray(SALT_BYTES));
  // It costs a tenth of ours, and a wrong password must not tell by its time what is kept.
  if (!isRight) await verifyPassword(password, null);
  return isRight;
}

function derive(
  password: string,
  salt: Buffer,
  cost: { N: number; r: number; p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFC'),
      salt,
      KEY_BYTES,
      { ...cost, maxmem: MAX_MEMORY },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}
