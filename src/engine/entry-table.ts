import type { NameKey } from '../domain/index.js';
import { Column } from './column.js';
import { NameTable } from './name-table.js';
import { OverlayMap } from './overlay-map.js';

const ACTIVE = 1;
const SPELLED = 2;
const SLOT_SHIFT = 2;

/** Stands for an id that is kept in the map. */
const ELSEWHERE = -0x80000000;

/** The ids of entries, whole numbers up to 2^53. */
class Ids {
  /** Ids below 2^31, which nearly all are. */
  private readonly small: Column;
  private readonly large: OverlayMap<number, number>;

  constructor(base?: Ids) {
    this.small = base?.small.fork() ?? new Column();
    this.large = base?.large.fork() ?? new OverlayMap();
  }

  reserve(length: number): void {
    this.small.reserve(length);
  }

  get(entry: number): number {
    const id = this.small.get(entry);
    return id === ELSEWHERE ? this.large.get(entry)! : id;
  }

  set(entry: number, id: number): void {
    const fits = id === (id | 0) && id !== ELSEWHERE;
    if (this.small.get(entry) === ELSEWHERE) this.large.delete(entry);
    this.small.set(entry, fits ? id : ELSEWHERE);
    if (!fits) this.large.set(entry, id);
  }
}

/**
 * The users, or the groups, of all directories. An *entry* is a small number for one user (group) of
 * one directory; entries of one name form a chain, whose first one is the entry the name means, if
 * any of them counts. Numbers of removed entries are used again.
 */
export class EntryTable {
  readonly names: NameTable;
  /** Names that more than one entry bears, each with how many. */
  readonly shared: OverlayMap<number, number>;
  private readonly nameNumbers: Column;
  /** The directory's slot; in the second bit whether it spells the name otherwise, in the lowest whether the entry is active. */
  private readonly home: Column;
  /** Next of the chain plus one; of a free number: the next free one plus one. */
  private readonly next: Column;
  /** By name number: the first entry of the chain plus one. */
  private readonly first: Column;
  private readonly ids: Ids;
  /** Only where the spelling differs from the key. */
  private readonly spellings: OverlayMap<number, string>;
  /** By slot: how many entries its directory has. */
  private readonly counts: number[];
  /** Names that lost their last entry since the last `forgetNames`; an overlay forgets none. */
  private readonly left: number[] | null;
  /** By name number: 1 when an entry of it is, or was, spelled otherwise than its key. */
  private readonly spelledNames: Column;
  /** By entry: `spelledOf` its name; made when asked for, `null` when that may have changed since. */
  private shown: readonly string[] | null;
  private free = 0;
  private end = 0;

  constructor(base?: EntryTable) {
    this.names = base?.names.fork() ?? new NameTable();
    this.shared = base?.shared.fork() ?? new OverlayMap();
    this.nameNumbers = base?.nameNumbers.fork() ?? new Column();
    this.home = base?.home.fork() ?? new Column();
    this.next = base?.next.fork() ?? new Column();
    this.first = base?.first.fork() ?? new Column();
    this.ids = new Ids(base?.ids);
    this.spellings = base?.spellings.fork() ?? new OverlayMap();
    this.counts = base?.counts.slice() ?? [];
    this.spelledNames = base?.spelledNames.fork() ?? new Column(undefined, Uint8Array);
    this.left = base ? null : [];
    this.shown = base?.shown ?? null;
    this.free = base?.free ?? 0;
    this.end = base?.end ?? 0;
  }

  fork(): EntryTable {
    return new EntryTable(this);
  }

  /** Every entry is below this; free numbers in between have the name -1. */
  get limit(): number {
    return this.end;
  }

  /** How many entries a directory has. */
  countIn(slot: number): number {
    return this.counts[slot] ?? 0;
  }

  /** The name number of an entry; -1 for a number that is free. */
  nameOf(entry: number): number {
    return this.nameNumbers.get(entry) - 1;
  }

  slotOf(entry: number): number {
    return this.home.get(entry) >> SLOT_SHIFT;
  }

  isActive(entry: number): boolean {
    return (this.home.get(entry) & ACTIVE) !== 0;
  }

  setActive(entry: number, active: boolean): void {
    this.home.set(entry, (this.home.get(entry) & ~ACTIVE) | (active ? ACTIVE : 0));
  }

  idOf(entry: number): number {
    return this.ids.get(entry);
  }

  setId(entry: number, id: number): void {
    this.ids.set(entry, id);
  }

  keyOf(entry: number): NameKey {
    return this.names.keyOf(this.nameOf(entry));
  }

  /** How the entry's directory spells the name, where that differs from the key. */
  ownSpellingOf(entry: number): string | undefined {
    return this.home.get(entry) & SPELLED ? this.spellings.get(entry) : undefined;
  }

  /** The name as the entry's directory spells it. */
  spellingOf(entry: number): string {
    return this.ownSpellingOf(entry) ?? this.keyOf(entry);
  }

  /** A name as the first of its entries spells it; without an entry its key. */
  spelledOf(name: number): string {
    const first = this.spelledNames.get(name) === 0 ? -1 : this.firstOf(name);
    return (first < 0 ? undefined : this.ownSpellingOf(first)) ?? this.names.keyOf(name);
  }

  /** By entry: its name as `spelledOf` tells it; of a free number nothing. Valid until a name changes. */
  allSpelled(): readonly string[] {
    if (this.shown === null) {
      this.shown = Array.from({ length: this.end }, (_, entry) => {
        const name = this.nameOf(entry);
        return name < 0 ? '' : this.spelledOf(name);
      });
    }
    return this.shown;
  }

  setSpelling(entry: number, spelling: string): void {
    this.shown = null;
    const isKey = spelling === this.keyOf(entry);
    const home = this.home.get(entry);
    if (isKey && (home & SPELLED) === 0) return;
    this.home.set(entry, isKey ? home & ~SPELLED : home | SPELLED);
    if (isKey) {
      this.spellings.delete(entry);
    } else {
      this.spelledNames.set(this.nameOf(entry), 1);
      this.spellings.set(entry, spelling);
    }
  }

  /** An entry of the name, -1 without any. */
  firstOf(name: number): number {
    return this.first.get(name) - 1;
  }

  /** The next entry of the same name, -1 at the end. */
  nextOf(entry: number): number {
    return this.next.get(entry) - 1;
  }

  isUnique(name: number): boolean {
    const first = this.first.get(name);
    return first !== 0 && this.next.get(first - 1) === 0;
  }

  /** The entry of a name in one directory, or -1. */
  entryIn(name: number, slot: number): number {
    let entry = this.firstOf(name);
    while (entry >= 0 && this.slotOf(entry) !== slot) entry = this.nextOf(entry);
    return entry;
  }

  /** Makes room at once for entries and names that are about to be added. */
  reserve(entries: number, names: number): void {
    this.nameNumbers.reserve(this.end + entries);
    this.home.reserve(this.end + entries);
    this.next.reserve(this.end + entries);
    this.ids.reserve(this.end + entries);
    this.first.reserve(names);
  }

  add(name: number, slot: number, id: number, spelling: string, active: boolean): number {
    let entry = this.free - 1;
    if (entry >= 0) this.free = this.next.get(entry);
    else entry = this.end++;
    this.home.set(entry, (slot << SLOT_SHIFT) | (active ? ACTIVE : 0));
    this.ids.set(entry, id);
    this.counts[slot] = this.countIn(slot) + 1;
    this.name(entry, name, spelling);
    return entry;
  }

  remove(entry: number): void {
    this.unname(entry);
    this.counts[this.slotOf(entry)]--;
    this.home.set(entry, 0);
    this.next.set(entry, this.free);
    this.free = entry + 1;
  }

  /** Gives an entry without a name one. */
  name(entry: number, name: number, spelling: string): void {
    this.nameNumbers.set(entry, name + 1);
    this.setSpelling(entry, spelling);
    const first = this.first.get(name);
    if (first === 0) {
      this.next.set(entry, 0);
      this.first.set(name, entry + 1);
    } else {
      this.next.set(entry, this.next.get(first - 1));
      this.next.set(first - 1, entry + 1);
      this.shared.set(name, (this.shared.get(name) ?? 1) + 1);
    }
  }

  /** Takes an entry's name away, to give it another or to remove it. */
  unname(entry: number): void {
    this.shown = null;
    const name = this.nameOf(entry);
    this.unlink(name, entry);
    const left = (this.shared.get(name) ?? 1) - 1;
    if (left > 1) this.shared.set(name, left);
    else this.shared.delete(name);
    if (this.home.get(entry) & SPELLED) this.spellings.delete(entry);
    this.home.set(entry, this.home.get(entry) & ~SPELLED);
    this.nameNumbers.set(entry, 0);
    if (this.first.get(name) === 0) this.mayForget(name);
  }

  /** Says that nothing but an entry, if there is one, keeps a name any more. */
  mayForget(name: number): void {
    this.left?.push(name);
  }

  /** Gives back the numbers of names that neither an entry bears nor anything else keeps. */
  forgetNames(isKept: (name: number) => boolean): void {
    const { left } = this;
    if (left === null || left.length === 0) return;
    // One name may have been left more than once.
    for (const name of new Set(left)) {
      if (this.first.get(name) === 0 && !isKept(name)) this.names.forget(name);
    }
    left.length = 0;
  }

  /** Makes an entry the first of its chain. */
  bringToFront(entry: number): void {
    const name = this.nameOf(entry);
    if (this.firstOf(name) === entry) return;
    this.shown = null;
    this.unlink(name, entry);
    this.next.set(entry, this.first.get(name));
    this.first.set(name, entry + 1);
  }

  private unlink(name: number, entry: number): void {
    const after = this.next.get(entry);
    const first = this.firstOf(name);
    if (first === entry) {
      this.first.set(name, after);
      return;
    }
    let before = first;
    while (this.nextOf(before) !== entry) before = this.nextOf(before);
    this.next.set(before, after);
  }
}
