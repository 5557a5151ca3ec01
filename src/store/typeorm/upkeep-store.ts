import type { UpkeepStore } from '../upkeep-store.js';
import { cutLog } from './cut-log.js';
import { forgetRuns } from './forget-runs.js';
import { keepAudit, readAudits } from './keep-audits.js';
import { rowDifferences } from './row-differences.js';
import type { StoreParts } from './scope.js';

export function upkeepStore({ database }: StoreParts): UpkeepStore {
  return {
    cutLog: (before) => cutLog(database, before),
    forgetRuns: (before, keep) => forgetRuns(database, before, keep),
    rowDifferences: () => rowDifferences(database),
    keepAudit: (audit) => keepAudit(database, audit),
    audits: (atMost) => readAudits(database, atMost),
  };
}
