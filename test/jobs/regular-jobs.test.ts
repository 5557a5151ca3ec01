import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Agenda } from 'agenda';
import { planRegularly, type RegularJob } from '../../src/jobs/regular-jobs.js';
import { removeFinished, SqlBackend } from '../../src/jobs/sql-backend/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { until } from '../support/until.js';

const HOUR_MS = 60 * 60_000;

describeEachDatabase('jobs that come regularly', (database) => {
  let store: GatehouseStore;
  const running: Agenda[] = [];
  const told: string[] = [];

  beforeEach(async () => {
    store = await database.open();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((agenda) => agenda.stop()));
    expect(told.splice(0)).toEqual([]);
  });

  const tell = (_: unknown, message: string) => told.push(message);
  const openAgenda = () => {
    const agenda = new Agenda({
      backend: new SqlBackend(store.sql),
      processEvery: 10,
      defaultLockLifetime: 1_000,
    });
    running.push(agenda);
    return agenda;
  };
  const process = async (job: RegularJob) => {
    const agenda = openAgenda();
    await planRegularly(agenda, { lockLifeMs: 1_000, tell }, job);
    await agenda.start();
  };
  const jobOf = (work: () => Promise<void>, rest: Partial<RegularJob> = {}): RegularJob => {
    return { name: 'tidy', everyMinutes: 60, firstMs: 0, work, ...rest };
  };
  const planned = async () => (await new SqlBackend(store.sql).repository.queryJobs()).jobs;
  it('are done by one of several processes, and again after the interval', async () => {
    let done = 0;
    const work = async () => {
      done += 1;
    };
    for (let i = 0; i < 3; i++) await process(jobOf(work));
    const job = await until(async () =>
      (await planned()).find(({ lastFinishedAt, lockedAt }) => lastFinishedAt && !lockedAt),
    );
    expect(done).toBe(1);
    expect(await planned()).toHaveLength(1);
    const pauseMs = job.nextRunAt!.getTime() - job.lastRunAt!.getTime();
    expect(pauseMs).toBeGreaterThanOrEqual(HOUR_MS);
    expect(pauseMs).toBeLessThan(1.1 * HOUR_MS);
  });

  it('are not put off by a later start, unless the interval is another', async () => {
    const idle = jobOf(async () => undefined, { firstMs: HOUR_MS });
    await process(idle);
    const [{ nextRunAt }] = await planned();
    await process({ ...idle, firstMs: 5 * HOUR_MS });
    expect((await planned()).map((job) => job.nextRunAt)).toEqual([nextRunAt]);
    await process({ ...idle, firstMs: 5 * HOUR_MS, everyMinutes: 30 });
    const [moved] = await planned();
    expect(moved.repeatInterval).toBe('30 minutes');
    expect(moved.nextRunAt!.getTime()).toBeGreaterThan(nextRunAt!.getTime());
  });

  it('that were to run once are removed when they have been over for long', async () => {
    const agenda = openAgenda();
    agenda.define('once', async () => undefined);
    await agenda.start();
    await agenda.now('once');
    await process(jobOf(async () => undefined));
    await until(async () => {
      const over = (await planned()).filter(({ lastFinishedAt, lockedAt }) => {
        return lastFinishedAt && !lockedAt;
      });
      return over.length === 2 ? over : null;
    });
    expect(await removeFinished(store.sql, new Date(Date.now() - HOUR_MS))).toBe(0);
    expect(await removeFinished(store.sql, new Date(Date.now() + HOUR_MS))).toBe(1);
    expect((await planned()).map(({ name }) => name)).toEqual(['tidy']);
  });
});
