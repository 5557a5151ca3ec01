import type { DirectoryId, GroupId } from './ids.js';
import type { NameKey } from './name.js';

/** What a directory says about a group. */
export interface GroupFacts {
  readonly name: string;
  readonly description: string;
  /** Carried over the wire; no product we mirror documents an effect, so it has none here. */
  readonly active: boolean;
}

export interface Group extends GroupFacts {
  readonly id: GroupId;
  readonly directoryId: DirectoryId;
  readonly nameKey: NameKey;
}

export function sameGroupFacts(a: GroupFacts, b: GroupFacts): boolean {
  return a.name === b.name && a.description === b.description && a.active === b.active;
}
