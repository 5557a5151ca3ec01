import { type Gateway, tidyUp } from '../usecase/index.js';
import type { RegularJob } from './regular-jobs.js';
import { removeFinished } from './sql-backend/index.js';

const FINISHED_KEPT_MS = 90 * 24 * 60 * 60_000;

/** Deletes once a day what is too old to be kept, and jobs that were to run once and did. */
export function tidyUpDaily(gateway: Gateway): RegularJob {
  return {
    name: 'tidy up',
    everyMinutes: 24 * 60,
    firstMs: 60 * 60_000,
    work: async () => {
      await tidyUp(gateway);
      const before = new Date(gateway.clock.now().getTime() - FINISHED_KEPT_MS);
      await removeFinished(gateway.store.sql, before);
    },
  };
}
