import { checkLicence, type Gateway } from '../usecase/index.js';
import type { RegularJob } from './regular-jobs.js';

/** Looks every ten minutes whether something is to be told of the licence that no change tells. */
export function watchLicence(gateway: Gateway): RegularJob {
  return {
    name: 'check the licence',
    everyMinutes: 10,
    firstMs: 60_000,
    work: () => checkLicence(gateway),
  };
}
