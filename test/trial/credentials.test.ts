import { createHook } from 'node:async_hooks';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { Random } from '../support/random.js';
import { addApplication } from '../userserver/company.js';
import { type Served, serve } from '../userserver/served.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'credentials';
const ONLY = process.env.GATEHOUSE_TRIAL_DATABASE ?? null;
const FULL_COUNT = 2_000;
const { count, seed } = trialSettings('credentials', { count: IN_TRIAL ? FULL_COUNT : 5 });

/** Of the longer median, what the shorter may lack. */
const MOST_APART = 0.05;
const ADDRESS = { right: '192.0.2.1', wrong: '198.51.100.1' } as const;
const PASSWORD = { right: 'app:secret', wrong: 'app:secreT' } as const;
const RIGHT_OR_WRONG = ['right', 'wrong'] as const;

/** What answering took: hashes of passwords, and reads of the store by what was asked. */
interface Costs {
  hashes: number;
  reads: string[];
}

/** Whether there is an application of the name. */
const CALLERS = ['known', 'unknown'] as const;
type Caller = (typeof CALLERS)[number];

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

describeEachDatabase('the credentials of an application', (database) => {
  if (ONLY !== null && ONLY !== database.dialect) {
    it.todo(`are left out by --database ${ONLY}`);
    return;
  }
  let served: Served;
  const costs: Costs = { hashes: 0, reads: [] };
  const counting = createHook({
    init: (_id, type) => {
      if (type === 'SCRYPTREQUEST') costs.hashes++;
    },
  });

  beforeAll(async () => {
    served = await serve({ url: await database.create(), trustedProxies: ['127.0.0.1'] });
    const remoteAddresses = [ADDRESS.right];
    await addApplication(served.gateway, { name: 'known', remoteAddresses });
    await addApplication(served.gateway, { name: 'inactive', remoteAddresses, active: false });
    countReads();
    counting.enable();
  });
  afterAll(() => {
    counting.disable();
    return served.close();
  });

  /** Notes each question to the store under its name, whoever has the reader. */
  function countReads(): void {
    const { reader } = served.gateway.store;
    for (const [question, answer] of Object.entries(reader)) {
      const noted = (...parameters: unknown[]) => {
        costs.reads.push(question);
        return answer.apply(reader, parameters);
      };
      Object.defineProperty(reader, question, { value: noted });
    }
  }

  async function login(name: string, password: string, address: string) {
    costs.hashes = 0;
    costs.reads = [];
    const begun = performance.now();
    const { status } = await served.ask('/non-existent/location', {
      login: { name, password },
      headers: { 'x-forwarded-for': address },
    });
    return { status, ms: performance.now() - begun, ...costs };
  }

  const combinations = ['known', 'inactive', 'unknown'].flatMap((name) =>
    RIGHT_OR_WRONG.flatMap((password) =>
      RIGHT_OR_WRONG.map((address) => ({ name, password, address })),
    ),
  );

  it.each(combinations)(
    'are judged together: $name, the password $password, the address $address',
    async ({ name, password, address }) => {
      const { status } = await login(name, PASSWORD[password], ADDRESS[address]);
      // Of what is not there, after a login: this is how clients try whether they are let in.
      const letIn = name === 'known' && password === 'right' && address === 'right';
      const forbidden = name === 'inactive' || (name === 'known' && address === 'wrong');
      expect(status).toBe(letIn ? 404 : forbidden ? 403 : 401);
    },
  );

  it(
    `cost the same whether or not there is such an application, ${count} times`,
    async () => {
      const random = new Random(seed);
      const times: Record<Caller, number[]> = { known: [], unknown: [] };
      for (let i = 0; i < count; i++) {
        // In either order, so that none gains by what the one before it has left.
        for (const caller of random.shuffled(CALLERS)) {
          const name = caller === 'known' ? caller : `unknown-${random.next()}`;
          const { status, ms, hashes, reads } = await login(
            name,
            `wrong-${random.next()}`,
            ADDRESS.right,
          );
          expect([status, hashes, reads]).toEqual([401, 1, ['applicationByName']]);
          times[caller].push(ms);
        }
      }
      const medians = CALLERS.map((caller) => median(times[caller]));
      const apart = 1 - Math.min(...medians) / Math.max(...medians);
      process.stdout.write(
        `${database.dialect}: a known name ${medians[0].toFixed(2)} ms, an unknown one ${medians[1].toFixed(2)} ms (medians of ${count}), ${(apart * 100).toFixed(2)} % apart\n`,
      );
      if (count >= FULL_COUNT) expect(apart).toBeLessThan(MOST_APART);
    },
    60_000 + count * 4_000,
  );
});
