import type { Gateway } from '../usecase/index.js';

/** Of less than a kilobyte each. */
const MOST_ANSWERS = 10_000;

/** A short answer with status 200, as it is sent. */
export interface KeptAnswer {
  readonly type: string;
  /** Bytes, because text would be encoded anew each time it is sent. */
  readonly body: Buffer;
}

/** Of what an answer is: nothing has changed since while it is the same. */
export interface Standing {
  readonly index: Gateway['live']['index'];
  readonly revision: number;
}

/**
 * Remembers what was answered to questions about one user or one group: clients ask the same ones again
 * and again. All of it is of one revision of the log, and goes with whatever happens next; in this process
 * that is at the commit, in others when they hear of it. While nothing is heard, nothing is remembered.
 */
export class AnswerMemory {
  private readonly gateway: Gateway;
  private answers = new Map<string, KeptAnswer>();
  private of: Standing;

  constructor(gateway: Gateway) {
    this.gateway = gateway;
    this.of = this.standing();
  }

  /** How it stands now: taken before an answer is worked out. */
  standing(): Standing {
    const { index } = this.gateway.live;
    return { index, revision: index.revision };
  }

  /** @param question all that the answer depends on but what the log tells. */
  find(question: string): KeptAnswer | undefined {
    return this.gateway.rows.isHeard() && this.isNow(this.of)
      ? this.answers.get(question)
      : undefined;
  }

  /** @param since how it stood before the answer was worked out. */
  keep(question: string, answer: KeptAnswer, since: Standing): void {
    if (!this.isNow(since)) return;
    if (!this.isNow(this.of) || this.answers.size >= MOST_ANSWERS) {
      this.answers = new Map();
      this.of = since;
    }
    this.answers.set(question, answer);
  }

  private isNow({ index, revision }: Standing): boolean {
    const now = this.gateway.live.index;
    return now === index && now.revision === revision;
  }
}
