import type { PassingBy } from '../support/gateway-front.js';
import type { Random } from '../support/random.js';
import type { GatewayEnd, RestartingGateway } from '../support/restarting-gateway.js';

/** Requests of a run that reads everything; one that follows events has the first of them alone. */
const MOST_REQUESTS = 8;
const ENDS: readonly GatewayEnd[] = ['stop', 'kill'];

/** What happens in the middle of a run, at one of its requests, if it comes to that. */
export class Interruption implements PassingBy {
  readonly #at: number;
  readonly #afterAnswer: boolean;
  readonly #how: GatewayEnd;
  readonly #gateway: RestartingGateway;
  readonly #waits: boolean;
  readonly #who: 'first' | 'second';
  #ending: Promise<void> | null = null;

  private constructor(
    random: Random,
    gateway: RestartingGateway,
    who: 'first' | 'second',
    moment: { readonly afterAnswer: boolean; readonly waits: boolean },
  ) {
    this.#gateway = gateway;
    this.#who = who;
    this.#at = random.chance(50) ? 1 : 1 + random.below(MOST_REQUESTS);
    this.#how = random.pick(ENDS);
    this.#afterAnswer = moment.afterAnswer;
    this.#waits = moment.waits;
  }

  /** The server is gone before it has answered. */
  static ofServer(random: Random, server: RestartingGateway): Interruption {
    return new Interruption(random, server, 'first', { afterAnswer: false, waits: true });
  }

  /** The client goes while it waits for an answer, or with what it was answered. */
  static ofClient(random: Random, client: RestartingGateway): Interruption {
    // Whoever is to stop may wait for the answer, so that nobody can wait for its end before.
    return new Interruption(random, client, 'second', {
      afterAnswer: random.chance(50),
      waits: false,
    });
  }

  get happened(): boolean {
    return this.#ending !== null;
  }

  /** One of few, for the figures. */
  get kind(): string {
    return `${this.#who} in a run, ${this.#how}`;
  }

  toString(): string {
    return `${this.kind}, ${this.#afterAnswer ? 'after the answer to' : 'at'} request ${this.#at}`;
  }

  async asked(nth: number): Promise<void> {
    if (!this.#afterAnswer) await this.#end(nth);
  }

  async answered(nth: number): Promise<void> {
    if (this.#afterAnswer) await this.#end(nth);
  }

  /** Starts the process again if it ended. */
  async mend(): Promise<void> {
    if (this.#ending === null) return;
    await this.#ending;
    await this.#gateway.begin();
  }

  async #end(nth: number): Promise<void> {
    if (nth !== this.#at || this.#ending !== null) return;
    this.#ending = this.#gateway.end(this.#how);
    if (this.#waits) await this.#ending;
  }
}
