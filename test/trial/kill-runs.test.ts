import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { Random } from '../support/random.js';
import { StagedDirectory } from './staged-directory.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'kill-runs';
const { count, seed } = trialSettings('kill-runs', { count: IN_TRIAL ? 200 : 2 });
const LEASE_MS = 500;

describeEachDatabase('killing a process in a run', (database) => {
  let directory: StagedDirectory;

  beforeAll(async () => {
    const url = await database.create();
    directory = await StagedDirectory.make(await database.open({ url }), url);
  });

  afterAll(() => directory.close());

  it.each([{ how: 'a full' }, { how: 'an incremental' }])(
    `leaves the old state with its token or the new one, in $how run, ${count} times`,
    async ({ how }) => {
      const random = new Random(seed);
      const left = { old: 0, new: 0 };
      let longest = 0;
      for (let i = 0; i < count; i++) {
        const work = { full: how === 'a full', bulk: random.chance(50) };
        const duration = await directory.durationOf(work);
        const before = await directory.standing();
        const after = directory.advance(work.bulk);
        const process = await directory.startProcess(work, LEASE_MS);
        process.begin();
        await delay(random.below(Math.ceil(duration * 1.1)));
        const killed = Date.now();
        const end = await process.kill();

        const found = await directory.standing();
        expect([before, after]).toContainEqual(found);
        const isNew = found.contents !== before.contents;
        if (end !== null) expect(isNew).toBe(true);
        left[isNew ? 'new' : 'old'] += 1;

        const next = await directory.takeOver();
        expect(next).toMatchObject({
          outcome: 'SUCCEEDED',
          kind: 'INCREMENTAL',
          fullCause: null,
        });
        expect(await directory.standing()).toEqual(after);
        if (end === null) longest = Math.max(longest, next.startedAt.getTime() - killed);
      }
      process.stdout.write(
        `${database.dialect}: runs take (${directory.durations}); ${how} run killed ${count} times, left ${left.old} old and ` +
          `${left.new} new states; taken over after ${longest} ms at most, with a lease of ${LEASE_MS} ms\n`,
      );
    },
    60_000 + count * 30_000,
  );
});
