import { setImmediate } from 'node:timers/promises';
import {
  type Attribute,
  compareNameKeys,
  type Group,
  type GroupId,
  type NameKey,
  nameKey,
  type User,
  type UserId,
} from '../domain/index.js';
import type { GroupEntry, PermissionIndex, Stretch, UserEntry } from '../engine/index.js';
import type { StoreReader } from '../store/index.js';
import {
  compileRestriction,
  type PropertyType,
  type Restriction,
} from './application-restriction.js';
import type { Gateway } from './gateway.js';

/** Entries taken from the index and rows read from the store at a time: about a millisecond's work. */
const AT_A_TIME = 250;

/** Which part of a list is wanted, and how much of each entry. */
export interface ListQuery {
  /** Entries to leave out at the beginning. */
  readonly start: number;
  /** Most entries; `null` for all. */
  readonly max: number | null;
  /** Whether more than names is wanted. */
  readonly details: boolean;
  /** Whether that includes attributes. */
  readonly attributes: boolean;
}

/** How much of each entry is wanted. */
export type Wanted = Pick<ListQuery, 'details' | 'attributes'>;

export const FACTS_ONLY: Wanted = { details: true, attributes: false };

export interface Found<Facts> {
  readonly name: string;
  /** `null` when no details were asked for. */
  readonly facts: Facts | null;
  /** Absent when they were not asked for. */
  readonly attributes?: readonly Attribute[];
}

/** One found list, a part at a time; nothing is read before the first part is asked for. */
export type FoundList<Facts> = AsyncIterable<readonly Found<Facts>[]>;

interface Entry<Id> {
  readonly id: Id;
  readonly key: NameKey;
  readonly name: string;
}

/** What is seen now; asked for anew after whatever is waited for. */
export type View = () => PermissionIndex;

/** What a search needs to know of users, or of groups. */
export interface Catalogue<Id, Facts, Property extends string> {
  readonly properties: Readonly<Record<Property, PropertyType>>;
  some(index: PermissionIndex, stretch: Stretch<NameKey>): readonly Entry<Id>[];
  byName(index: PermissionIndex, name: string): Entry<Id> | null;
  byIds(reader: StoreReader, ids: readonly Id[]): Promise<Facts[]>;
  attributes(
    reader: StoreReader,
    ids: readonly Id[],
  ): Promise<ReadonlyMap<Id, readonly Attribute[]>>;
}

type UserProperty =
  | 'name'
  | 'firstName'
  | 'lastName'
  | 'displayName'
  | 'email'
  | 'active'
  | 'externalId';
type GroupProperty = 'name' | 'description' | 'active';

export const USERS: Catalogue<UserId, User, UserProperty> = {
  properties: {
    name: 'TEXT',
    firstName: 'TEXT',
    lastName: 'TEXT',
    displayName: 'TEXT',
    email: 'TEXT',
    active: 'FLAG',
    externalId: 'TEXT',
  },
  some: (index, stretch): readonly UserEntry[] => index.someUsers(stretch),
  byName: (index, name) => index.user(name),
  byIds: (reader, ids) => reader.usersByIds(ids),
  attributes: (reader, ids) => reader.attributes.ofUsers(ids),
};

export const GROUPS: Catalogue<GroupId, Group, GroupProperty> = {
  properties: { name: 'TEXT', description: 'TEXT', active: 'FLAG' },
  some: (index, stretch): readonly GroupEntry[] => index.someGroups(stretch),
  byName: (index, name) => index.group(name),
  byIds: (reader, ids) => reader.groupsByIds(ids),
  attributes: (reader, ids) => reader.attributes.ofGroups(ids),
};

/**
 * Everything that fits a restriction, in code-point order of the name keys. The list is read a part
 * at a time and is no snapshot: what changes meanwhile may be in it or not, but nothing twice. It holds
 * what any process had committed when it was asked for.
 * @throws GatehouseError `INPUT_INVALID` for a restriction that `compileRestriction` refuses.
 */
export async function* search<
  Id,
  Facts extends { readonly id: Id } & Readonly<Record<Property, string | boolean | null>>,
  Property extends string,
>(
  gateway: Gateway,
  view: View,
  catalogue: Catalogue<Id, Facts, Property>,
  restriction: Restriction,
  query: ListQuery,
): AsyncGenerator<readonly Found<Facts>[], void, void> {
  const compiled = compileRestriction(restriction, catalogue.properties);
  // Whoever took an event token from another process must not read what was before it.
  await gateway.live.catchUp();
  // Where everything fits, the index passes over what is left out without telling it.
  const start = compiled.fitsAll ? query.start : 0;
  const candidates =
    compiled.exactNames === null
      ? allEntries(view, catalogue, start)
      : namedEntries(view(), catalogue, compiled.exactNames);
  const window = new Window({ start: query.start - start, max: query.max });
  for (const entries of candidates) {
    if (window.closed) return;
    if (compiled.readsMoreThanName) {
      const found = await load(gateway, catalogue, entries);
      const valuesOf = compiled.readsAttributes
        ? await attributeValues(gateway, catalogue, found)
        : null;
      const fitting = found.filter(({ facts }) =>
        compiled.matches((property) => facts[property], valuesOf?.(facts.id)),
      );
      const wanted = window.take(fitting);
      yield query.details
        ? await asAskedFor(gateway, catalogue, wanted, query)
        : wanted.map(({ name }) => ({ name, facts: null }));
    } else {
      const fitting =
        compiled.exactNames === null
          ? entries.filter(({ name }) => compiled.matches(() => name))
          : entries;
      yield* present(gateway, catalogue, window.take(fitting), query);
      // Without a read nothing else in this process would get its turn during a long search.
      if (!query.details) await setImmediate();
    }
  }
}

/** Gives entries with or without their details, those that have gone meanwhile left out. */
export async function* present<Id, Facts extends { readonly id: Id }, Property extends string>(
  gateway: Gateway,
  catalogue: Catalogue<Id, Facts, Property>,
  entries: readonly Entry<Id>[],
  wanted: Wanted,
): AsyncGenerator<readonly Found<Facts>[], void, void> {
  for (const part of inParts(entries)) {
    yield wanted.details
      ? await asAskedFor(gateway, catalogue, await load(gateway, catalogue, part), wanted)
      : part.map(({ name }) => ({ name, facts: null }));
  }
}

/** What a part has under the name of an attribute, all in one read. */
async function attributeValues<Id, Facts extends { readonly id: Id }, Property extends string>(
  { store }: Gateway,
  catalogue: Catalogue<Id, Facts, Property>,
  part: readonly Loaded<Facts>[],
): Promise<(id: Id) => (attribute: string) => readonly string[]> {
  const ids = part.map(({ facts }) => facts.id);
  const byId = await catalogue.attributes(store.reader, ids);
  return (id) => (attribute) => byId.get(id)?.find(({ name }) => name === attribute)?.values ?? [];
}

interface Loaded<Facts> {
  readonly name: string;
  readonly facts: Facts;
}

/** Adds the attributes of a part, all in one read, if they are wanted. */
async function asAskedFor<Id, Facts extends { readonly id: Id }, Property extends string>(
  { store }: Gateway,
  catalogue: Catalogue<Id, Facts, Property>,
  part: readonly Loaded<Facts>[],
  wanted: Wanted,
): Promise<readonly Found<Facts>[]> {
  if (!wanted.attributes) return part;
  const ids = part.map(({ facts }) => facts.id);
  const byId = await catalogue.attributes(store.reader, ids);
  return part.map((found) => ({ ...found, attributes: byId.get(found.facts.id) ?? [] }));
}

async function load<Id, Facts extends { readonly id: Id }, Property extends string>(
  gateway: Gateway,
  catalogue: Catalogue<Id, Facts, Property>,
  entries: readonly Entry<Id>[],
): Promise<Loaded<Facts>[]> {
  const rows = await catalogue.byIds(
    gateway.store.reader,
    entries.map(({ id }) => id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return entries.flatMap(({ id, name }) => {
    const facts = byId.get(id);
    return facts ? [{ name, facts }] : [];
  });
}

function* allEntries<Id, Facts, Property extends string>(
  view: View,
  catalogue: Catalogue<Id, Facts, Property>,
  start: number,
): Generator<readonly Entry<Id>[], void, void> {
  let after: NameKey | null = null;
  for (let skip = start; ; skip = 0) {
    const entries = catalogue.some(view(), { after, skip, first: AT_A_TIME });
    if (entries.length > 0) yield entries;
    if (entries.length < AT_A_TIME) return;
    after = entries[entries.length - 1].key;
  }
}

function* namedEntries<Id, Facts, Property extends string>(
  index: PermissionIndex,
  catalogue: Catalogue<Id, Facts, Property>,
  names: readonly string[],
): Generator<readonly Entry<Id>[], void, void> {
  const keys = [...new Set(names.map(nameKey))].sort(compareNameKeys);
  const entries = keys.flatMap((key) => catalogue.byName(index, key) ?? []);
  yield* inParts(entries);
}

function* inParts<Item>(items: readonly Item[]): Generator<readonly Item[], void, void> {
  for (let from = 0; from < items.length; from += AT_A_TIME) {
    yield items.slice(from, from + AT_A_TIME);
  }
}

/** Cuts the wanted part out of a list that comes in parts. */
class Window {
  private skip: number;
  private left: number;

  constructor({ start, max }: Pick<ListQuery, 'start' | 'max'>) {
    this.skip = start;
    this.left = max ?? Number.POSITIVE_INFINITY;
  }

  /** Whether nothing more is wanted. */
  get closed(): boolean {
    return this.left === 0;
  }

  take<Item>(items: readonly Item[]): readonly Item[] {
    const skipped = Math.min(this.skip, items.length);
    const taken = items.slice(skipped, skipped + this.left);
    this.skip -= skipped;
    this.left -= taken.length;
    return taken;
  }
}
