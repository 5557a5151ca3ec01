import type { PermissionIndex } from '../../../src/engine/index.js';
import type { Counts, DataSet } from '../dataset/data-set.js';
import type { FreshNames } from '../dataset/fresh-names.js';
import type { DataSource } from '../dataset/open-data.js';
import type { CanonicalFacts } from '../limit/canonical-facts.js';
import type { Limit } from '../limit/limit.js';
import type { Line } from '../measure/figures.js';

/** What every question is asked of: the engine and the ruler, with the same facts. */
export interface Stage {
  readonly source: DataSource;
  readonly data: DataSet;
  readonly counts: Counts;
  readonly facts: CanonicalFacts;
  readonly index: PermissionIndex;
  readonly limit: Limit;
  readonly freshUsers: FreshNames;
  /** Tells whoever waits what is being done. */
  say(what: string): void;
}

/** Questions that are measured together. */
export type Measure = (stage: Stage) => Line[] | Promise<Line[]>;
