import type { Directory, Grant } from '../../domain/index.js';
import { groupEntry, userEntry } from '../entry-answers.js';
import type { EntryTable } from '../entry-table.js';
import type { Facts } from '../facts.js';
import type { FindingGround, FindingOf, Work } from './finding-ground.js';
import type { GroupMap, Reach } from './group-map.js';

/** Findings about single grants, each list in the order of grants: users first, by key, by permission. */
export interface GrantFindings {
  readonly unknownName: FindingOf<'GRANT_TO_UNKNOWN_NAME'>[];
  readonly emptyGroup: FindingOf<'GRANT_TO_EMPTY_GROUP'>[];
  readonly singleUser: FindingOf<'GRANT_TO_SINGLE_USER'>[];
  readonly seatOfInactive: FindingOf<'SEAT_OF_INACTIVE'>[];
}

export function* grantFindings(
  ground: FindingGround,
  map: GroupMap,
  reach: Reach,
): Work<GrantFindings> {
  const { facts, grants, slice } = ground;
  const { users, groups } = facts;
  const found: GrantFindings = {
    unknownName: [],
    emptyGroup: [],
    singleUser: [],
    seatOfInactive: [],
  };
  for (const grant of grants.inOrder()) {
    if (slice.spend(COST_OF_A_GRANT)) yield;
    const [table, counts] =
      grant.subjectType === 'USER'
        ? ([users, ground.rights.canonical.bind(ground.rights)] as const)
        : ([groups, ground.rights.canonicalGroup.bind(ground.rights)] as const);
    const name = table.names.find(grant.subjectKey);
    const entry = name < 0 ? -1 : counts(name);
    if (entry < 0) {
      const inactiveDirectories = holdersOf(facts, table, name);
      found.unknownName.push({ code: 'GRANT_TO_UNKNOWN_NAME', grant, inactiveDirectories });
    } else if (grant.subjectType === 'USER') {
      ofUser(ground, found, grant, entry);
    } else {
      ofGroup(ground, map, reach, found, grant, entry);
    }
  }
  return found;
}

const COST_OF_A_GRANT = 50;

function ofUser(
  { facts, rights, walk }: FindingGround,
  found: GrantFindings,
  grant: Grant,
  entry: number,
): void {
  const { users, scheme } = facts;
  const bit = 1 << scheme.bitOf(grant.permission);
  const groups = walk.directGroups(users.nameOf(entry));
  found.singleUser.push({
    code: 'GRANT_TO_SINGLE_USER',
    grant,
    user: userEntry(facts, rights, entry),
    heldByGroup: groups.some((node) => (rights.groupMask(node) & bit) !== 0),
  });
  if (givesSeat(facts, grant) && !users.isActive(entry)) {
    found.seatOfInactive.push({ code: 'SEAT_OF_INACTIVE', grant });
  }
}

function ofGroup(
  { facts, walk }: FindingGround,
  { numbers }: GroupMap,
  { members, activeMembers }: Reach,
  found: GrantFindings,
  grant: Grant,
  entry: number,
): void {
  const nodes = walk.nodesOfName(facts.groups.nameOf(entry));
  if (!nodes.some((node) => members[numbers[node] - 1] === 1)) {
    const group = groupEntry(facts, entry);
    found.emptyGroup.push({ code: 'GRANT_TO_EMPTY_GROUP', grant, group });
  } else if (
    givesSeat(facts, grant) &&
    !nodes.some((node) => activeMembers[numbers[node] - 1] === 1)
  ) {
    found.seatOfInactive.push({ code: 'SEAT_OF_INACTIVE', grant });
  }
}

function givesSeat({ scheme }: Facts, { permission }: Grant): boolean {
  return (scheme.maskOf(permission) & (1 << scheme.bitOf(scheme.scheme.seat))) !== 0;
}

/** Directories that hold a name that no active one holds. */
function holdersOf(facts: Facts, table: EntryTable, name: number): Directory[] {
  if (name < 0) return [];
  return facts.directories
    .filter(({ slot }) => table.entryIn(name, slot) >= 0)
    .map(({ directory }) => directory);
}
