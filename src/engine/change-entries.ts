import { type Grant, type Group, nameKey, type User } from '../domain/index.js';
import type { EntryChange } from './entry-changes.js';
import type { EntryTable } from './entry-table.js';
import type { Facts } from './facts.js';

export function addUser(facts: Facts, user: User): void {
  const held = facts.slotOf(user.directoryId);
  if (!held) return;
  const name = facts.users.names.intern(nameKey(user.name));
  if (facts.users.entryIn(name, held.slot) >= 0) return;
  facts.touchUser(name);
  facts.users.add(name, held.slot, user.id, user.name, user.active);
}

export function removeUser(facts: Facts, user: User): void {
  const entry = entryOf(facts, facts.users, user);
  if (entry < 0) return;
  facts.touchUser(facts.users.nameOf(entry));
  for (const group of facts.userGroups.copyOf(entry)) facts.groupUsers.remove(group, entry);
  facts.userGroups.clear(entry);
  facts.users.remove(entry);
}

export function addGroup(facts: Facts, group: Group): void {
  const held = facts.slotOf(group.directoryId);
  if (!held) return;
  const name = facts.groups.names.intern(nameKey(group.name));
  if (facts.groups.entryIn(name, held.slot) >= 0) return;
  const entry = facts.groups.add(name, held.slot, group.id, group.name, true);
  facts.dirt.groupNames.add(name);
  facts.shrink(entry);
}

export function removeGroup(facts: Facts, group: Group): void {
  const entry = entryOf(facts, facts.groups, group);
  if (entry < 0) return;
  for (const user of facts.groupUsers.copyOf(entry)) removeMembership(facts, entry, user);
  for (const parent of facts.groupParents.copyOf(entry)) removeNesting(facts, parent, entry);
  for (const child of facts.groupChildren.copyOf(entry)) removeNesting(facts, entry, child);
  facts.shrink(entry);
  facts.dirt.groupNames.add(facts.groups.nameOf(entry));
  facts.groups.remove(entry);
}

export function addMembership(facts: Facts, group: number, user: number): void {
  if (group < 0 || user < 0 || facts.userGroups.has(user, group)) return;
  facts.touchUser(facts.users.nameOf(user));
  facts.userGroups.add(user, group);
  facts.groupUsers.add(group, user);
}

export function removeMembership(facts: Facts, group: number, user: number): void {
  if (group < 0 || user < 0 || !facts.userGroups.has(user, group)) return;
  facts.touchUser(facts.users.nameOf(user));
  facts.userGroups.remove(user, group);
  facts.groupUsers.remove(group, user);
}

export function addNesting(facts: Facts, parent: number, child: number): void {
  if (parent < 0 || child < 0 || facts.groupParents.has(child, parent)) return;
  facts.groupParents.add(child, parent);
  facts.groupChildren.add(parent, child);
  facts.dirt.grown.add(child);
}

export function removeNesting(facts: Facts, parent: number, child: number): void {
  if (parent < 0 || child < 0 || !facts.groupParents.remove(child, parent)) return;
  facts.groupChildren.remove(parent, child);
  facts.shrink(child);
}

export function addGrant(facts: Facts, grant: Grant): void {
  const subject = facts.grants.subjectOf(grant);
  if (grant.subjectType === 'USER') facts.touchUser(subject);
  if (facts.grants.add(grant) && grant.subjectType === 'GROUP') facts.growName(subject);
}

export function removeGrant(facts: Facts, grant: Grant): void {
  const isToUser = grant.subjectType === 'USER';
  const table = isToUser ? facts.users : facts.groups;
  const subject = table.names.find(grant.subjectKey);
  if (subject < 0) return;
  if (isToUser) facts.touchUser(subject);
  if (!facts.grants.remove(grant)) return;
  if (!isToUser) facts.shrinkName(subject);
  table.mayForget(subject);
}

/** Changes of different entries of one kind, which happen at once as far as names go. */
export function changeEntries(facts: Facts, changes: readonly EntryChange[]): void {
  const renames: EntryChange[] = [];
  for (const change of changes) {
    if (nameKey(change.before.name) !== nameKey(change.after.name)) renames.push(change);
    else if (change.kind === 'UserChanged') changeUser(facts, change.after);
    else changeGroup(facts, change.after);
  }
  rename(facts, renames);
}

/** A change that keeps the name's key. */
function changeUser(facts: Facts, after: User): void {
  const entry = entryOf(facts, facts.users, after);
  if (entry < 0) return;
  facts.users.setSpelling(entry, after.name);
  if (facts.users.isActive(entry) === after.active) return;
  facts.touchUser(facts.users.nameOf(entry));
  facts.users.setActive(entry, after.active);
}

function changeGroup(facts: Facts, after: Group): void {
  const entry = entryOf(facts, facts.groups, after);
  if (entry >= 0) facts.groups.setSpelling(entry, after.name);
}

interface Renamed {
  readonly entry: number;
  readonly from: number;
  readonly to: number;
  readonly change: EntryChange;
}

/**
 * Names may swap (a becomes b while b becomes a), so all renamed entries leave their names before
 * the first takes its new one. Edges hang on entries and stay.
 */
function rename(facts: Facts, changes: readonly EntryChange[]): void {
  const renamed = changes.flatMap((change): Renamed[] => {
    const table = change.kind === 'UserChanged' ? facts.users : facts.groups;
    const entry = entryOf(facts, table, change.before);
    if (entry < 0) return [];
    const to = table.names.intern(nameKey(change.after.name));
    return [{ entry, from: table.nameOf(entry), to, change }];
  });
  for (const { entry, from, to, change } of renamed) {
    if (change.kind === 'UserChanged') {
      facts.touchUser(from);
      facts.touchUser(to);
      facts.users.unname(entry);
    } else {
      facts.shrink(entry);
      if (facts.mode === 'ALL_DIRECTORIES') facts.shrinkName(to);
      facts.dirt.groupNames.add(from).add(to);
      facts.groups.unname(entry);
    }
  }
  for (const { entry, to, change } of renamed) {
    const table = change.kind === 'UserChanged' ? facts.users : facts.groups;
    table.name(entry, to, change.after.name);
    if (change.kind === 'UserChanged') facts.users.setActive(entry, change.after.active);
  }
}

function entryOf(facts: Facts, table: EntryTable, of: User | Group): number {
  const held = facts.slotOf(of.directoryId);
  const name = table.names.findName(of.name);
  return held && name >= 0 ? table.entryIn(name, held.slot) : -1;
}
