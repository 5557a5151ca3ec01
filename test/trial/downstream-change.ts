import type { Directory, Group, GroupId, User, UserId } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import type { Random } from '../support/random.js';

/** Few, so that they are taken again and again; the third server has people of some of these names. */
const USER_NAMES = [
  'ann',
  'bob',
  'cal',
  'dee',
  'eve',
  'rose',
  'kim',
  'łukasz',
  'zoë müller',
  'o.neil+x',
  'max@example.org',
  '100% ida',
];
const GROUP_NAMES = ['devs', 'ops', 'qa', 'staff', 'betrieb süd', 'a/b', 'release+1'];

/** One change at the gateway that is followed. */
export interface Change {
  /** One of few, for the figures. */
  readonly kind: string;
  /** Everything about it, for the story. */
  readonly line: string;
  /** Whether it may put together anew what followers see, so that they read everything. */
  readonly movesView: boolean;
  /** @returns false when a rule refused it. */
  make(): Promise<boolean>;
}

/** What one directory of the gateway holds, by name. */
export interface HeldDirectory {
  readonly directory: Directory;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly memberships: readonly { readonly group: Group; readonly user: User }[];
  readonly nestings: readonly { readonly parent: Group; readonly child: Group }[];
}

/** What there is, in the order of the directories, and in each in one order whatever the database. */
export async function readHeld({ reader }: GatehouseStore): Promise<HeldDirectory[]> {
  const all: HeldDirectory[] = [];
  for (const directory of await reader.directories()) {
    const { users, groups, memberships, nestings } = await reader.contents(directory.id);
    const userOf = new Map<UserId, User>(users.map((user) => [user.id, user]));
    const groupOf = new Map<GroupId, Group>(groups.map((group) => [group.id, group]));
    all.push({
      directory,
      users: users.toSorted(byName),
      groups: groups.toSorted(byName),
      memberships: Array.from(memberships.groups, (id, i) => ({
        group: groupOf.get(id)!,
        user: userOf.get(memberships.users[i])!,
      })).sort((one, other) => byName(one.user, other.user) || byName(one.group, other.group)),
      nestings: Array.from(nestings.parents, (id, i) => ({
        parent: groupOf.get(id)!,
        child: groupOf.get(nestings.children[i])!,
      })).sort((one, other) => byName(one.child, other.child) || byName(one.parent, other.parent)),
    });
  }
  return all;
}

export function randomUserName(random: Random): string {
  return spelled(random, random.pick(USER_NAMES));
}

export function randomGroupName(random: Random): string {
  return spelled(random, random.pick(GROUP_NAMES));
}

/** Mostly as it is, now and then in other letter case. */
function spelled(random: Random, name: string): string {
  return random.chance(25) ? name.toUpperCase() : name;
}

function byName(one: { readonly nameKey: string }, other: { readonly nameKey: string }): number {
  if (one.nameKey === other.nameKey) return 0;
  return one.nameKey < other.nameKey ? -1 : 1;
}
