import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway } from '../support/gateway.js';
import { HostileGateway } from '../support/hostile-gateway.js';
import { sendRaw } from '../support/raw-http.js';
import { addApplication, addMany, buildCompany } from '../userserver/company.js';
import { BATCH_TIMEOUT_MS } from './batches.js';
import { type HostileRequest, randomHostile } from './hostile.js';
import { problemsOf } from './hostile-answer.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'hostile';
const ONLY = process.env.GATEHOUSE_TRIAL_DATABASE ?? null;
const FULL_COUNT = 10_000;
const { count, seed } = trialSettings('hostile', { count: IN_TRIAL ? FULL_COUNT : 150 });

/** A second is what is wanted of each; ten are no longer a busy machine but a defect. */
const MAX_MS = 10_000;
const MAX_GROWTH_BYTES = 48 * 1024 * 1024;
/** Bytes of a request that a failure shows. */
const SHOWN = 400;

function shown({ method, url, bytes }: HostileRequest): string {
  const isText = bytes.subarray(0, SHOWN).toString('latin1');
  return `${JSON.stringify(`${method} ${url}`.slice(0, SHOWN))}, ${bytes.length} bytes: ${JSON.stringify(isText)}`;
}

describeEachDatabase('hostile requests', (database) => {
  if (ONLY !== null && ONLY !== database.dialect) {
    it.todo(`are left out by --database ${ONLY}`);
    return;
  }
  let gateway: HostileGateway;

  beforeAll(async () => {
    const url = await database.create();
    const opened = await openTestGateway({ url });
    await buildCompany(opened.gateway);
    await addMany(opened.gateway, { users: 1_500, groups: 300 });
    await addApplication(opened.gateway);
    await opened.close();
    gateway = await HostileGateway.start(url);
  });
  afterAll(() => gateway.stop());

  const times: { readonly ms: number; readonly seed: number }[] = [];
  const statuses = new Map<number, number>();

  async function play(at: number): Promise<readonly string[]> {
    const request = randomHostile(at);
    const begun = performance.now();
    const answer = await sendRaw(gateway.url, request.bytes, {
      endsHere: request.breaksOff,
      headOnly: request.method === 'HEAD',
    });
    times.push({ ms: performance.now() - begun, seed: at });
    if (answer) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const problems = [
      ...problemsOf(request, answer),
      ...gateway.errors.splice(0).map((error) => `logged ${error}`),
      ...(gateway.isAlive ? [] : ['the gateway is gone']),
    ];
    if (problems.length === 0) return [];
    return [
      `to repeat it: npm run trial -- hostile --count 1 --seed ${at} --database ${database.dialect}`,
      shown(request),
      ...problems,
    ];
  }

  it(
    `are answered like any other and leave the gateway as it was, seeds ${seed} to ${seed + count - 1}`,
    async () => {
      const failures: string[] = [];
      const warm = Math.floor(count / 5);
      let before = await gateway.memory();
      for (let i = 0; i < count; i++) {
        if (i === warm) before = await gateway.memory();
        failures.push(...(await play(seed + i)));
        if (!gateway.isAlive) break;
      }
      expect(failures).toEqual([]);
      const after = await gateway.memory();
      const sorted = [...times].sort((a, b) => a.ms - b.ms);
      const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)].ms.toFixed(1);
      const longest = sorted[sorted.length - 1];
      const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
      process.stdout.write(
        `${[
          `${database.dialect}: statuses ${[...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`)}`,
          `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms (seed ${longest.seed})`,
          `RSS ${mebibytes(before.rss)} to ${mebibytes(after.rss)} MiB, heap ${mebibytes(before.heapUsed)} to ${mebibytes(after.heapUsed)} MiB`,
        ].join('\n  ')}\n`,
      );
      // Otherwise nothing was tried; one alone is a replay.
      if (count > 1) expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404]));
      if (count < FULL_COUNT) return;
      expect(longest.ms).toBeLessThan(MAX_MS);
      expect(after.rss - before.rss).toBeLessThan(MAX_GROWTH_BYTES);
    },
    BATCH_TIMEOUT_MS,
  );
});
