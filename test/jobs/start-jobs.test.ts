import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startJobs } from '../../src/jobs/index.js';
import { SqlBackend } from '../../src/jobs/sql-backend/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';

describeEachDatabase('the jobs of a gateway', (database) => {
  let test: TestGateway;

  beforeEach(async () => {
    test = await openTestGateway({ url: await database.create() });
  });
  afterEach(() => test.close());

  it('are its upkeep, where there is no directory to synchronise', async () => {
    const jobs = await startJobs(test.gateway);
    const { jobs: planned } = await new SqlBackend(test.gateway.store.sql).repository.queryJobs();
    expect(planned.map(({ name, repeatInterval }) => `${name}: ${repeatInterval}`).sort()).toEqual([
      'audit the rows: 1440 minutes',
      'check the licence: 10 minutes',
      'tidy up: 1440 minutes',
    ]);
    await jobs.stop();
    expect(test.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
