import { isGatehouseError } from '../../domain/index.js';
import type { CrowdAnswer, CrowdRequest, DirectExchange, HttpExchange } from './http-exchange.js';
import { wasCut } from './network-failure.js';
import { type Patience, Postponed } from './patience.js';
import type { ServerBreaker } from './server-breaker.js';
import type { ServerTrouble } from './server-faults.js';
import { isTrouble } from './trouble-status.js';

/** Exchanges with a server that is left alone while it does not work, and is borne with where nobody waits. */
export class GuardedExchange implements HttpExchange {
  readonly #direct: DirectExchange;
  readonly #breaker: ServerBreaker;
  readonly #insist: boolean;

  /** `insist` as in `ServerBreaker.watch`. */
  constructor(direct: DirectExchange, breaker: ServerBreaker, insist: boolean) {
    this.#direct = direct;
    this.#breaker = breaker;
    this.#insist = insist;
  }

  get faults() {
    return this.#direct.faults;
  }

  usage() {
    return this.#direct.usage();
  }

  /** As `DirectExchange.send`; `UNREACHABLE` without a request while the server is left alone. */
  send(request: CrowdRequest): Promise<CrowdAnswer> {
    return new Promise((resolve, reject) => {
      let failure: unknown = null;
      const exchange = async (isTrial: boolean): Promise<ServerTrouble> => {
        try {
          const answer = await this.#ask(request);
          resolve(answer);
          // A document that takes minutes would keep others out although the server works.
          const isOver = isTrial && request.allowance === 'STREAM';
          // Else an exchange is over when its body is: a server can also hang in the middle.
          return (isOver ? null : await answer.ended) ?? this.#troubleOf(answer, request);
        } catch (error) {
          failure = error;
          return troubleIn(error);
        }
      };
      // Told only once it is counted: whoever asks next must find it counted. After an answer it comes to nothing.
      this.#breaker.watch(exchange, this.#insist).then(() => reject(failure), reject);
    });
  }

  #ask(request: CrowdRequest): Promise<CrowdAnswer> {
    return request.patience
      ? this.#askPatiently(request, request.patience)
      : this.#direct.send(request);
  }

  async #askPatiently(request: CrowdRequest, patience: Patience): Promise<CrowdAnswer> {
    for (let repeats = 0; ; ) {
      try {
        return await this.#direct.send(request);
      } catch (error) {
        if (error instanceof Postponed) {
          if (!(await patience.waitFor(error))) throw error.refusal;
          continue;
        }
        repeats += 1;
        if (!wasCut(error) || !(await patience.beforeRepeat(repeats))) throw error;
      }
    }
  }

  /** What a status says about the server as a whole. */
  #troubleOf({ status }: CrowdAnswer, { resource }: CrowdRequest): ServerTrouble {
    // Servers answer 500 when they stumble over one account; whoever tries to sign in as that one must not keep
    // everybody else out.
    if (status === 500 && resource === '/authentication') return null;
    return isTrouble(status) ? this.faults.unreachable(`answers ${status}`) : null;
  }
}

/** What an error says about the server as a whole; a proxy's own error page has it as the cause. */
function troubleIn(error: unknown): ServerTrouble {
  if (isGatehouseError(error, 'UNREACHABLE', 'TLS')) return error;
  const cause = isGatehouseError(error, 'PROTOCOL') ? error.cause : null;
  return isGatehouseError(cause, 'UNREACHABLE') ? cause : null;
}
