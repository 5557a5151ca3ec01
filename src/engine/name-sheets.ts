import type { NameKey } from '../domain/index.js';
import type { EdgeLists } from './edge-lists.js';
import type { EntryTable } from './entry-table.js';
import type { Facts } from './facts.js';
import type { Rights } from './rights.js';

/** All that an index knows of one name, as a text that does not tell how the index came about. */
export interface NameSheet {
  readonly key: NameKey;
  readonly text: string;
}

/** Of at most `first` user names after `after` that any directory holds, in the order of the keys. */
export function userSheets(
  facts: Facts,
  rights: Rights,
  after: NameKey | null,
  first: number,
): NameSheet[] {
  const { users, groups, userGroups } = facts;
  return sheets(facts, users, after, first, (name) => {
    const canonical = rights.canonical(name);
    return [
      rights.maskOf(name),
      canonical < 0 ? null : users.idOf(canonical),
      inEachDirectory(facts, users, name, (entry) => [
        users.isActive(entry),
        digestOf(userGroups, entry, groups),
      ]),
    ];
  });
}

/** The same of group names. @param maskOf what a group name gives. */
export function groupSheets(
  facts: Facts,
  maskOf: (key: NameKey) => number,
  after: NameKey | null,
  first: number,
): NameSheet[] {
  const { users, groups, groupUsers, groupParents, groupChildren } = facts;
  return sheets(facts, groups, after, first, (name) => [
    maskOf(groups.names.keyOf(name)),
    inEachDirectory(facts, groups, name, (entry) => [
      digestOf(groupUsers, entry, users),
      digestOf(groupParents, entry, groups),
      digestOf(groupChildren, entry, groups),
    ]),
  ]);
}

function sheets(
  facts: Facts,
  table: EntryTable,
  after: NameKey | null,
  first: number,
  describe: (name: number) => unknown,
): NameSheet[] {
  const { names } = table;
  const order = names.inOrder();
  const found: NameSheet[] = [];
  const start = after === null ? 0 : names.positionAfter(after);
  for (let at = start; at < order.length && found.length < first; at++) {
    const name = order[at];
    if (!facts.directories.some(({ slot }) => table.entryIn(name, slot) >= 0)) continue;
    found.push({ key: names.keyOf(name), text: JSON.stringify(describe(name)) });
  }
  return found;
}

function inEachDirectory(
  { directories }: Facts,
  table: EntryTable,
  name: number,
  describe: (entry: number) => unknown[],
): unknown[] {
  return directories.flatMap(({ slot, directory }) => {
    const entry = table.entryIn(name, slot);
    if (entry < 0) return [];
    return [[directory.id, table.idOf(entry), table.spellingOf(entry), ...describe(entry)]];
  });
}

/** How many there are and the sum of their ids: the order of a list tells nothing. */
function digestOf(edges: EdgeLists, entry: number, others: EntryTable): [number, number] {
  let sum = 0;
  const list = edges.copyOf(entry);
  for (const other of list) sum += others.idOf(other);
  return [list.length, sum];
}
