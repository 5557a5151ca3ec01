import type { Random } from '../../support/random.js';
import type { GrantData } from './data-set.js';
import { PERMISSIONS } from './scheme.js';

/** Per cent of all grants, by permission. */
const SHARES = [50, 30, 15, 5];
/** Ranks of groups that are too large for each permission, in a company of 20,000 groups. */
const SMALLEST_RANKS = [10, 40, 200, 1_000];
const RANKED_GROUPS = 20_000;
/** Ranks of the large groups that have a grant all the same, by permission. */
const LARGE_RANKS = [1, 4];
/** Groups at this level or below it get most grants. */
const GRANTED_LEVEL = 3;

export interface GrantSetting {
  readonly count: number;
  readonly userNames: readonly string[];
  readonly groupNames: readonly string[];
  /** Groups, the largest first. */
  readonly ranked: readonly number[];
  /** By group. */
  readonly levels: Uint8Array;
}

/** Grants mostly to groups: each stronger permission to fewer and smaller ones. */
export function chooseGrants(random: Random, setting: GrantSetting): GrantData[] {
  const { ranked, levels, userNames, groupNames } = setting;
  const grants = new Map<string, GrantData>();
  const add = (bit: number, subjectType: GrantData['subjectType'], subjectName: string) => {
    const permission = PERMISSIONS[bit];
    grants.set(`${permission} ${subjectType} ${subjectName}`, {
      permission,
      subjectType,
      subjectName,
    });
  };
  SHARES.forEach((share, bit) => {
    const start = grants.size;
    // One group that is really large gives the seat, and another one a permission more.
    if (bit < LARGE_RANKS.length) add(bit, 'GROUP', groupNames[ranked[LARGE_RANKS[bit]]]);
    const wanted = Math.max(2, Math.round((setting.count * share) / 100));
    const smallest = Math.floor((SMALLEST_RANKS[bit] * ranked.length) / RANKED_GROUPS);
    while (grants.size < start + wanted) {
      if (random.chance(10)) {
        add(bit, 'USER', random.pick(userNames));
        continue;
      }
      const group = ranked[smallest + random.below(ranked.length - smallest)];
      if (levels[group] >= GRANTED_LEVEL || random.chance(30)) add(bit, 'GROUP', groupNames[group]);
    }
  });
  return [...grants.values()];
}
