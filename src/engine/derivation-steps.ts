import type { DerivationStep } from './answers.js';
import type { DirectorySlot } from './directory-slots.js';
import type { Facts } from './facts.js';

/**
 * Tells which directory holds each edge of a chain of nodes that begins at a user, and spells each
 * group as that directory does. In ALL_DIRECTORIES several may hold an edge: the first that honours
 * it is told, or else the first that only keeps it.
 */
export function stepsOf(facts: Facts, user: number, chain: readonly number[]): DerivationStep[] {
  return chain.map((node, i) => {
    const { groups } = facts;
    if (facts.mode === 'FIRST_DIRECTORY') {
      const owner = facts.directorySlots.at(groups.slotOf(node));
      return { group: groups.spellingOf(node), directory: required(owner).directory };
    }
    const name = groups.nameOf(node);
    const owner =
      i === 0
        ? holderOfMembership(facts, user, name)
        : holderOfNesting(facts, name, groups.nameOf(chain[i - 1]));
    const { slot, directory } = required(owner);
    return { group: groups.spellingOf(groups.entryIn(name, slot)), directory };
  });
}

function holderOfMembership(facts: Facts, user: number, group: number): DirectorySlot | undefined {
  return facts.directories.find(({ slot, directory }) => {
    if (!directory.active) return false;
    const userEntry = facts.users.entryIn(user, slot);
    const groupEntry = facts.groups.entryIn(group, slot);
    return userEntry >= 0 && groupEntry >= 0 && facts.userGroups.has(userEntry, groupEntry);
  });
}

function holderOfNesting(facts: Facts, parent: number, child: number): DirectorySlot | undefined {
  let keeper: DirectorySlot | undefined;
  for (const candidate of facts.directories) {
    const { slot, directory } = candidate;
    if (!directory.active || (keeper && !directory.nestedGroups)) continue;
    const parentEntry = facts.groups.entryIn(parent, slot);
    const childEntry = facts.groups.entryIn(child, slot);
    if (parentEntry < 0 || childEntry < 0) continue;
    if (!facts.groupParents.has(childEntry, parentEntry)) continue;
    if (directory.nestedGroups) return candidate;
    keeper = candidate;
  }
  return keeper;
}

function required(owner: DirectorySlot | undefined): DirectorySlot {
  if (!owner) throw new Error('a chain must consist of edges');
  return owner;
}
