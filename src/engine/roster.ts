import { compareNameKeys, nameKey } from '../domain/index.js';
import { AscendingSet } from './ascending-set.js';
import type { EdgeLists } from './edge-lists.js';
import type { EntryTable } from './entry-table.js';
import type { Facts } from './facts.js';
import type { Rights } from './rights.js';

/** All bits below a power of two: at each multiple the making pauses. */
const NAMES_BETWEEN_PAUSES = 0x3fff;

const NOBODY = new Int32Array(0);

/** Which names an entry of a table counts for, by their places in a list of names. */
interface Places {
  /** The names that mean somebody, as they are spelled, in the order of their keys. */
  readonly names: readonly string[];
  /** By place: the number of the name. */
  readonly numbers: Int32Array;
  /** By entry: the place of the name that it counts for, or -1. */
  readonly placeOf: Int32Array;
}

/**
 * Who is directly in which group, all of it, by places in two lists of names. It spares whoever goes
 * through all groups from looking up each name each time. Memberships are read from the facts when
 * they are asked for, and kept until anything changes: many clients read all of it one after the other.
 * The names are those of the time it was made.
 */
export class Roster {
  private readonly facts: Facts;
  private readonly userPlaces: Places;
  private readonly groupPlaces: Places;
  private readonly found = new AscendingSet();
  /** By place of the group: who is in it, as far as it was asked for at `listedAt`. */
  private readonly listed = { users: [] as Int32Array[], groups: [] as Int32Array[] };
  /** The version of the facts. */
  private listedAt: number;
  /** Places as they were found; how many is told where it is filled. */
  private gathered = new Int32Array(0);
  /** What it rests on. Each is another object once it may have changed. */
  private readonly ground: readonly unknown[];

  private constructor(
    facts: Facts,
    ground: readonly unknown[],
    userPlaces: Places,
    groupPlaces: Places,
  ) {
    this.facts = facts;
    this.listedAt = facts.version;
    this.ground = ground;
    this.userPlaces = userPlaces;
    this.groupPlaces = groupPlaces;
    this.found.reserve(Math.max(userPlaces.names.length, groupPlaces.names.length));
  }

  /** Pauses now and then; of no use when the facts have changed meanwhile. */
  static *of(facts: Facts, rights: Rights): Generator<void, Roster> {
    const ground = groundOf(facts);
    const canonical = facts.mode === 'FIRST_DIRECTORY';
    const userPlaces = yield* placesIn(facts.users, (name) => rights.canonical(name), canonical);
    const groupPlaces = yield* placesIn(facts.groups, (name) => rights.canonicalGroup(name), false);
    return new Roster(facts, ground, userPlaces, groupPlaces);
  }

  /** All users, as the directories that count spell them, in the order of their keys. */
  get users(): readonly string[] {
    return this.userPlaces.names;
  }

  /** All groups likewise. */
  get groups(): readonly string[] {
    return this.groupPlaces.names;
  }

  /** Whether names and directories are still those that it was made of. Without it, it is of no use. */
  isFresh(): boolean {
    return groundOf(this.facts).every((part, i) => part === this.ground[i]);
  }

  /** Ascending places of the users directly in a group; not to be written to. */
  usersIn(group: number): Int32Array {
    this.forgetOlder();
    const { users } = this.listed;
    users[group] ??= this.gather(group, this.facts.groupUsers, this.userPlaces, false);
    return users[group];
  }

  /** Ascending places of the groups directly in a group; not to be written to. */
  groupsIn(group: number): Int32Array {
    this.forgetOlder();
    const { groups } = this.listed;
    groups[group] ??= this.gather(group, this.facts.groupChildren, this.groupPlaces, true);
    return groups[group];
  }

  /** The place of the first group whose key is greater than that of a name. */
  groupAfter(name: string): number {
    const key = nameKey(name);
    let low = 0;
    let high = this.groups.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareNameKeys(nameKey(this.groups[middle]), key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private forgetOlder(): void {
    if (this.listedAt === this.facts.version) return;
    this.listedAt = this.facts.version;
    this.listed.users.length = 0;
    this.listed.groups.length = 0;
  }

  /** What the lists of the group's entries in active directories lead to, each once. */
  private gather(
    group: number,
    lists: EdgeLists,
    { placeOf }: Places,
    nested: boolean,
  ): Int32Array {
    const { groups, directorySlots } = this.facts;
    let count = 0;
    let last = -1;
    let ascending = true;
    const name = this.groupPlaces.numbers[group];
    for (let entry = groups.firstOf(name); entry >= 0; entry = groups.nextOf(entry)) {
      const slot = groups.slotOf(entry);
      if (!directorySlots.isActive(slot)) continue;
      if (nested && !directorySlots.honoursNesting(slot)) continue;
      const pool = lists.poolOf(entry);
      const start = lists.startOf(entry);
      const end = start + lists.lengthOf(entry);
      this.reserve(count + end - start);
      const { gathered } = this;
      for (let i = start; i < end; i++) {
        const place = placeOf[pool[i]];
        if (place < 0) continue;
        if (place <= last) ascending = false;
        last = place;
        gathered[count++] = place;
      }
    }
    if (count === 0) return NOBODY;
    return ascending ? this.gathered.slice(0, count) : this.inOrder(count);
  }

  /** The first `count` of what was gathered, in order and each once. */
  private inOrder(count: number): Int32Array {
    const { found, gathered } = this;
    let different = 0;
    for (let i = 0; i < count; i++) if (found.add(gathered[i])) different++;
    const places = new Int32Array(different);
    found.moveTo(places, different);
    return places;
  }

  private reserve(length: number): void {
    if (length <= this.gathered.length) return;
    const larger = new Int32Array(length * 2);
    larger.set(this.gathered);
    this.gathered = larger;
  }
}

function groundOf({ users, groups, directorySlots, mode }: Facts): readonly unknown[] {
  return [users.allSpelled(), groups.allSpelled(), directorySlots, mode];
}

/** @param canonical whether an entry counts only where it is the one the name means. */
function* placesIn(
  table: EntryTable,
  meant: (name: number) => number,
  canonical: boolean,
): Generator<void, Places> {
  const order = table.names.inOrder();
  const names: string[] = [];
  const numbers = new Int32Array(order.length);
  const placeOf = new Int32Array(table.limit).fill(-1);
  for (let at = 0; at < order.length; at++) {
    if ((at & NAMES_BETWEEN_PAUSES) === NAMES_BETWEEN_PAUSES) yield;
    const name = order[at];
    const entry = meant(name);
    if (entry < 0) continue;
    const place = names.length;
    numbers[place] = name;
    names.push(table.spelledOf(name));
    placeOf[entry] = place;
    if (canonical) continue;
    for (let other = table.firstOf(name); other >= 0; other = table.nextOf(other)) {
      placeOf[other] = place;
    }
  }
  return { names, numbers, placeOf };
}
