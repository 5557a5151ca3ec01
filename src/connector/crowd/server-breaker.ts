import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhenResult,
} from 'cockatiel';
import type { GatehouseError } from '../../domain/index.js';
import type { ServerFaults, ServerTrouble } from './server-faults.js';

/** Exchanges in a row that must fail before a server is left alone. */
const FAILURES_IN_A_ROW = 3;
/** How long it is left alone at first; twice as long after each attempt that fails. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Whether a server is worth asking, for all who ask it in this process. After three exchanges in a row that
 * failed it is left alone for five seconds; then one exchange tries it, and while that fails the pauses double up to a
 * minute.
 */
export class ServerBreaker {
  readonly #faults: ServerFaults;
  #circuit: CircuitBreakerPolicy;
  #trouble: ServerTrouble = null;
  #openedAt = 0;
  #pauseMs = 0;

  constructor(faults: ServerFaults) {
    this.#faults = faults;
    this.#circuit = this.#closedCircuit();
  }

  /**
   * Lets an exchange happen and learns from it.
   * @param exchange resolves once it is over, and does not reject. It is told whether it tries a server that is
   *   left alone: others are kept out until it resolves.
   * @param insist for somebody who wants to know whether the server works *now*: it is asked in any case.
   * @throws GatehouseError `UNREACHABLE` at once, without an exchange, while the server is left alone.
   */
  async watch(
    exchange: (isTrial: boolean) => Promise<ServerTrouble>,
    insist: boolean,
  ): Promise<void> {
    this.#forgetWhenClockWasSetBack();
    const circuit = this.#circuit;
    const learn = async () => {
      const trouble = await exchange(circuit.state !== CircuitState.Closed);
      this.#trouble = trouble ?? this.#trouble;
      return trouble;
    };
    if (insist && circuit.state !== CircuitState.Closed) {
      if ((await learn()) === null) this.#circuit = this.#closedCircuit();
      return;
    }
    // The circuit would make others wait for the exchange that tries the server.
    if (circuit.state === CircuitState.HalfOpen) throw this.#leftAlone('it is being tried again');
    try {
      await circuit.execute(learn);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      const seconds = Math.ceil((this.#openedAt + this.#pauseMs - Date.now()) / 1_000);
      throw this.#leftAlone(`it is tried again in ${Math.max(1, seconds)} s`);
    }
  }

  /** From the third failure in a row to the next exchange that works, also when nobody asks meanwhile. */
  get isLeftAlone(): boolean {
    return this.#circuit.state !== CircuitState.Closed;
  }

  #closedCircuit(): CircuitBreakerPolicy {
    const troubled = handleWhenResult((trouble) => trouble !== null);
    return circuitBreaker(troubled, {
      breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
      halfOpenAfter: new DelegateBackoff(({ attempt }) => {
        this.#openedAt = Date.now();
        this.#pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
        return this.#pauseMs;
      }),
    });
  }

  /** The circuit counts by the wall clock; an hour that is repeated must not become a pause of an hour. */
  #forgetWhenClockWasSetBack(): void {
    if (this.#circuit.state === CircuitState.Open && Date.now() < this.#openedAt) {
      this.#circuit = this.#closedCircuit();
    }
  }

  #leftAlone(next: string): GatehouseError<'UNREACHABLE'> {
    const before = this.#trouble?.details.reason ?? 'no answer';
    return this.#faults.unreachable(`${before}, a moment ago; ${next}`);
  }
}
