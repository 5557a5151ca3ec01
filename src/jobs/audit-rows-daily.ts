import { auditRows, type Gateway } from '../usecase/index.js';
import type { RegularJob } from './regular-jobs.js';

/** Looks once a day whether the rows of the database agree with each other. */
export function auditRowsDaily(gateway: Gateway): RegularJob {
  return {
    name: 'audit the rows',
    everyMinutes: 24 * 60,
    firstMs: 2 * 60 * 60_000,
    work: () => auditRows(gateway),
  };
}
