import { randomUUID } from 'node:crypto';
import {
  type Change,
  type DirectoryId,
  externalIdMadeHere,
  type GenerationId,
  type Group,
  type GroupFacts,
  type NameKey,
  sameGroupFacts,
  sameUserFacts,
  type User,
  type UserFacts,
} from '../../domain/index.js';
import type { Dialect, SqlValue } from './dialect.js';
import { keepableFact } from './keepable-text.js';

/** What every user and group of a directory has. */
export interface Named {
  readonly id: number;
  readonly directoryId: DirectoryId;
  readonly name: string;
  readonly nameKey: NameKey;
}

export interface NamedFacts {
  readonly name: string;
}

/** What users and groups have in common as rows, and where they differ. */
export interface NamedTable<Facts extends NamedFacts, Item extends Facts & Named> {
  readonly kind: 'user' | 'group';
  readonly table: 'directory_user' | 'directory_group';
  /** After generation, id, name and name_key. */
  readonly factColumns: readonly string[];
  factValues(facts: Facts): SqlValue[];
  facts(name: string, values: readonly unknown[]): Facts;
  item(id: Item['id'], directoryId: DirectoryId, nameKey: NameKey, facts: Facts): Item;
  /**
   * The facts as they can be kept, with what `before` says where they leave something to us.
   * @throws GatehouseError `INPUT_INVALID`.
   */
  keepable(facts: Facts, before: Facts | null): Facts;
  /** Whether the facts leave something to us. */
  isIncomplete(facts: Facts): boolean;
  same(a: Facts, b: Facts): boolean;
  /** Of the fact columns, those by which rows are looked for. */
  readonly soughtColumns: readonly string[];
  /** Whether nothing that rows are looked for by differs. */
  isFoundAlike(a: Item, b: Item): boolean;
  added(item: Item): Change;
  changed(before: Item, after: Item): Change;
  removed(item: Item): Change;
}

export const USERS: NamedTable<UserFacts, User> = {
  kind: 'user',
  table: 'directory_user',
  factColumns: ['display_name', 'first_name', 'last_name', 'email', 'active', 'external_id'],
  factValues: (facts) => [
    facts.displayName,
    facts.firstName,
    facts.lastName,
    facts.email,
    Number(facts.active),
    facts.externalId,
  ],
  facts: (name, values) => ({
    name,
    displayName: String(values[0]),
    firstName: String(values[1]),
    lastName: String(values[2]),
    email: String(values[3]),
    active: values[4] === 1,
    externalId: values[5] === null ? null : String(values[5]),
  }),
  item: (id, directoryId, nameKey, facts) => ({ id, directoryId, nameKey, ...facts }),
  keepable: (facts, before) => ({
    name: facts.name,
    displayName: keepableFact('displayName', facts.displayName),
    firstName: keepableFact('firstName', facts.firstName),
    lastName: keepableFact('lastName', facts.lastName),
    email: keepableFact('email', facts.email),
    active: facts.active,
    // A user whom no server gave an identity gets one of ours.
    externalId: keepableFact(
      'externalId',
      facts.externalId ?? before?.externalId ?? externalIdMadeHere(randomUUID()),
    ),
  }),
  isIncomplete: ({ externalId }) => externalId === null,
  same: sameUserFacts,
  soughtColumns: ['external_id'],
  isFoundAlike: (a, b) => a.nameKey === b.nameKey && a.externalId === b.externalId,
  added: (user) => ({ kind: 'UserAdded', user }),
  changed: (before, after) => ({ kind: 'UserChanged', before, after }),
  removed: (user) => ({ kind: 'UserRemoved', user }),
};

export const GROUPS: NamedTable<GroupFacts, Group> = {
  kind: 'group',
  table: 'directory_group',
  factColumns: ['description', 'active'],
  factValues: (facts) => [facts.description, Number(facts.active)],
  facts: (name, values) => ({
    name,
    description: String(values[0]),
    active: values[1] === 1,
  }),
  item: (id, directoryId, nameKey, facts) => ({ id, directoryId, nameKey, ...facts }),
  keepable: (facts) => ({
    name: facts.name,
    description: keepableFact('description', facts.description),
    active: facts.active,
  }),
  isIncomplete: () => false,
  same: sameGroupFacts,
  soughtColumns: [],
  isFoundAlike: (a, b) => a.nameKey === b.nameKey,
  added: (group) => ({ kind: 'GroupAdded', group }),
  changed: (before, after) => ({ kind: 'GroupChanged', before, after }),
  removed: (group) => ({ kind: 'GroupRemoved', group }),
};

export function columnsOf(table: { readonly factColumns: readonly string[] }): readonly string[] {
  return ['generation', 'id', 'name', 'name_key', ...table.factColumns];
}

/** One row to be inserted. */
export function rowOf<Facts extends NamedFacts>(
  table: { factValues(facts: Facts): SqlValue[] },
  dialect: Dialect,
  row: {
    readonly generation: GenerationId;
    readonly id: number;
    readonly nameKey: NameKey;
    readonly facts: Facts;
  },
): SqlValue[] {
  const { generation, id, nameKey, facts } = row;
  return [generation, id, facts.name, dialect.key(nameKey), ...table.factValues(facts)];
}

/**
 * Whether any stored name can have this key. A key that UTF-8 cannot spell would be compared as
 * another one (half a surrogate pair becomes U+FFFD), and SQLite ends a text at a zero.
 */
export function mayBeStored(key: NameKey): boolean {
  return key.isWellFormed() && !key.includes('\0');
}
