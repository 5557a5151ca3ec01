import type { DirectoryId } from '../domain/index.js';
import type { EntryTable } from './entry-table.js';
import type { Facts } from './facts.js';

/** Group and user entry of a membership told by names; -1 for one that the directory does not hold. */
export function membershipEnds(
  facts: Facts,
  id: DirectoryId,
  group: string,
  user: string,
): [number, number] {
  const slot = facts.slotOf(id)?.slot ?? -1;
  return [entryNamed(facts.groups, slot, group), entryNamed(facts.users, slot, user)];
}

/** Parent and child entry of a nesting told by names; -1 for one that the directory does not hold. */
export function nestingEnds(
  facts: Facts,
  id: DirectoryId,
  parent: string,
  child: string,
): [number, number] {
  const slot = facts.slotOf(id)?.slot ?? -1;
  return [entryNamed(facts.groups, slot, parent), entryNamed(facts.groups, slot, child)];
}

function entryNamed(table: EntryTable, slot: number, name: string): number {
  const number = table.names.findName(name);
  return slot < 0 || number < 0 ? -1 : table.entryIn(number, slot);
}
