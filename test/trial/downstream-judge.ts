import type { FullRunCause, NameKey } from '../../src/domain/index.js';
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
  /** Something changed between two of its requests. */
  readonly disturbed: boolean;
}

/** Says of each run whether it had a reason to end as it did. */
export class RunJudge {
  #changes = 0;
  /** Number of the last change that moved what followers see. */
  #lastMove = 0;
  /** Of the last run that succeeded: its token is not older than when it began. */
  #followed: Circumstances | null = null;
  /** Who has borne each name, with the number of the last change after which they did. */
  readonly #bearers = new Map<NameKey, Map<string, number>>();

  get changes(): number {
    return this.#changes;
  }

  /**
   * A change was made, or may have been.
   * @param bearers the key of whoever bears each name since.
   */
  happened({ movesView }: Change, bearers: ReadonlyMap<NameKey, string>): void {
    this.#changes += 1;
    if (movesView) this.#lastMove = this.#changes;
    this.sawBearers(bearers);
  }

  sawBearers(bearers: ReadonlyMap<NameKey, string>): void {
    for (const [name, key] of bearers) {
      const all = this.#bearers.get(name) ?? new Map<string, number>();
      this.#bearers.set(name, all.set(key, this.#changes));
    }
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
        this.#followed = circumstances;
        return isDue ? [] : [`everything was read although nothing called for it; ${told}`];
      }
      default:
        return circumstances.interrupted ? [] : [told];
    }
  }

  #isDue(cause: FullRunCause, now: Circumstances): boolean {
    const followed = this.#followed;
    if (cause === 'REQUESTED') return now.requested;
    if (followed === null) return cause === 'FIRST_RUN';
    switch (cause) {
      case 'TOKEN_EXPIRED':
        return this.#lastMove > followed.begunAt;
      case 'INCONSISTENT_EVENT':
        return now.disturbed || followed.disturbed || this.#changedHands(followed.begunAt);
      default:
        return false;
    }
  }

  /** Whether a name came to somebody else: the events leave open what became of who bore it before. */
  #changedHands(since: number): boolean {
    const isSince = (change: number) => change >= since;
    return [...this.#bearers.values()].some((all) => [...all.values()].filter(isSince).length > 1);
  }
}
