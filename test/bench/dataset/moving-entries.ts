import { nameKey } from '../../../src/domain/index.js';
import type { Random } from '../../support/random.js';

/** A user or a group of one directory. */
export interface MovingEntry {
  readonly id: number;
  /** Position that its directory had in the data set. */
  readonly directory: number;
  name: string;
  active: boolean;
}

/** The users, or the groups, of all directories. Numbers of removed entries are given again. */
export class MovingEntries {
  private readonly entries: (MovingEntry | null)[] = [];
  private readonly free: number[] = [];
  /** Those that exist, in no order, and where each stands there. */
  private readonly present: number[] = [];
  private readonly places: number[] = [];
  private readonly names = new Set<string>();
  /** By directory. */
  private readonly counts: number[] = [];

  /** Numbers given so far, those of removed entries left out. */
  get count(): number {
    return this.present.length;
  }

  add(entry: MovingEntry): number {
    const number = this.free.pop() ?? this.entries.length;
    this.entries[number] = entry;
    this.places[number] = this.present.push(number) - 1;
    this.counts[entry.directory] = (this.counts[entry.directory] ?? 0) + 1;
    this.names.add(`${entry.directory} ${nameKey(entry.name)}`);
    return number;
  }

  remove(number: number): void {
    const { directory, name } = this.at(number);
    this.names.delete(`${directory} ${nameKey(name)}`);
    this.counts[directory]--;
    const place = this.places[number];
    const last = this.present[this.present.length - 1];
    this.present[place] = last;
    this.places[last] = place;
    this.present.pop();
    this.entries[number] = null;
    this.free.push(number);
  }

  rename(number: number, name: string): void {
    const entry = this.at(number);
    this.names.delete(`${entry.directory} ${nameKey(entry.name)}`);
    entry.name = name;
    this.names.add(`${entry.directory} ${nameKey(name)}`);
  }

  hasName(directory: number, name: string): boolean {
    return this.names.has(`${directory} ${nameKey(name)}`);
  }

  at(number: number): MovingEntry {
    const entry = this.entries[number];
    if (!entry) throw new Error('the entry was removed');
    return entry;
  }

  any(random: Random): number {
    return random.pick(this.present);
  }

  /** One of the directory; `null` when it has none. */
  anyOf(random: Random, directory: number): number | null {
    if (!this.counts[directory]) return null;
    for (;;) {
      const number = this.any(random);
      if (this.at(number).directory === directory) return number;
    }
  }

  of(directory: number): number[] {
    return this.present.filter((number) => this.at(number).directory === directory);
  }
}
