import { createHash, timingSafeEqual } from 'node:crypto';

/** Constant time for any two lengths: digests are compared, not the secrets. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
