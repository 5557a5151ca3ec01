import { Agent, get } from 'node:http';
import { AnswersDiffer } from '../engine/cross-check.js';
import type { GatewayHandle } from '../gateway/gateway-handle.js';
import { type Figure, rateOf } from '../measure/figures.js';
import type { Mirror } from './mirror.js';
import { loginHeader, MEMBERSHIPS_URL } from './requests.js';

const ROUNDS = 11;
/** Apart from the others: a process that watches its memory collects garbage first, and is slow after it. */
const WATCHED_ROUNDS = 3;

export interface Streams {
  /** Bytes a second. */
  readonly gateway: Figure;
  readonly mirror: Figure;
  /** Bytes of the document. */
  readonly length: number;
  /** Bytes that the gateway needs at most above what it had when it was idle, the first time included. */
  readonly memory: number;
}

/** Who is in which group, all of it, beside the same bytes from memory; in turn, round by round. */
export async function streamMemberships(gateway: GatewayHandle, mirror: Mirror): Promise<Streams> {
  const agent = new Agent({ keepAlive: true });
  try {
    const pieces: Buffer[] = [];
    const first = await gateway.watched(() => {
      return drain(agent, gateway.url, (piece) => pieces.push(piece));
    });
    const [length, { idle, memory }] = first;
    let peak = idle + memory;
    const headers = { 'Content-Type': 'application/xml' };
    const body = Buffer.concat(pieces);
    await mirror.hold([{ method: 'GET', url: MEMBERSHIPS_URL, headers, body }]);
    await drain(agent, mirror.url);
    const rates: Record<'gateway' | 'mirror', number[]> = { gateway: [], mirror: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.gateway.push(await rateOfOne(agent, gateway.url, length));
      rates.mirror.push(await rateOfOne(agent, mirror.url, length));
    }
    for (let round = 0; round < WATCHED_ROUNDS; round++) {
      const [, watch] = await gateway.watched(() => rateOfOne(agent, gateway.url, length));
      peak = Math.max(peak, watch.idle + watch.memory);
    }
    return {
      gateway: rateOf(rates.gateway),
      mirror: rateOf(rates.mirror),
      length,
      memory: peak - idle,
    };
  } finally {
    agent.destroy();
  }
}

async function rateOfOne(agent: Agent, server: string, length: number): Promise<number> {
  const begun = performance.now();
  const read = await drain(agent, server);
  const rate = (read / (performance.now() - begun)) * 1_000;
  if (read !== length) throw new AnswersDiffer(`${read} bytes of memberships, not ${length}`);
  return rate;
}

/** @returns bytes. */
function drain(
  agent: Agent,
  server: string,
  visit: (piece: Buffer) => void = () => undefined,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: loginHeader() };
    get(server + MEMBERSHIPS_URL, { agent, headers }, (response) => {
      let length = 0;
      if (response.statusCode !== 200) {
        reject(new AnswersDiffer(`memberships were answered ${response.statusCode}`));
      }
      response.on('data', (piece: Buffer) => {
        length += piece.length;
        visit(piece);
      });
      response.on('error', reject);
      response.on('end', () => resolve(length));
    }).on('error', reject);
  });
}
