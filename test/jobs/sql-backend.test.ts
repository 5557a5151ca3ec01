import { beforeEach, expect, it } from '@jest/globals';
import { computeJobState, type JobParameters, type JobState, toJobId } from 'agenda';
import { SqlBackend } from '../../src/jobs/sql-backend/sql-backend.js';
import type { SqlJobRepository } from '../../src/jobs/sql-backend/sql-job-repository.js';
import { describeEachDatabase } from '../support/databases.js';
import { Random } from '../support/random.js';

const MINUTE = 60_000;
/** Milliseconds by which this process and the database may tell a moment differently. */
const MOMENT = 2_000;

const fromNow = (ms: number) => new Date(Date.now() + ms);

function job(name: string, attributes: Partial<JobParameters> = {}): JobParameters {
  return {
    name,
    type: 'normal',
    priority: 0,
    nextRunAt: fromNow(-1_000),
    data: null,
    ...attributes,
  };
}

describeEachDatabase('the jobs of Agenda', (database) => {
  let jobs: SqlJobRepository;

  beforeEach(async () => {
    const store = await database.open();
    const backend = new SqlBackend(store.sql);
    await backend.connect();
    jobs = backend.repository;
  });

  const save = (given: JobParameters) => jobs.saveJob(given, { lastModifiedBy: 'test' });
  const take = (name: string, lockLifeMs = MINUTE) =>
    jobs.getNextJobToRun(name, new Date(), fromNow(-lockLifeMs), undefined, undefined);
  const idsOf = async (options: Parameters<SqlJobRepository['queryJobs']>[0]) =>
    (await jobs.queryJobs(options)).jobs.map(({ name }) => name);

  it('keeps every attribute of a job', async () => {
    const given = job('all', {
      priority: -10,
      data: { list: [1, 'two', { three: null }], text: 'naïve 漢字 😀' },
      repeatInterval: '5 minutes',
      repeatTimezone: 'Europe/Berlin',
      repeatAt: '3:30pm',
      fork: true,
      startDate: new Date(1_700_000_000_000),
      endDate: new Date(1_900_000_000_000),
      skipDays: [0, 6],
      disabled: true,
      failCount: 3,
      failReason: "it's no `use`",
      progress: 40,
    });
    const saved = await save(given);
    expect(saved).toMatchObject(given);
    expect(await jobs.getJobById(saved._id!)).toEqual({ ...saved, lastModifiedBy: 'test' });
    expect(await jobs.getJobById('no such job')).toBeNull();
  });

  it('tells a repeat interval in words from one in numbers', async () => {
    const words = await save(job('words', { repeatInterval: '60000' }));
    const number = await save(job('number', { repeatInterval: 60_000 }));
    expect((await jobs.getJobById(words._id!))?.repeatInterval).toBe('60000');
    expect((await jobs.getJobById(number._id!))?.repeatInterval).toBe(60_000);
  });

  it('updates a job by its id, and lets one that was removed stay removed', async () => {
    const saved = await save(job('one', { data: 1, repeatAt: 'noon' }));
    const changed = await save({ ...job('one', { data: 2 }), _id: saved._id });
    expect(changed).toMatchObject({ _id: saved._id, data: 2, repeatAt: 'noon' });
    expect((await jobs.queryJobs()).total).toBe(1);
    expect(await jobs.removeJobs({ id: saved._id })).toBe(1);
    await save({ ...job('one'), _id: saved._id });
    expect((await jobs.queryJobs()).total).toBe(0);
  });

  it('keeps one single job of a name, and the turn that is planned for it', async () => {
    const first = await save(job('every', { type: 'single', nextRunAt: fromNow(MINUTE), data: 1 }));
    const again = await save(job('every', { type: 'single', nextRunAt: new Date(), data: 2 }));
    expect(again).toMatchObject({ _id: first._id, data: 2, nextRunAt: first.nextRunAt });
    const later = fromNow(2 * MINUTE);
    const moved = await save(job('every', { type: 'single', nextRunAt: later }));
    expect(moved).toMatchObject({ _id: first._id, nextRunAt: later });
    await save(job('every'));
    expect((await jobs.queryJobs({ name: 'every' })).total).toBe(2);
  });

  it('keeps one job of a unique constraint', async () => {
    const unique = { 'data.user': 7, 'data.kind': 'mail' };
    const turned = { 'data.kind': 'mail', 'data.user': 7 };
    const first = await save(job('send', { data: { user: 7, kind: 'mail', text: 'a' }, unique }));
    const second = await save(
      job('send', { data: { user: 7, kind: 'mail', text: 'b' }, unique: turned }),
    );
    expect(second).toMatchObject({ _id: first._id, data: { text: 'b' } });
    const third = await save(
      job('send', { data: { text: 'c' }, unique, uniqueOpts: { insertOnly: true } }),
    );
    expect(third).toMatchObject({ _id: first._id, data: { text: 'b' } });
    await save(job('send', { unique: { 'data.user': 8 } }));
    await save(job('other', { unique }));
    expect((await jobs.queryJobs()).total).toBe(3);
  });

  it('keeps one job of a unique constraint, however many save it at once', async () => {
    const unique = { 'data.user': 1 };
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, i) => save(job('send', { data: { user: 1, i }, unique }))),
    );
    expect(new Set(saved.map(({ _id }) => _id)).size).toBe(1);
    expect((await jobs.queryJobs()).total).toBe(1);
  });

  it('waits for a pause in a burst of savings, and no longer than the longest wait', async () => {
    const unique = { 'data.burst': 1 };
    const burst = (delay: number, maxWait?: number) =>
      save(
        job('pause', {
          unique,
          uniqueOpts: { debounce: { delay, ...(maxWait ? { maxWait } : {}) } },
        }),
      );
    const first = await burst(10 * MINUTE);
    expect(first.nextRunAt!.getTime() - first.debounceStartedAt!.getTime()).toBe(10 * MINUTE);
    const second = await burst(20 * MINUTE);
    expect(second).toMatchObject({ _id: first._id, debounceStartedAt: first.debounceStartedAt });
    expect(second.nextRunAt!.getTime()).toBeGreaterThan(first.nextRunAt!.getTime());
    const third = await burst(20 * MINUTE, 15 * MINUTE);
    expect(third.nextRunAt!.getTime() - first.debounceStartedAt!.getTime()).toBe(15 * MINUTE);
  });

  it('runs at the beginning of a burst where that is wanted, and not again within it', async () => {
    const unique = { 'data.burst': 2 };
    const debounce = { delay: 10 * MINUTE, strategy: 'leading' as const };
    const first = await save(job('lead', { unique, uniqueOpts: { debounce } }));
    const taken = await take('lead');
    expect(taken?._id).toBe(first._id);
    await jobs.saveJobState({ ...taken!, lockedAt: undefined, nextRunAt: null }, undefined);
    const second = await save(job('lead', { unique, uniqueOpts: { debounce } }));
    expect(second).toMatchObject({ _id: first._id, nextRunAt: null });
  });

  it('takes what is due first, of several the one of highest priority, and each once', async () => {
    const at = fromNow(-2_000);
    await save(job('take', { nextRunAt: at, priority: 1, data: 'second' }));
    await save(job('take', { nextRunAt: at, priority: 5, data: 'first' }));
    await save(job('take', { nextRunAt: fromNow(-1_000), priority: 9, data: 'third' }));
    await save(job('take', { nextRunAt: fromNow(MINUTE), data: 'not due' }));
    await save(job('take', { nextRunAt: null, data: 'over' }));
    await save(job('take', { disabled: true, data: 'disabled' }));
    await save(job('another'));
    const taken = [await take('take'), await take('take'), await take('take'), await take('take')];
    expect(taken.map((one) => one?.data)).toEqual(['first', 'second', 'third', undefined]);
    for (const one of taken.slice(0, 3)) {
      expect(Math.abs(Date.now() - one!.lockedAt!.getTime())).toBeLessThan(MOMENT);
    }
  });

  it('takes a job again whose lock is too old, and never one whose lock is young', async () => {
    await save(job('stuck'));
    expect(await take('stuck')).toBeDefined();
    expect(await take('stuck', MINUTE)).toBeUndefined();
    const again = await take('stuck', -1_000);
    expect(again?.name).toBe('stuck');
    await jobs.saveJobState({ ...again!, lockedAt: fromNow(-2 * MINUTE) }, undefined);
    expect(await take('stuck', 3 * MINUTE)).toBeUndefined();
    expect(await take('stuck', MINUTE)).toBeDefined();
  });

  it('locks one job if it is free and due when it was', async () => {
    const saved = await save(job('lock'));
    expect(await jobs.lockJob({ ...saved, nextRunAt: fromNow(MINUTE) }, undefined)).toBeUndefined();
    expect((await jobs.lockJob(saved, { lastModifiedBy: 'me' }))?.lastModifiedBy).toBe('me');
    expect(await jobs.lockJob(saved, undefined)).toBeUndefined();
    await jobs.unlockJob(saved);
    expect(await jobs.lockJob(saved, undefined)).toMatchObject({ _id: saved._id });
    await jobs.saveJobState({ ...saved, lockedAt: new Date(), nextRunAt: null }, undefined);
    await jobs.unlockJobs([saved._id!, 'no such job']);
    expect((await jobs.getJobById(saved._id!))?.lockedAt).toBeDefined();
  });

  it('keeps the state of a run, and tells when the job is gone', async () => {
    const saved = await save(job('run'));
    const state = {
      lockedAt: undefined,
      nextRunAt: fromNow(MINUTE),
      lastRunAt: fromNow(-500),
      lastFinishedAt: fromNow(-100),
      failedAt: fromNow(-100),
      failCount: 2,
      failReason: 'no answer',
      progress: 55,
    };
    await jobs.saveJobState(
      { ...saved, ...state, data: 'not part of it' },
      { lastModifiedBy: 'w' },
    );
    const { lockedAt: _, ...kept } = state;
    expect(await jobs.getJobById(saved._id!)).toMatchObject({
      ...kept,
      data: null,
      lastModifiedBy: 'w',
    });
    await jobs.purgeAllJobs();
    await expect(jobs.saveJobState(saved, undefined)).rejects.toThrow('is gone');
  });

  it('removes, disables and enables what is named, and nothing when nothing is', async () => {
    const ids: Record<string, string> = {};
    for (const name of ['a', 'b', 'c', 'd']) {
      ids[name] = String((await save(job(name, { data: { name, of: 'all' } })))._id);
    }
    expect(await jobs.disableJobs({})).toBe(0);
    expect(await jobs.disableJobs({ names: ['a', 'b'] })).toBe(2);
    expect(await idsOf({ includeDisabled: false, sort: { name: 'asc' } })).toEqual(['c', 'd']);
    expect(await jobs.enableJobs({ notNames: ['a'] })).toBe(3);
    expect(await idsOf({ includeDisabled: false, sort: { name: 'asc' } })).toEqual(['b', 'c', 'd']);
    expect(await jobs.removeJobs({})).toBe(0);
    expect(await jobs.removeJobs({ ids: [] })).toBe(0);
    expect(await jobs.removeJobs({ id: ids.a, name: 'b' })).toBe(0);
    expect(await jobs.removeJobs({ data: { name: 'b' } })).toBe(1);
    expect(await jobs.removeJobs({ ids: [ids.a, ids.c] })).toBe(2);
    expect(await jobs.getDistinctJobNames()).toEqual(['d']);
    expect(await jobs.purgeAllJobs()).toBe(1);
  });

  it('finds jobs by name, text, data and id, and counts what a page leaves out', async () => {
    for (let i = 0; i < 12; i++) {
      await save(
        job(`mail_${i % 3}`, { priority: i, data: { i, half: i < 6 }, nextRunAt: fromNow(i) }),
      );
    }
    await save(job('mailX1', { nextRunAt: null }));
    expect((await jobs.queryJobs({ search: 'MAIL_' })).total).toBe(12);
    expect((await jobs.queryJobs({ search: 'l_1' })).total).toBe(4);
    expect((await jobs.queryJobs({ data: { half: true } })).total).toBe(6);
    expect((await jobs.queryJobs({ data: { half: true, i: 7 } })).total).toBe(0);
    expect((await jobs.queryJobs({ names: ['mail_0', 'mailX1'] })).total).toBe(5);
    const page = await jobs.queryJobs({
      name: 'mail_1',
      sort: { priority: 'asc' },
      skip: 1,
      limit: 2,
    });
    expect(page.total).toBe(4);
    expect(page.jobs.map(({ priority }) => priority)).toEqual([4, 7]);
    const latest = await jobs.queryJobs({ limit: 1 });
    expect(latest.jobs[0].priority).toBe(11);
    const { _id } = page.jobs[0];
    expect((await jobs.queryJobs({ ids: [_id, 'none'] })).jobs.map((one) => one._id)).toEqual([
      _id,
    ]);
    expect((await jobs.queryJobs({ id: _id })).total).toBe(1);
  });

  it('tells the states that Agenda tells', async () => {
    const random = new Random(4);
    const maybe = (from: number, to: number) =>
      random.chance(50) ? fromNow(from + random.below(to - from)) : undefined;
    for (let i = 0; i < 120; i++) {
      const attributes = {
        lastFinishedAt: maybe(-4_000, -1_000),
        failedAt: maybe(-4_000, -1_000),
        nextRunAt: maybe(-3 * MINUTE, 3 * MINUTE) ?? null,
        lockedAt: random.chance(20) ? new Date() : undefined,
      };
      const repeats = random.chance(30) ? { repeatInterval: '1 minute' } : {};
      const saved = await save(job(`job ${i % 4}`, { ...repeats, disabled: random.chance(20) }));
      await jobs.saveJobState({ ...saved, ...attributes }, undefined);
    }
    const { jobs: all } = await jobs.queryJobs({ limit: 1_000 });
    const counts = new Map<string, number>();
    const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const one of all) {
      const state = computeJobState(one);
      expect(one.state).toBe(one.disabled ? 'paused' : state);
      count(`${one.name} ${state}`);
      count(state);
      if (one.disabled) count(`${one.name} paused`);
    }
    const states: JobState[] = [
      'running',
      'scheduled',
      'queued',
      'completed',
      'failed',
      'repeating',
    ];
    for (const state of states) {
      expect(counts.get(state)).toBeGreaterThan(0);
      expect((await jobs.queryJobs({ state })).total).toBe(counts.get(state));
    }
    for (const overview of await jobs.getJobsOverview()) {
      for (const state of [...states, 'paused' as const]) {
        expect(overview[state]).toBe(counts.get(`${overview.name} ${state}`) ?? 0);
      }
      expect(overview.total).toBe(30);
    }
    const due = all.filter(({ nextRunAt }) => nextRunAt !== null && nextRunAt < new Date());
    expect(await jobs.getQueueSize()).toBe(due.length);
  });

  it('names a job by its exact letters', async () => {
    await save(job('Mail'));
    await save(job('mail'));
    await save(job('mail '));
    expect((await jobs.queryJobs({ name: 'mail' })).total).toBe(1);
    expect(await jobs.getDistinctJobNames()).toEqual(['Mail', 'mail', 'mail ']);
    expect((await take('Mail'))?.name).toBe('Mail');
    expect(await take('Mail')).toBeUndefined();
    expect(toJobId('x')).toBe('x');
  });
});
