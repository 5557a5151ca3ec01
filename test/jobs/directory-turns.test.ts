import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { JobWithState } from 'agenda';
import type { Directory, SynchronisationRun } from '../../src/domain/index.js';
import { type RunningJobs, startJobs } from '../../src/jobs/index.js';
import { SqlBackend } from '../../src/jobs/sql-backend/index.js';
import { runSynchronisation } from '../../src/usecase/index.js';
import { addRemote, CONNECTION, OPERATOR } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';
import { remoteGroup, remoteUser, ScriptedRemote } from '../support/scripted-remote.js';

const TIMES = { lookEveryMs: 20, firstTurnMs: 0, lockLifeMs: 1_000 };
const HOUR_MS = 60 * 60_000;
const LATEST_TURN_MS = HOUR_MS * 1.05;

describeEachDatabase('the turns of directories', (database) => {
  let url: string;
  const gateways: TestGateway[] = [];
  const running: RunningJobs[] = [];
  /** How often a directory's users were read to the end, by whichever gateway. */
  let reads = 0;

  beforeEach(async () => {
    url = await database.create();
    reads = 0;
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
    await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
  });

  const open = async (): Promise<TestGateway> => {
    const document = { users: [remoteUser('ann')], groups: [remoteGroup('devs')], memberships: [] };
    const script = {
      before: ({ stream, step }: { stream: string; step: number }) => {
        if (stream === 'users' && step === 1) reads++;
      },
    };
    const gateway = await openTestGateway({
      url,
      connect: () => new ScriptedRemote(document, script),
    });
    gateways.push(gateway);
    return gateway;
  };

  const start = async ({ gateway }: TestGateway, times = TIMES): Promise<void> => {
    running.push(await startJobs(gateway, times));
  };

  const jobsOf = async ({ gateway }: TestGateway): Promise<JobWithState[]> =>
    (
      await new SqlBackend(gateway.store.sql).repository.queryJobs({
        search: 'synchronise directory',
      })
    ).jobs;

  /** Waits for what comes by itself; the test's own time is the bound. */
  const until = async <Found>(look: () => Promise<Found | undefined>): Promise<Found> => {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await delay(5);
    }
  };

  const finishedRun = ({ gateway }: TestGateway, { id }: Directory): Promise<SynchronisationRun> =>
    until(async () => {
      const [run] = await gateway.store.runs.latest([id]);
      return run?.finishedAt ? run : undefined;
    });

  it('come by themselves, and then again after the interval', async () => {
    const one = await open();
    await start(one);
    const jira = await addRemote(one.gateway.store, 'jira');
    const run = await finishedRun(one, jira);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', counts: { usersAdded: 1 } });
    const job = await until(async () => {
      const [planned] = await jobsOf(one);
      return planned.lastFinishedAt && !planned.lockedAt ? planned : undefined;
    });
    const pause = job.nextRunAt!.getTime() - run.startedAt.getTime();
    expect(pause).toBeGreaterThan(HOUR_MS - 1_000);
    expect(pause).toBeLessThan(LATEST_TURN_MS + 1_000);
    expect(one.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('are taken by one of several gateways', async () => {
    const all = [await open(), await open(), await open()];
    for (const one of all) await start(one);
    const names = ['jira', 'crowd', 'partners', 'guests'];
    const directories = await Promise.all(
      names.map((name) => addRemote(all[0].gateway.store, name)),
    );
    for (const one of all) await one.gateway.live.catchUp();
    for (const directory of directories) await finishedRun(all[1], directory);
    await until(async () => {
      const jobs = await jobsOf(all[2]);
      return jobs.length === names.length && jobs.every(({ lockedAt }) => !lockedAt)
        ? jobs
        : undefined;
    });
    for (const { id } of directories) {
      const { total } = await all[2].gateway.store.runs.page(id, { first: 10, after: null });
      expect(total).toBe(1);
    }
    expect(reads).toBe(names.length);
  });

  it('are as far from the last run as the interval says, whoever began it', async () => {
    const one = await open();
    const jira = await addRemote(one.gateway.store, 'jira');
    const run = await runSynchronisation(one.gateway, jira.id);
    await start(one, { ...TIMES, lookEveryMs: 60_000 });
    const [job] = await jobsOf(one);
    expect(job.nextRunAt).toEqual(new Date(run.startedAt.getTime() + HOUR_MS));
  });

  it('follow the directory when its interval changes, and go with it', async () => {
    const one = await open();
    const { store } = one.gateway;
    await start(one, { ...TIMES, firstTurnMs: HOUR_MS });
    const jira = await addRemote(store, 'jira');
    const planned = await until(async () => (await jobsOf(one))[0]);
    expect(planned).toMatchObject({ repeatInterval: '60 minutes', data: { directoryId: jira.id } });
    await store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(jira.id, {
        connection: { ...CONNECTION, intervalMinutes: 15 },
      }),
    );
    await until(async () => {
      const [job] = await jobsOf(one);
      return job.repeatInterval === '15 minutes' ? job : undefined;
    });
    await store.transact(OPERATOR, (transaction) => transaction.removeDirectory(jira.id));
    await until(async () => ((await jobsOf(one)).length === 0 ? true : undefined));
    expect(reads).toBe(0);
  });

  it('are planned once the database answers again that did not when the directory came', async () => {
    const one = await open();
    const { store } = one.gateway;
    await start(one);
    const { directories } = store.reader;
    let refused = 0;
    store.reader.directories = async () => {
      refused++;
      throw new Error('the database is being started again');
    };
    const jira = await addRemote(store, 'jira');
    await until(async () => (refused > 0 ? true : undefined));
    store.reader.directories = directories;
    expect(await finishedRun(one, jira)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('are not forgotten by a process that could not read the directories when it started', async () => {
    const one = await open();
    const { store } = one.gateway;
    await addRemote(store, 'jira');
    await start(one, { ...TIMES, firstTurnMs: HOUR_MS });
    await running.pop()?.stop();
    const before = await jobsOf(one);
    expect(before).toHaveLength(1);
    const { directories } = store.reader;
    store.reader.directories = async () => {
      store.reader.directories = directories;
      throw new Error('the database is being started again');
    };
    await start(one, { ...TIMES, lookEveryMs: HOUR_MS });
    expect(await jobsOf(one)).toEqual(before);
  });

  it('of a directory that went while nobody looked are forgotten', async () => {
    const one = await open();
    const { store } = one.gateway;
    const jira = await addRemote(store, 'jira');
    await start(one, { ...TIMES, firstTurnMs: HOUR_MS });
    expect(await jobsOf(one)).toHaveLength(1);
    await running.pop()?.stop();
    await store.transact(OPERATOR, (transaction) => transaction.removeDirectory(jira.id));
    await start(one);
    expect(await jobsOf(one)).toEqual([]);
  });
});
