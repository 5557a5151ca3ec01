import type { FullRunCause } from '../../src/domain/index.js';
import type { Change } from './downstream-change.js';
import type { ToldRun } from './downstream-follower.js';

/** Why an administrator is asked; what goes with users and groups that others hold nothing by. */
const HELD_FOR: readonly (string | null)[] = ['REMOVALS_HELD', 'EMPTIED_GROUPS_HELD'];

/** In what circumstances runs went. */
export interface Circumstances {
  /** Number of changes when the first of them began. */
  readonly begunAt: number;
  /** One of the two processes ended meanwhile. */
  readonly interrupted: boolean;
  /** Somebody asked for a full one. */
  readonly requested: boolean;
}

/** Says of each run whether it had a reason to end as it did. */
export class RunJudge {
  #changes = 0;
  /** Number of the last change that moved what followers see. */
  #lastMove = 0;
  /** Number of changes when the last run that succeeded began, so that its token is not older. */
  #followedTo: number | null = null;

  get changes(): number {
    return this.#changes;
  }

  /** A change was made, or may have been. */
  happened({ movesView }: Change): void {
    this.#changes += 1;
    if (movesView) this.#lastMove = this.#changes;
  }

  /** @param run which has ended. @returns what is wrong with it. */
  problemsOf(run: ToldRun, circumstances: Circumstances): string[] {
    const { outcome, kind, fullCause, reason, message } = run;
    const told = `a run ended as ${outcome} ${kind} ${fullCause}: ${reason}, ${message}`;
    switch (outcome) {
      case 'RELEASED':
        return [];
      case 'HELD':
        return HELD_FOR.includes(reason) ? [] : [told];
      case 'SUCCEEDED': {
        const isDue = fullCause === null || this.#isDue(fullCause, circumstances);
        this.#followedTo = circumstances.begunAt;
        return isDue ? [] : [`everything was read although nothing called for it; ${told}`];
      }
      default:
        return circumstances.interrupted && outcome !== 'RUNNING' ? [] : [told];
    }
  }

  #isDue(cause: FullRunCause, { requested }: Circumstances): boolean {
    switch (cause) {
      case 'FIRST_RUN':
        return this.#followedTo === null;
      case 'REQUESTED':
        return requested;
      case 'TOKEN_EXPIRED':
        return this.#followedTo !== null && this.#lastMove > this.#followedTo;
      default:
        return false;
    }
  }
}
