import type { DirectorySlot } from './directory-slots.js';
import type { State } from './rights-delta.js';

/** The state with one more directory active. */
export type SwitchedOn = (held: DirectorySlot) => State;

/**
 * The most a user name could come to hold without a membership or grant being changed: by any of
 * its entries, though it is inactive, masked, or in a directory that is switched off.
 */
export function rankOfUser(now: State, name: number, switchedOn: SwitchedOn): number {
  const { facts } = now;
  let mask = facts.grants.maskOfUser(name);
  for (const state of statesOf(now, switchedOn)) {
    const { users, userGroups } = state.facts;
    for (let entry = users.firstOf(name); entry >= 0; entry = users.nextOf(entry)) {
      if (!facts.directorySlots.at(users.slotOf(entry))) continue;
      for (const group of userGroups.copyOf(entry)) mask |= state.rights.groupMask(group);
    }
  }
  return mask;
}

/** The same for what membership of a group name could come to give. */
export function rankOfGroup(now: State, name: number, switchedOn: SwitchedOn): number {
  const { facts } = now;
  let mask = facts.grants.maskOfGroup(name);
  for (const state of statesOf(now, switchedOn)) {
    const { groups } = state.facts;
    for (let entry = groups.firstOf(name); entry >= 0; entry = groups.nextOf(entry)) {
      if (facts.directorySlots.at(groups.slotOf(entry))) mask |= state.rights.groupMask(entry);
    }
  }
  return mask;
}

/**
 * The state of now, in which a directory that is off is a view of its own; in ALL_DIRECTORIES mode
 * also those in which one of them has joined the others.
 */
function* statesOf(now: State, switchedOn: SwitchedOn): Iterable<State> {
  yield now;
  if (now.facts.mode === 'FIRST_DIRECTORY') return;
  for (const held of now.facts.directories) if (!held.directory.active) yield switchedOn(held);
}
