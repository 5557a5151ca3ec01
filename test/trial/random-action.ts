import { nameKey } from '../../src/domain/index.js';
import type { NaiveDirectory, NaiveFacts } from '../support/naive-facts.js';
import type { Random } from '../support/random.js';
import type { Action, Contents } from '../support/scenario-answerer.js';
import { HANDFUL, PERMISSIONS, randomContents, type Shape, spelled } from './random-setup.js';

type Maker = (random: Random, facts: NaiveFacts, shape: Shape) => Action | null;

/** How to make one action of a kind, or `null` when the facts permit none. */
const MAKERS: readonly { readonly weight: number; readonly make: Maker }[] = [
  { weight: 10, make: addUser },
  { weight: 5, make: removeUser },
  { weight: 8, make: setUserActive },
  { weight: 8, make: (random, facts, shape) => renameSome(random, facts, shape, 'renameUsers') },
  { weight: 6, make: addGroup },
  { weight: 5, make: removeGroup },
  { weight: 8, make: (random, facts, shape) => renameSome(random, facts, shape, 'renameGroups') },
  { weight: 16, make: addMembership },
  { weight: 9, make: removeMembership },
  { weight: 16, make: addNesting },
  { weight: 9, make: removeNesting },
  { weight: 8, make: grant },
  { weight: 6, make: revoke },
  { weight: 6, make: switchDirectory },
  { weight: 6, make: setNestedGroups },
  { weight: 6, make: orderDirectories },
  { weight: 2, make: addDirectory },
  { weight: 2, make: removeDirectory },
  { weight: 3, make: reloadDirectory },
  { weight: 5, make: setMembershipMode },
  { weight: 4, make: setLicenceLimit },
];
/** Each maker as often as it weighs. */
const LOTS = MAKERS.flatMap((maker) => Array.from({ length: maker.weight }, () => maker));

/**
 * An action that is possible and changes something.
 * @param types what it may be; anything when left out.
 */
export function randomAction(
  random: Random,
  facts: NaiveFacts,
  shape: Shape = HANDFUL,
  types: readonly Action['type'][] | null = null,
): Action {
  for (;;) {
    const { make } = random.pick(LOTS);
    const action = make(random, facts, shape);
    if (action !== null && (types === null || types.includes(action.type))) return action;
  }
}

function holderOf(random: Random, facts: NaiveFacts): NaiveDirectory {
  return random.pick(facts.directories);
}

function pickOrNull<Item>(random: Random, items: readonly Item[]): Item | null {
  return items.length === 0 ? null : random.pick(items);
}

function userNames({ users }: NaiveDirectory): string[] {
  return [...users.values()].map(({ name }) => name);
}

function groupNames({ groups }: NaiveDirectory): string[] {
  return [...groups.values()].map(({ name }) => name);
}

function freeNames(pool: readonly string[], taken: readonly string[]): string[] {
  const keys = new Set(taken.map(nameKey));
  return pool.filter((name) => !keys.has(nameKey(name)));
}

function addUser(random: Random, facts: NaiveFacts, shape: Shape): Action | null {
  const holder = holderOf(random, facts);
  const name = pickOrNull(random, freeNames(shape.users, userNames(holder)));
  if (name === null) return null;
  const active = random.chance(85);
  return {
    type: 'addUser',
    directory: holder.directory.name,
    user: spelled(random, name),
    active,
  };
}

function removeUser(random: Random, facts: NaiveFacts): Action | null {
  const holder = holderOf(random, facts);
  const user = pickOrNull(random, userNames(holder));
  return user === null ? null : { type: 'removeUser', directory: holder.directory.name, user };
}

function setUserActive(random: Random, facts: NaiveFacts): Action | null {
  const holder = holderOf(random, facts);
  const user = pickOrNull(random, [...holder.users.values()]);
  if (user === null) return null;
  const directory = holder.directory.name;
  return { type: 'setUserActive', directory, user: user.name, active: !user.active };
}

/**
 * One entry to a free name, or two or three that change names in a ring, with one that only gets a
 * new spelling among them, or a new spelling alone.
 */
function renameSome(
  random: Random,
  facts: NaiveFacts,
  shape: Shape,
  type: 'renameUsers' | 'renameGroups',
): Action | null {
  const holder = holderOf(random, facts);
  const directory = holder.directory.name;
  const [pool, held] =
    type === 'renameUsers' ? [shape.users, userNames(holder)] : [shape.groups, groupNames(holder)];
  const [from, ...others] = random.shuffled(held);
  if (from === undefined) return null;
  if (others.length > 0 && random.chance(60)) {
    const ring = [from, ...others.splice(0, 1 + random.below(2))];
    const renames = ring.map((name, i) => ({ from: name, to: ring[(i + 1) % ring.length] }));
    const bystander = random.chance(30) ? others.pop() : undefined;
    if (bystander !== undefined) {
      renames.splice(1, 0, { from: bystander, to: spelled(random, nameKey(bystander)) });
    }
    return { type, directory, renames };
  }
  const free = pickOrNull(random, freeNames(pool, held));
  const to = spelled(random, free === null || random.chance(15) ? nameKey(from) : free);
  return to === from ? null : { type, directory, renames: [{ from, to }] };
}

function addGroup(random: Random, facts: NaiveFacts, shape: Shape): Action | null {
  const holder = holderOf(random, facts);
  const name = pickOrNull(random, freeNames(shape.groups, groupNames(holder)));
  if (name === null) return null;
  return { type: 'addGroup', directory: holder.directory.name, group: spelled(random, name) };
}

function removeGroup(random: Random, facts: NaiveFacts): Action | null {
  const holder = holderOf(random, facts);
  const group = pickOrNull(random, groupNames(holder));
  return group === null ? null : { type: 'removeGroup', directory: holder.directory.name, group };
}

function addMembership(random: Random, facts: NaiveFacts): Action | null {
  const holder = holderOf(random, facts);
  const group = pickOrNull(random, [...holder.groups.values()]);
  const user = pickOrNull(random, [...holder.users.values()]);
  if (!group || !user) return null;
  if (holder.memberships.some((m) => m.group === group.id && m.user === user.id)) return null;
  const directory = holder.directory.name;
  return { type: 'addMembership', directory, group: group.name, user: user.name };
}

function removeMembership(random: Random, facts: NaiveFacts): Action | null {
  const holder = holderOf(random, facts);
  const edge = pickOrNull(random, holder.memberships);
  if (edge === null) return null;
  const group = holder.groups.get(edge.group)!.name;
  const user = holder.users.get(edge.user)!.name;
  return { type: 'removeMembership', directory: holder.directory.name, group, user };
}

/** Loops and cycles are as welcome as anything else. */
function addNesting(random: Random, facts: NaiveFacts): Action | null {
  const holder = holderOf(random, facts);
  const parent = pickOrNull(random, [...holder.groups.values()]);
  const child = pickOrNull(random, [...holder.groups.values()]);
  if (!parent || !child) return null;
  if (holder.nestings.some((n) => n.parent === parent.id && n.child === child.id)) return null;
  const directory = holder.directory.name;
  return { type: 'addNesting', directory, parent: parent.name, child: child.name };
}

function removeNesting(random: Random, facts: NaiveFacts): Action | null {
  const holder = holderOf(random, facts);
  const edge = pickOrNull(random, holder.nestings);
  if (edge === null) return null;
  const parent = holder.groups.get(edge.parent)!.name;
  const child = holder.groups.get(edge.child)!.name;
  return { type: 'removeNesting', directory: holder.directory.name, parent, child };
}

/** Now and then to a name that nobody bears (yet). */
function grant(random: Random, facts: NaiveFacts, shape: Shape): Action | null {
  const subjectType = random.chance(25) ? 'USER' : 'GROUP';
  const subject = random.pick(subjectType === 'USER' ? shape.users : shape.groups);
  const permission = random.pick(PERMISSIONS);
  const given = facts.grants.some(
    (other) =>
      other.permission === permission &&
      other.subjectType === subjectType &&
      other.subjectKey === nameKey(subject),
  );
  return given
    ? null
    : { type: 'grant', permission, subjectType, subject: spelled(random, subject) };
}

function revoke(random: Random, facts: NaiveFacts): Action | null {
  const given = pickOrNull(random, facts.grants);
  if (given === null) return null;
  const { permission, subjectType, subjectName: subject } = given;
  return { type: 'revoke', permission, subjectType, subject };
}

function switchDirectory(random: Random, facts: NaiveFacts): Action {
  const { active, name: directory } = holderOf(random, facts).directory;
  return { type: active ? 'deactivateDirectory' : 'activateDirectory', directory };
}

function setNestedGroups(random: Random, facts: NaiveFacts): Action {
  const { nestedGroups, name: directory } = holderOf(random, facts).directory;
  return { type: 'setNestedGroups', directory, nestedGroups: !nestedGroups };
}

function orderDirectories(random: Random, facts: NaiveFacts): Action | null {
  const names = facts.directories.map(({ directory }) => directory.name);
  const order = random.shuffled(names);
  return order.join() === names.join() ? null : { type: 'orderDirectories', order };
}

function addDirectory(random: Random, facts: NaiveFacts, shape: Shape): Action | null {
  const held = facts.directories.map(({ directory }) => directory.name);
  const directory = pickOrNull(random, freeNames(shape.directories, held));
  if (directory === null) return null;
  return { type: 'addDirectory', directory, nestedGroups: random.chance(75) };
}

/** One directory always stays. */
function removeDirectory(random: Random, facts: NaiveFacts): Action | null {
  if (facts.directories.length < 2) return null;
  return { type: 'removeDirectory', directory: holderOf(random, facts).directory.name };
}

/** Partly what is there, partly something else. */
function reloadDirectory(random: Random, facts: NaiveFacts, shape: Shape): Action {
  const holder = holderOf(random, facts);
  const fresh = randomContents(random, shape);
  const taken = new Set(fresh.users.map(({ name }) => nameKey(name)));
  const kept = [...holder.users.values()].filter(
    (user) => random.chance(70) && !taken.has(user.nameKey),
  );
  const contents: Contents = {
    ...fresh,
    users: [...kept.map(({ name, active }) => ({ name, active })), ...fresh.users],
  };
  return { type: 'reloadDirectory', directory: holder.directory.name, contents };
}

function setMembershipMode(_random: Random, { mode }: NaiveFacts): Action {
  return {
    type: 'setMembershipMode',
    mode: mode === 'FIRST_DIRECTORY' ? 'ALL_DIRECTORIES' : 'FIRST_DIRECTORY',
  };
}

function setLicenceLimit(random: Random, facts: NaiveFacts, shape: Shape): Action | null {
  const limit = random.chance(20) ? null : random.below(shape.users.length + 1);
  return limit === facts.licenceLimit ? null : { type: 'setLicenceLimit', limit };
}
