/**
 * Takes jobs until there is none and prints the number of each. With `hold` it takes one, says so and
 * keeps it. Arguments: database URL, name of the jobs, `all` or `hold`.
 */
import { SqlBackend } from '../../../dist/src/jobs/sql-backend/index.js';
import { openStore } from '../../../dist/src/store/index.js';

const LOCK_LIFE_MS = 600_000;

const [url, name, how] = process.argv.slice(2);
const store = await openStore({ url, secretKey: null });
const { repository } = new SqlBackend(store.sql);
const taken = [];
for (;;) {
  const now = new Date();
  const job = await repository.getNextJobToRun(
    name,
    now,
    new Date(now.getTime() - LOCK_LIFE_MS),
    now,
    { lastModifiedBy: String(process.pid) },
  );
  if (!job) break;
  if (how === 'hold') {
    process.stdout.write('held\n');
    await new Promise((resolve) => setTimeout(resolve, LOCK_LIFE_MS));
  }
  taken.push(job.data.number);
  await repository.saveJobState({ ...job, lockedAt: undefined, nextRunAt: null }, undefined);
}
process.stdout.write(`${JSON.stringify(taken)}\n`);
await store.close();
