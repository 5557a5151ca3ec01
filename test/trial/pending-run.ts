import { nameKey } from '../../src/domain/index.js';
import type { NaiveDirectory } from '../support/naive-facts.js';
import type { Random } from '../support/random.js';
import type { Action } from '../support/scenario-answerer.js';
import type { ScenarioAuthor } from '../support/scenario-author.js';
import { type Shape, spelled } from './random-setup.js';

/** Edges are tried so many times for each entry of a directory. */
const EDGES_PER_ENTRY = 1;

/**
 * What a synchronisation would write that found a part of one directory changed: edges are removed
 * first, then entries; entries change and come, and edges are added last.
 */
export function pendingRun(random: Random, { facts }: ScenarioAuthor, shape: Shape): Action[] {
  const held = random.pick(facts.directories);
  const directory = held.directory.name;
  const leaving = <Entry>(entries: Iterable<Entry>) => [...entries].filter(() => random.chance(12));
  const usersLeaving = leaving(held.users.values());
  const groupsLeaving = leaving(held.groups.values());
  const usersStaying = [...held.users.values()].filter((user) => !usersLeaving.includes(user));
  const groupsStaying = [...held.groups.values()].filter((g) => !groupsLeaving.includes(g));
  const edgesLeaving = removedEdges(random, held);
  const newUsers = newNames(random, shape.users, held.users.values());
  const newGroups = newNames(random, shape.groups, held.groups.values());
  return [
    ...edgesLeaving,
    ...usersLeaving.map(({ name: user }): Action => ({ type: 'removeUser', directory, user })),
    ...groupsLeaving.map(({ name: group }): Action => ({ type: 'removeGroup', directory, group })),
    ...leaving(usersStaying).map(
      ({ name: user, active }): Action => ({
        type: 'setUserActive',
        directory,
        user,
        active: !active,
      }),
    ),
    ...newUsers.map(
      (user): Action => ({ type: 'addUser', directory, user, active: random.chance(shape.active) }),
    ),
    ...newGroups.map((group): Action => ({ type: 'addGroup', directory, group })),
    ...addedEdges(
      random,
      held,
      [...usersStaying.map(({ name }) => name), ...newUsers],
      [...groupsStaying.map(({ name }) => name), ...newGroups],
    ),
  ];
}

function newNames(
  random: Random,
  pool: readonly string[],
  entries: Iterable<{ readonly nameKey: string }>,
): string[] {
  const taken = new Set([...entries].map((entry) => entry.nameKey));
  return pool
    .filter((name) => !taken.has(nameKey(name)) && random.chance(20))
    .map((name) => spelled(random, name));
}

function removedEdges(random: Random, held: NaiveDirectory): Action[] {
  const directory = held.directory.name;
  const groupName = (id: Parameters<typeof held.groups.get>[0]) => held.groups.get(id)!.name;
  return [
    ...held.memberships
      .filter(() => random.chance(15))
      .map(
        ({ group, user }): Action => ({
          type: 'removeMembership',
          directory,
          group: groupName(group),
          user: held.users.get(user)!.name,
        }),
      ),
    ...held.nestings
      .filter(() => random.chance(15))
      .map(
        ({ parent, child }): Action => ({
          type: 'removeNesting',
          directory,
          parent: groupName(parent),
          child: groupName(child),
        }),
      ),
  ];
}

/** Edges that were not there before, each once; an edge that is removed does not come back. */
function addedEdges(
  random: Random,
  held: NaiveDirectory,
  users: readonly string[],
  groups: readonly string[],
): Action[] {
  if (groups.length === 0) return [];
  const directory = held.directory.name;
  const edge = (kind: string, above: string, below: string) =>
    `${kind} ${nameKey(above)}\n${nameKey(below)}`;
  const known = new Set([
    ...held.memberships.map(({ group, user }) =>
      edge('m', held.groups.get(group)!.name, held.users.get(user)!.name),
    ),
    ...held.nestings.map(({ parent, child }) =>
      edge('n', held.groups.get(parent)!.name, held.groups.get(child)!.name),
    ),
  ]);
  const isNew = (text: string) => !known.has(text) && known.add(text) !== undefined;
  const actions: Action[] = [];
  const attempts = random.below((users.length + groups.length) * EDGES_PER_ENTRY + 1);
  for (let i = 0; i < attempts; i++) {
    const above = random.pick(groups);
    if (users.length > 0 && random.chance(65)) {
      const user = random.pick(users);
      if (isNew(edge('m', above, user))) {
        actions.push({ type: 'addMembership', directory, group: above, user });
      }
    } else {
      const child = random.pick(groups);
      if (isNew(edge('n', above, child))) {
        actions.push({ type: 'addNesting', directory, parent: above, child });
      }
    }
  }
  return actions;
}
