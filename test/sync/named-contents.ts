import type { GroupFacts, GroupId, UserFacts, UserId } from '../../src/domain/index.js';
import type { DirectoryContents } from '../../src/store/index.js';

/** A directory's contents without ids, in one order, so that two of them can be compared. */
export interface NamedContents {
  readonly users: readonly UserFacts[];
  readonly groups: readonly GroupFacts[];
  /** `group > user`. */
  readonly memberships: readonly string[];
  /** `parent > child`. */
  readonly nestings: readonly string[];
}

export function namedContents(contents: DirectoryContents): NamedContents {
  const users = new Map(contents.users.map(({ id, name }) => [id, name]));
  const groups = new Map(contents.groups.map(({ id, name }) => [id, name]));
  const user = (id: UserId) => users.get(id) ?? `unknown user ${id}`;
  const group = (id: GroupId) => groups.get(id) ?? `unknown group ${id}`;
  const { memberships, nestings } = contents;
  return inOrder({
    users: contents.users.map((row) => ({
      name: row.name,
      displayName: row.displayName,
      firstName: row.firstName,
      lastName: row.lastName,
      email: row.email,
      active: row.active,
      externalId: row.externalId,
    })),
    groups: contents.groups.map(({ name, description, active }) => ({ name, description, active })),
    memberships: Array.from(
      memberships.groups,
      (id, i) => `${group(id)} > ${user(memberships.users[i])}`,
    ),
    nestings: Array.from(
      nestings.parents,
      (id, i) => `${group(id)} > ${group(nestings.children[i])}`,
    ),
  });
}

export function inOrder({ users, groups, memberships, nestings }: NamedContents): NamedContents {
  return {
    users: [...users].sort(byName),
    groups: [...groups].sort(byName),
    memberships: [...memberships].sort(),
    nestings: [...nestings].sort(),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
