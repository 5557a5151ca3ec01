import type { GroupId, UserId } from '../domain/index.js';
import type { GroupEntry, UserEntry } from './answers.js';
import type { DirectorySlot } from './directory-slots.js';
import type { EntryTable } from './entry-table.js';
import type { Facts } from './facts.js';
import type { Rights } from './rights.js';

/** A user entry in words. */
export function userEntry(facts: Facts, rights: Rights, entry: number): UserEntry {
  const { users } = facts;
  const name = users.nameOf(entry);
  const counted = users.isUnique(name) ? entry : rights.canonical(name);
  return {
    id: users.idOf(entry) as UserId,
    key: users.names.keyOf(name),
    name: users.spellingOf(entry),
    active: users.isActive(entry),
    directory: directoryOf(facts, users, entry).directory,
    maskedBy:
      counted < 0 || counted === entry ? null : directoryOf(facts, users, counted).directory,
  };
}

/** A group entry in words. */
export function groupEntry(facts: Facts, entry: number): GroupEntry {
  const { groups } = facts;
  return {
    id: groups.idOf(entry) as GroupId,
    key: groups.keyOf(entry),
    name: groups.spellingOf(entry),
    directory: directoryOf(facts, groups, entry).directory,
  };
}

/** The directory of an entry that is in force. */
function directoryOf(facts: Facts, table: EntryTable, entry: number): DirectorySlot {
  const held = facts.directorySlots.at(table.slotOf(entry));
  if (!held) throw new Error('an entry of a removed directory is not in force');
  return held;
}
