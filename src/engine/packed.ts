import type {
  Directory,
  GatewaySettings,
  Grant,
  NameKey,
  PermissionScheme,
  Revision,
} from '../domain/index.js';
import { joinSections, PackedIndexUnfit, splitSections } from './byte-sections.js';
import { addDirectory } from './change-directories.js';
import { addGrant } from './change-entries.js';
import type { EdgeLists } from './edge-lists.js';
import type { EntryTable } from './entry-table.js';
import { Facts } from './facts.js';
import { GrantLists } from './grant-lists.js';
import { type PackedTexts, packTexts, textsOf } from './packed-texts.js';
import { finish } from './slice.js';

/** Of the layout below. Whoever changes it takes the next number; older bytes are then made anew. */
const VERSION = 2;

interface Head {
  readonly revision: Revision;
  readonly scheme: PermissionScheme;
  readonly settings: GatewaySettings;
  /** In order. */
  readonly directories: readonly Directory[];
  readonly grants: readonly Grant[];
}

/** The users or the groups of all directories: by directory order, then by key. */
interface PackedEntries {
  /** Keys in their order. */
  readonly keys: PackedTexts;
  /** By entry: its key's place. */
  readonly names: Int32Array;
  /** By entry: its directory's place in the order, and in the lowest bit whether it is active. */
  readonly homes: Int32Array;
  readonly ids: Float64Array;
  /** Entries that are spelled otherwise than their keys, and how. */
  readonly spelled: Int32Array;
  readonly spellings: PackedTexts;
}

/** The lists of all entries behind each other, each in ascending order. */
interface PackedEdges {
  readonly lengths: Int32Array;
  readonly targets: Int32Array;
}

/** The same facts give the same bytes, however they came about. */
export function packFacts(facts: Facts, revision: Revision): Uint8Array {
  const head: Head = {
    revision,
    scheme: facts.scheme.scheme,
    settings: { membershipMode: facts.mode, licenceLimit: facts.licenceLimit },
    directories: facts.directories.map(({ directory }) => directory),
    grants: new GrantLists(facts).inOrder(),
  };
  const users = entriesInOrder(facts, facts.users);
  const groups = entriesInOrder(facts, facts.groups);
  return joinSections(VERSION, [
    new TextEncoder().encode(JSON.stringify(head)),
    ...sectionsOfEntries(packEntries(facts, facts.users, users)),
    ...sectionsOfEntries(packEntries(facts, facts.groups, groups)),
    ...sectionsOfEdges(packEdges(facts.userGroups, facts.groupUsers, users, groups)),
    ...sectionsOfEdges(packEdges(facts.groupParents, facts.groupChildren, groups, groups)),
  ]);
}

/** @throws PackedIndexUnfit when the bytes are of another version or were altered. */
export function unpackFacts(bytes: Uint8Array): {
  readonly facts: Facts;
  readonly revision: Revision;
} {
  const sections = splitSections(VERSION, bytes).values();
  const next = () => {
    const { value } = sections.next();
    if (!value) throw new PackedIndexUnfit('it is not whole');
    return value;
  };
  const head = headOf(next());
  const facts = Facts.empty(head.scheme, head.settings);
  facts.dirt.everything = true;
  for (const directory of head.directories) addDirectory(facts, directory);
  unpackEntries(facts.users, readEntries(next));
  unpackEntries(facts.groups, readEntries(next));
  unpackEdges(facts.userGroups, facts.groupUsers, readEdges(next), facts.users, facts.groups);
  unpackEdges(facts.groupParents, facts.groupChildren, readEdges(next), facts.groups, facts.groups);
  for (const grant of head.grants) addGrant(facts, grant);
  facts.dirt.clear();
  facts.switched = false;
  return { facts, revision: head.revision };
}

function headOf(bytes: Uint8Array): Head {
  return JSON.parse(new TextDecoder().decode(bytes)) as Head;
}

/** Entries in the order they are packed in, and by entry the place there, -1 for those left out. */
interface Ordered {
  readonly entries: Int32Array;
  readonly numbers: Int32Array;
}

function entriesInOrder(facts: Facts, table: EntryTable): Ordered {
  const ends = new Int32Array(facts.directories.length);
  facts.directories.forEach(({ slot }, i) => {
    ends[i] = (ends[i - 1] ?? 0) + table.countIn(slot);
  });
  const next = facts.directories.map(({ slot }, i) => ends[i] - table.countIn(slot));
  const entries = new Int32Array(ends[ends.length - 1] ?? 0);
  for (const name of table.names.inOrder()) {
    for (let entry = table.firstOf(name); entry >= 0; entry = table.nextOf(entry)) {
      const position = facts.directorySlots.positionOf(table.slotOf(entry));
      if (position >= 0) entries[next[position]++] = entry;
    }
  }
  const numbers = new Int32Array(table.limit).fill(-1);
  for (let i = 0; i < entries.length; i++) numbers[entries[i]] = i;
  return { entries, numbers };
}

function packEntries(facts: Facts, table: EntryTable, { entries }: Ordered): PackedEntries {
  const borne = new Uint8Array(table.names.size);
  for (const entry of entries) borne[table.nameOf(entry)] = 1;
  const places = new Int32Array(table.names.size);
  const keys: string[] = [];
  for (const name of table.names.inOrder()) {
    if (borne[name] === 0) continue;
    places[name] = keys.length;
    keys.push(table.names.keyOf(name));
  }
  const spelled: number[] = [];
  const spellings: string[] = [];
  const names = new Int32Array(entries.length);
  const homes = new Int32Array(entries.length);
  const ids = new Float64Array(entries.length);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const position = facts.directorySlots.positionOf(table.slotOf(entry));
    names[i] = places[table.nameOf(entry)];
    homes[i] = (position << 1) | (table.isActive(entry) ? 1 : 0);
    ids[i] = table.idOf(entry);
    const spelling = table.ownSpellingOf(entry);
    if (spelling === undefined) continue;
    spelled.push(i);
    spellings.push(spelling);
  }
  return {
    keys: packTexts(keys),
    names,
    homes,
    ids,
    spelled: Int32Array.from(spelled),
    spellings: packTexts(spellings),
  };
}

/** Written from the other side, target by target, so that every list comes out in order by itself. */
function packEdges(
  lists: EdgeLists,
  backwards: EdgeLists,
  from: Ordered,
  to: Ordered,
): PackedEdges {
  const lengths = new Int32Array(from.entries.length);
  const next = new Int32Array(lengths.length);
  let end = 0;
  for (let i = 0; i < lengths.length; i++) {
    lengths[i] = lists.lengthOf(from.entries[i]);
    next[i] = end;
    end += lengths[i];
  }
  const targets = new Int32Array(end);
  for (let target = 0; target < to.entries.length; target++) {
    const entry = to.entries[target];
    const pool = backwards.poolOf(entry);
    const start = backwards.startOf(entry);
    const length = backwards.lengthOf(entry);
    for (let i = start; i < start + length; i++) targets[next[from.numbers[pool[i]]]++] = target;
  }
  return { lengths, targets };
}

function unpackEntries(table: EntryTable, packed: PackedEntries): void {
  const keys = textsOf(packed.keys) as NameKey[];
  table.reserve(packed.names.length, keys.length);
  table.names.addSorted(keys);
  for (let i = 0; i < packed.names.length; i++) {
    const name = packed.names[i];
    const home = packed.homes[i];
    table.add(name, home >> 1, packed.ids[i], keys[name], (home & 1) === 1);
  }
  const spellings = textsOf(packed.spellings);
  packed.spelled.forEach((entry, i) => {
    table.setSpelling(entry, spellings[i]);
  });
}

function unpackEdges(
  lists: EdgeLists,
  backwards: EdgeLists,
  { lengths, targets }: PackedEdges,
  from: EntryTable,
  to: EntryTable,
): void {
  const nodes = new Int32Array(targets.length);
  let end = 0;
  for (let node = 0; node < lengths.length; node++) {
    nodes.fill(node, end, end + lengths[node]);
    end += lengths[node];
  }
  finish(lists.addAll(from.limit, nodes, targets, 'ASCENDING'));
  finish(backwards.addAll(to.limit, targets, nodes, 'DISTINCT'));
}

function sectionsOfEntries(packed: PackedEntries): Uint8Array[] {
  const { keys, names, homes, ids, spelled, spellings } = packed;
  return [
    bytesOf(keys.lengths),
    keys.bytes,
    bytesOf(names),
    bytesOf(homes),
    bytesOf(ids),
    bytesOf(spelled),
    bytesOf(spellings.lengths),
    spellings.bytes,
  ];
}

function readEntries(next: () => Uint8Array): PackedEntries {
  return {
    keys: { lengths: numbersOf(next()), bytes: next() },
    names: numbersOf(next()),
    homes: numbersOf(next()),
    ids: idsOf(next()),
    spelled: numbersOf(next()),
    spellings: { lengths: numbersOf(next()), bytes: next() },
  };
}

function sectionsOfEdges({ lengths, targets }: PackedEdges): Uint8Array[] {
  return [bytesOf(lengths), bytesOf(targets)];
}

function readEdges(next: () => Uint8Array): PackedEdges {
  return { lengths: numbersOf(next()), targets: numbersOf(next()) };
}

function bytesOf(numbers: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function numbersOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

function idsOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3);
}
