import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../domain/index.js';

const MAX_REMEMBERED = 10_000;

/**
 * Remembers for a short while that a password was right, so that Basic credentials on each request
 * do not cost a slow hash, or a call to Jira, on each request. Holds no password: the key is a
 * digest with a secret that lives and dies with this process. Wrong passwords are never remembered.
 */
export class CredentialMemory {
  private readonly secret = randomBytes(32).toString('base64');
  private readonly until = new Map<string, { owner: string; expires: number }>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @param owner names whose password it is; `forget` drops by it. */
  remember(owner: string, password: string, forMs: number): void {
    if (this.until.size >= MAX_REMEMBERED) {
      // A Map keeps the order of insertion: the first key is the oldest.
      for (const oldest of this.until.keys()) {
        this.until.delete(oldest);
        break;
      }
    }
    this.until.set(this.keyOf(owner, password), {
      owner,
      expires: this.clock.now().getTime() + forMs,
    });
  }

  isRemembered(owner: string, password: string): boolean {
    const key = this.keyOf(owner, password);
    const entry = this.until.get(key);
    if (!entry) return false;
    if (entry.expires > this.clock.now().getTime()) return true;
    this.until.delete(key);
    return false;
  }

  /** Drops everything remembered of an owner. */
  forget(owner: string): void {
    for (const [key, entry] of this.until) if (entry.owner === owner) this.until.delete(key);
  }

  forgetAll(): void {
    this.until.clear();
  }

  private keyOf(owner: string, password: string): string {
    // Nobody is shown a digest, so it need be no HMAC, which takes several times as long.
    return hash('sha256', `${this.secret}${owner.length}:${owner}${password}`, 'base64');
  }
}
