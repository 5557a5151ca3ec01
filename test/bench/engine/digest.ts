import { createHash } from 'node:crypto';
import type { NameKey } from '../../../src/domain/index.js';
import type { PermissionIndex } from '../../../src/engine/index.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import { ALL } from './listings.js';

const GROUP_PAGE = 1_000;
const USERS_ASKED = 2_000;
const GROUPS_ASKED = 200;
const REASONS = 20;

/** One line for everything an index answers: two indexes with the same facts have the same one. */
export function digestOf(index: PermissionIndex): string {
  const hash = createHash('sha256');
  const add = (value: unknown) => hash.update(`${JSON.stringify(value)}\n`);
  add(index.licence());
  add(index.directories());
  add(index.grants());
  for (const permission of PERMISSIONS) {
    const holders = index.holderNames(permission);
    add([permission, index.countHolders(permission), holders]);
    const step = Math.max(1, Math.floor((holders.length * PERMISSIONS.length) / USERS_ASKED));
    for (let i = 0; i < holders.length; i += step) {
      const name = holders[i];
      add([name, index.effectivePermissions(name), index.userEntries(name)]);
      add(index.groupsOf(name, true, ALL).items.map((group) => [group.name, group.direct]));
      for (const asked of PERMISSIONS) add(index.explain(name, asked, REASONS));
    }
  }
  const groups = groupNames(index);
  add(groups);
  const step = Math.max(1, Math.floor(groups.length / GROUPS_ASKED));
  for (let i = 0; i < groups.length; i += step) {
    const name = groups[i];
    add([name, index.maskOfGroup(name)]);
    add(index.membersOf(name, true, ALL).items.map((user) => [user.name, user.direct]));
    add(index.childGroupsOf(name, true, ALL).items.map((group) => [group.name, group.direct]));
  }
  return hash.digest('hex');
}

function groupNames(index: PermissionIndex): string[] {
  const names: string[] = [];
  for (let after: NameKey | null = null; ; ) {
    const page = index.groups({ first: GROUP_PAGE, after });
    for (const group of page.items) names.push(group.name);
    if (!page.hasMore) return names;
    after = page.items[page.items.length - 1].key;
  }
}
