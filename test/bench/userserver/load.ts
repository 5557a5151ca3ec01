import { AnswersDiffer } from '../engine/cross-check.js';
import { type Figure, figureOf, rateOf } from '../measure/figures.js';
import { type Answer, Client, type Request } from './client.js';

/** Connections that ask at the same time. */
const CONNECTIONS = 8;
const ROUNDS = 10;
const ROUND_MS = 500;
/** Of each server, before anything is kept: V8 has compiled what is asked often by then. */
const WARM_UP_MS = 2_000;

export interface Throughput {
  /** Requests a second. */
  readonly rate: Figure;
  /** Nanoseconds from a request to the end of its answer. */
  readonly time: Figure;
}

/**
 * Asks each server the same, in turn and round by round, so that what disturbs the machine disturbs
 * all of them.
 * @returns one for each server.
 */
export async function loadInTurn(
  servers: readonly string[],
  requests: readonly Request[],
): Promise<Throughput[]> {
  const loads = await Promise.all(servers.map((server) => Load.open(server, requests)));
  try {
    const kept = loads.map(() => ({ rates: [] as number[], times: [] as number[] }));
    for (const load of loads) await load.round(WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, load] of loads.entries()) {
        const { rate, times } = await load.round(ROUND_MS);
        kept[i].rates.push(rate);
        for (const time of times) kept[i].times.push(time);
      }
    }
    return kept.map(({ rates, times }) => ({ rate: rateOf(rates), time: figureOf(times) }));
  } finally {
    for (const load of loads) load.close();
  }
}

/** Asks each request once, several at a time. @returns requests a second, and the answers in order. */
export async function askEach(
  server: string,
  requests: readonly Request[],
): Promise<{ readonly rate: number; readonly answers: readonly Answer[] }> {
  const load = await Load.open(server, requests);
  try {
    return await load.each();
  } finally {
    load.close();
  }
}

class Load {
  readonly #clients: readonly Client[];
  readonly #requests: readonly Request[];
  #next = 0;

  private constructor(clients: readonly Client[], requests: readonly Request[]) {
    this.#clients = clients;
    this.#requests = requests;
  }

  static async open(server: string, requests: readonly Request[]): Promise<Load> {
    const opened = Array.from({ length: CONNECTIONS }, () => Client.open(server));
    return new Load(await Promise.all(opened), requests);
  }

  async round(ms: number): Promise<{ readonly rate: number; readonly times: readonly number[] }> {
    const times: number[] = [];
    const begun = performance.now();
    const askOn = async (client: Client) => {
      while (performance.now() - begun < ms) {
        const request = this.#requests[this.#next++ % this.#requests.length];
        const asked = performance.now();
        await askOrThrow(client, request);
        times.push((performance.now() - asked) * 1e6);
      }
    };
    await Promise.all(this.#clients.map(askOn));
    return { rate: (times.length / (performance.now() - begun)) * 1_000, times };
  }

  async each(): Promise<{ readonly rate: number; readonly answers: readonly Answer[] }> {
    const answers: Answer[] = new Array(this.#requests.length);
    let next = 0;
    const begun = performance.now();
    const askOn = async (client: Client) => {
      while (next < this.#requests.length) {
        const at = next++;
        answers[at] = await askOrThrow(client, this.#requests[at]);
      }
    };
    await Promise.all(this.#clients.map(askOn));
    return { rate: (answers.length / (performance.now() - begun)) * 1_000, answers };
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

async function askOrThrow(client: Client, request: Request): Promise<Answer> {
  const answer = await client.ask(request);
  if (answer.status === 200) return answer;
  throw new AnswersDiffer(`${request.method} ${request.url} was answered ${answer.status}`);
}
