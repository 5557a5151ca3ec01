import type { DirectoryId, Grant, SubjectType } from '../../src/domain/index.js';
import type { Gateway } from '../../src/usecase/index.js';
import type { ExpectedState } from './returning-format.js';
import { isOfCrowd } from './returning-server.js';
import { BITBUCKET_SCHEME } from './scenario-scheme.js';
import { differ } from './scenario-unmet.js';

/** More than any scenario has of anything. */
const PAGE = { first: 100, after: null };

/** What there is of all that a scenario may expect. */
export async function presentState(
  { live, store }: Gateway,
  directory: DirectoryId,
): Promise<Required<ExpectedState>> {
  const held = await store.reader.contents(directory);
  const nameOf = new Map(held.users.map(({ id, name }) => [id, name]));
  const groupOf = new Map(held.groups.map(({ id, name }) => [id, name]));
  const members: Record<string, string[]> = {};
  for (const name of groupOf.values()) members[name] = [];
  const { groups, users } = held.memberships;
  for (let i = 0; i < groups.length; i++) {
    members[groupOf.get(groups[i])!].push(nameOf.get(users[i])!);
  }
  const { items: tombstones } = await store.tombstones.page(directory, PAGE);
  const { items: setAside } = await store.tombstones.setAsidePage(PAGE);
  const grants = live.index.grants();
  return {
    users: held.users
      .filter(({ name }) => !isOfCrowd(name))
      .map(({ name, active }) => (active ? name : `${name} (inactive)`)),
    members,
    grants: byPermission(grants, 'GROUP'),
    userGrants: byPermission(grants, 'USER'),
    seats: live.index.holdersOf(BITBUCKET_SCHEME.seat, PAGE).items.map(({ key }) => key),
    setAside: setAside.map(
      ({ permission, subjectName, previousExternalId, newExternalId }) =>
        `${permission} ${subjectName}: ${previousExternalId} > ${newExternalId}`,
    ),
    tombstones: tombstones.map(({ facts, userId }) =>
      userId === null ? facts.name : `${facts.name}, who stays`,
    ),
  };
}

/** In sentences, what there is other than was expected; what is not named is not looked at. */
export function unmetState(expected: ExpectedState, present: Required<ExpectedState>): string[] {
  const problems: string[] = [];
  for (const part of Object.keys(expected) as (keyof ExpectedState)[]) {
    differ(problems, part, 'there is', linesOf(expected[part]), linesOf(present[part]));
  }
  return problems;
}

/** Names, or what has names, in one order. */
function linesOf(part: ExpectedState[keyof ExpectedState]): string[] {
  if (Array.isArray(part)) return [...part].sort();
  return Object.entries(part ?? {})
    .map(([key, names = []]) => `${key}: ${[...names].sort().join(' ')}`)
    .sort();
}

function byPermission(
  grants: readonly Grant[],
  type: SubjectType,
): NonNullable<ExpectedState['grants']> {
  const given: Record<string, string[]> = {};
  for (const { permission, subjectType, subjectName } of grants) {
    if (subjectType !== type) continue;
    given[permission] = [...(given[permission] ?? []), subjectName];
  }
  return given;
}
