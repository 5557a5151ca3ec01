import type { PermissionIndex } from '../engine/index.js';
import type { LiveIndex } from './live-index.js';

/**
 * A state of the truth to ask about. `question` is asked in one go, so what it finds out belongs
 * together. It may be asked more than once and must not change the index.
 */
export interface Moment {
  ask<Answer>(question: (index: PermissionIndex) => Answer): Answer | Promise<Answer>;
}

/** Now: the latest state that this process knows. The next question may find a later one. */
export function now(live: LiveIndex): Moment {
  return { ask: (question) => question(live.index) };
}
