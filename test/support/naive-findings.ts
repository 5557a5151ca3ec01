import type { Grant, NameKey, PermissionKey } from '../../src/domain/index.js';
import type { FindingFacts } from '../../src/engine/index.js';
import { grantLine, namesOf } from './finding-text.js';
import { entryNamed, holdsNesting, type NaiveDirectory } from './naive-facts.js';
import { byKeys, inKeyOrder } from './naive-order.js';
import type { NaiveState, NaiveView } from './naive-state.js';

/** All findings as `findingText` tells them, in order, worked out by looking at everything. */
export function naiveFindings(state: NaiveState, known: FindingFacts): string[] {
  const grants = grantsInOrder(state);
  return [
    ...ofHolders(state),
    ...state
      .active()
      .filter(({ directory: { id, nestedGroups } }) => {
        return nestedGroups && known.remoteNesting?.get(id) === false;
      })
      .map(({ directory }) => `NESTING_ONLY_HERE ${directory.name}`),
    ...grants.flatMap((grant) => ofUnknownName(state, grant)),
    ...grants.flatMap((grant) => ofEmptyGroup(state, grant)),
    ...grants.flatMap((grant) => ofSingleUser(state, grant)),
    ...grants.flatMap((grant) => ofInactive(state, grant)),
    ...state.allViews().flatMap((view) => cyclesOf(state, view)),
    ...state.allViews().flatMap((view) => severalPathsIn(state, view)),
    ...state.users().flatMap((user) => maskedOf(state, user)),
    ...neverSeen(state, known),
  ];
}

function ofHolders(state: NaiveState): string[] {
  const permission = state.facts.scheme.systemAdministration;
  const holders = state.holders(permission);
  if (holders.length === 0) return [`NO_HOLDER ${permission}`];
  return holders.length === 1 ? [`LAST_HOLDER ${permission}: ${holders[0]}`] : [];
}

function grantsInOrder({ facts }: NaiveState): Grant[] {
  const order = facts.scheme.permissions.map(({ key }) => key);
  return [...facts.grants].sort(
    (a, b) =>
      Number(a.subjectType === 'GROUP') - Number(b.subjectType === 'GROUP') ||
      byKeys([a.subjectKey], [b.subjectKey]) ||
      order.indexOf(a.permission) - order.indexOf(b.permission),
  );
}

/** Directories that hold a grant's subject, in order. */
function holdersOf(state: NaiveState, { subjectType, subjectKey }: Grant): NaiveDirectory[] {
  return state.facts.directories.filter(({ users, groups }) =>
    subjectType === 'USER'
      ? entryNamed(users.values(), subjectKey)
      : entryNamed(groups.values(), subjectKey),
  );
}

function firstActive(state: NaiveState, grant: Grant): NaiveDirectory | undefined {
  return holdersOf(state, grant).find(({ directory }) => directory.active);
}

function ofUnknownName(state: NaiveState, grant: Grant): string[] {
  const holders = holdersOf(state, grant);
  if (holders.some(({ directory }) => directory.active)) return [];
  const names = namesOf(holders.map(({ directory }) => directory));
  return [`GRANT_TO_UNKNOWN_NAME ${grantLine(grant)} [${names}]`];
}

function ofEmptyGroup(state: NaiveState, grant: Grant): string[] {
  const holder = firstActive(state, grant);
  if (grant.subjectType === 'USER' || !holder) return [];
  if (state.members(grant.subjectKey, true).size > 0) return [];
  const where = `${grant.subjectKey} in ${holder.directory.name}`;
  return [`GRANT_TO_EMPTY_GROUP ${grantLine(grant)}: ${where}`];
}

function ofSingleUser(state: NaiveState, grant: Grant): string[] {
  const holder = firstActive(state, grant);
  if (grant.subjectType === 'GROUP' || !holder) return [];
  const byGroup = state.grantsGiving(grant.permission).some(({ subjectType, subjectKey }) => {
    return subjectType === 'GROUP' && state.groupNames(grant.subjectKey, true).has(subjectKey);
  });
  const where = `${grant.subjectKey} in ${holder.directory.name}`;
  return [`GRANT_TO_SINGLE_USER ${grantLine(grant)}: ${where}${byGroup ? ', by a group too' : ''}`];
}

function ofInactive(state: NaiveState, grant: Grant): string[] {
  if (!state.grantsGiving(state.facts.scheme.seat).includes(grant)) return [];
  if (!firstActive(state, grant)) return [];
  const reached =
    grant.subjectType === 'USER'
      ? [grant.subjectKey]
      : [...state.members(grant.subjectKey, true).keys()];
  if (reached.length === 0 || reached.some((user) => state.isActive(user))) return [];
  return [`SEAT_OF_INACTIVE ${grantLine(grant)}`];
}

/** Group names of a view, in order. */
function groupsIn({ directories }: NaiveView): NameKey[] {
  return inKeyOrder(
    directories.flatMap(({ groups }) => [...groups.values()].map(({ nameKey }) => nameKey)),
  );
}

function placeIn({ directories }: NaiveView, group: NameKey): string {
  const holder = directories.find(({ groups }) => entryNamed(groups.values(), group))!;
  return `${group} in ${holder.directory.name}`;
}

function cyclesOf(state: NaiveState, view: NaiveView): string[] {
  const above = (group: NameKey) =>
    state.closureOf(view.parents, view.parents.get(group) ?? new Set());
  const groups = groupsIn(view);
  return groups
    .filter((group) => above(group).has(group))
    .map((group) => groups.filter((other) => above(group).has(other) && above(other).has(group)))
    .filter((cycle, i, all) => all.findIndex(([first]) => first === cycle[0]) === i)
    .map((cycle) => {
      const holders = view.directories.filter(
        (holder) =>
          holder.directory.nestedGroups &&
          cycle.some((parent) => cycle.some((child) => holdsNesting(holder, parent, child))),
      );
      const directories = namesOf(holders.map(({ directory }) => directory));
      return `NESTED_CYCLE ${cycle.map((group) => placeIn(view, group)).join(', ')} [${directories}]`;
    });
}

/** Every way up from a group to a granted one that repeats no group. */
export function naiveWays(
  state: NaiveState,
  view: NaiveView,
  group: NameKey,
  permission: PermissionKey,
): NameKey[][] {
  const granted = new Set(
    state
      .grantsGiving(permission)
      .filter(({ subjectType }) => subjectType === 'GROUP')
      .map(({ subjectKey }) => subjectKey),
  );
  const from = (way: readonly NameKey[]): NameKey[][] => {
    const last = way[way.length - 1];
    const onward = [...(view.parents.get(last) ?? [])].filter((parent) => !way.includes(parent));
    return [
      ...(granted.has(last) ? [[...way]] : []),
      ...onward.flatMap((parent) => from([...way, parent])),
    ];
  };
  return from([group]);
}

function severalPathsIn(state: NaiveState, view: NaiveView): string[] {
  const { permissions } = state.facts.scheme;
  return groupsIn(view).flatMap((group) => {
    const said = permissions.map(({ key }) => {
      const ways = naiveWays(state, view, group, key);
      const ends = inKeyOrder(ways.map((way) => way[way.length - 1]));
      return { key, count: ways.length, text: `${ways.length} ways to ${ends.join(', ')}` };
    });
    const includes = (stronger: PermissionKey, weaker: PermissionKey): boolean => {
      const { implies } = permissions.find(({ key }) => key === stronger)!;
      return implies.some((key) => key === weaker || includes(key, weaker));
    };
    return said
      .filter(({ key, count, text }) => {
        if (count < 2) return false;
        return !said.some((other) => includes(other.key, key) && other.text === text);
      })
      .map(({ key, text }) => `SEVERAL_PATHS ${placeIn(view, group)} ${key}: ${text}`);
  });
}

function maskedOf(state: NaiveState, user: NameKey): string[] {
  const [counted, ...masked] = state
    .active()
    .filter(({ users }) => entryNamed(users.values(), user));
  const entry = entryNamed(counted.users.values(), user)!;
  const held = state.permissionsIn(counted, user);
  return masked.flatMap((holder) => {
    const other = entryNamed(holder.users.values(), user)!;
    const wouldHold = state.permissionsIn(holder, user);
    const what = [
      ...(other.name === entry.name ? [] : ['spelling']),
      ...(other.active === entry.active ? [] : ['active']),
      ...[...wouldHold].filter((key) => !held.has(key)).map((key) => `+${key}`),
      ...[...held].filter((key) => !wouldHold.has(key)).map((key) => `-${key}`),
    ];
    if (what.length === 0) return [];
    const where = `${user} in ${holder.directory.name} by ${counted.directory.name}`;
    return [`MASKED_NAME_DIFFERS ${where}: ${what.join(' ')}`];
  });
}

function neverSeen(state: NaiveState, known: FindingFacts): string[] {
  return state.holders(state.facts.scheme.seat).flatMap((user) => {
    const { users, directory } = state.canonical(user)!;
    const { id } = entryNamed(users.values(), user)!;
    return known.neverSeen?.(id) ? [`SEAT_NEVER_SEEN ${user} in ${directory.name}`] : [];
  });
}
