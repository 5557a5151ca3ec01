import type { Directory, DirectoryId, DirectorySnapshot } from '../domain/index.js';
import type { DirectorySlot } from './directory-slots.js';
import type { Facts } from './facts.js';
import { loadDirectory } from './load-directory.js';
import { finish } from './slice.js';

/** Appends a directory without entries. */
export function addDirectory(facts: Facts, directory: Directory): void {
  facts.setDirectories([...facts.directories, { slot: facts.newSlot(), directory }]);
}

/** Appends a directory with everything it holds. Pauses now and then. */
export function* addLoadedDirectory(
  facts: Facts,
  snapshot: DirectorySnapshot,
): Generator<void, void> {
  addDirectory(facts, snapshot.directory);
  const { slot } = facts.directories[facts.directories.length - 1];
  yield* load(facts, slot, snapshot);
}

export function removeDirectory(facts: Facts, id: DirectoryId): void {
  const held = facts.slotOf(id);
  if (!held) return;
  leave(facts, held.slot);
  facts.setDirectories(facts.directories.filter(({ slot }) => slot !== held.slot));
  dropEntries(facts, held.slot);
}

export function reorderDirectories(facts: Facts, order: readonly DirectoryId[]): void {
  facts.reorder(
    order.flatMap((id): DirectorySlot[] => {
      const held = facts.slotOf(id);
      return held ? [held] : [];
    }),
  );
}

/** Everything a directory held is replaced. */
export function reloadDirectory(facts: Facts, snapshot: DirectorySnapshot): void {
  const held = facts.slotOf(snapshot.directory.id);
  if (!held) return;
  leave(facts, held.slot);
  const slot = facts.newSlot();
  facts.setDirectories(
    facts.directories.map((one) => {
      return one.slot === held.slot ? { slot, directory: snapshot.directory } : one;
    }),
  );
  finish(load(facts, slot, snapshot));
  dropEntries(facts, held.slot);
}

export function changeDirectory(facts: Facts, directory: Directory): void {
  const held = facts.slotOf(directory.id);
  if (!held) return;
  const { slot, directory: before } = held;
  if (before.active !== directory.active) leave(facts, slot);
  facts.replaceDirectory(slot, directory);
  if (before.nestedGroups !== directory.nestedGroups) {
    for (const entry of groupEntriesIn(facts, slot)) {
      if (facts.groupParents.lengthOf(entry) > 0) facts.shrink(entry);
    }
  }
}

/** What changes for others when a directory is switched on or off, or goes. */
function leave(facts: Facts, slot: number): void {
  facts.switched = true;
  for (const name of facts.users.shared.keys()) {
    if (facts.users.entryIn(name, slot) >= 0) facts.touchUser(name);
  }
  for (const name of facts.groups.shared.keys()) facts.dirt.groupNames.add(name);
  if (facts.mode === 'ALL_DIRECTORIES') {
    for (const entry of groupEntriesIn(facts, slot)) facts.shrink(entry);
  }
}

function load(facts: Facts, slot: number, snapshot: DirectorySnapshot): Generator<void, void> {
  facts.switched = true;
  return loadDirectory(
    facts,
    slot,
    snapshot,
    (userName) => facts.touchUser(userName),
    (groupEntry) => {
      facts.dirt.groupNames.add(facts.groups.nameOf(groupEntry));
      facts.shrink(groupEntry);
    },
  );
}

/**
 * Frees the entries of a directory that is out of the order. An overlay leaves them: no slot of the
 * order names them any more, and to free them would copy what they stand in.
 */
function dropEntries(facts: Facts, slot: number): void {
  if (facts.isFork) {
    facts.leaveEntries();
    return;
  }
  const { users, groups } = facts;
  for (let entry = 0; entry < users.limit; entry++) {
    if (users.nameOf(entry) < 0 || users.slotOf(entry) !== slot) continue;
    facts.touchUser(users.nameOf(entry));
    facts.userGroups.clear(entry);
    users.remove(entry);
  }
  for (const entry of groupEntriesIn(facts, slot)) {
    facts.groupUsers.clear(entry);
    facts.groupParents.clear(entry);
    facts.groupChildren.clear(entry);
    groups.remove(entry);
  }
  facts.releaseSlot(slot);
}

function groupEntriesIn({ groups }: Facts, slot: number): number[] {
  const entries: number[] = [];
  for (let entry = 0; entry < groups.limit; entry++) {
    if (groups.nameOf(entry) >= 0 && groups.slotOf(entry) === slot) entries.push(entry);
  }
  return entries;
}
