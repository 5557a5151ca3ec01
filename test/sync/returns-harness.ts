import { expect } from '@jest/globals';
import type { GatehouseStore } from '../../src/store/index.js';
import { addInternal, OPERATOR, userFacts } from '../store/builders.js';
import { loggedEvents } from '../support/logged-events.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
} from '../support/scripted-remote.js';
import { type RunHarness, storeWith } from './run-harness.js';

/** How a run learns what happened. */
export type Mode = 'in full' | 'by events';

/** `name`, or `name=id`; `-` for a server that tells no id. In the group `devs` unless it ends in `!`. */
export type Person = string;

/** What is left of a history. */
export interface End {
  /** Of the directory that is followed. */
  readonly users: readonly string[];
  /** Of the group. */
  readonly devs: readonly string[];
  readonly granted: readonly string[];
  /** `name: id of before > id of now`. */
  readonly setAside: readonly string[];
  /** Names; those with a row are `name, who stays`. */
  readonly tombstones: readonly string[];
}

/** Leaves the store as it was before a history. */
export async function empty(store: GatehouseStore): Promise<void> {
  await store.transact(OPERATOR, async (transaction) => {
    for (const { id } of await transaction.directories()) await transaction.removeDirectory(id);
    for (const { id } of await transaction.grants()) await transaction.removeGrant(id);
  });
  await store.sweep();
}

/** Brings the copy in line with the document in the way asked for. */
export async function runOnce(
  harness: RunHarness,
  mode: Mode,
  before: RemoteDocument | null,
  document: RemoteDocument,
): Promise<void> {
  const events = before === null ? [] : loggedEvents(before, document);
  const script: Script = {
    pageSize: 500,
    currentToken: () => (mode === 'by events' ? 'now' : null),
    events: () => ({ outcome: 'READ', events, token: 'now' }),
  };
  // Days pass in these histories, and everything is not to be compared each time.
  const reader = { ...harness.store.reader, lastFullRun: async () => null };
  const gateway = { store: storeWith(harness.store, { reader }) };
  const follows = mode === 'by events' && before !== null;
  const succeeded = { outcome: 'SUCCEEDED', message: null };
  expect(await harness.run(document, script, gateway)).toMatchObject({
    ...succeeded,
    kind: follows ? 'INCREMENTAL' : 'FULL',
  });
  if (mode === 'in full' || follows) return;
  // After a run without news, no event can be of the time in which everything was read.
  expect(await harness.run(document, script, gateway)).toMatchObject({
    ...succeeded,
    kind: 'INCREMENTAL',
  });
}

export function documentOf(people: readonly Person[]): RemoteDocument {
  const users = people.map((person) => {
    const [name, id] = person.replace('!', '').split('=');
    return remoteUser(name, { externalId: id === '-' ? null : id });
  });
  const members = people.filter((person) => !person.endsWith('!'));
  return {
    users,
    groups: [remoteGroup('devs')],
    memberships: [
      remoteMembers(
        'devs',
        members.map((person) => person.split('=')[0]),
      ),
    ],
  };
}

export async function endOf(store: GatehouseStore, harness: RunHarness): Promise<End> {
  const held = await harness.held();
  const { grants } = await store.reader.snapshot();
  const page = { first: 10, after: null };
  const { items: tombstones } = await store.tombstones.page(harness.directory.id, page);
  const { items: setAside } = await store.tombstones.setAsidePage(page);
  return {
    users: held.users.map(({ name, active }) => (active ? name : `${name} (inactive)`)),
    devs: held.memberships.map((edge) => edge.replace('devs > ', '')),
    granted: grants.map(({ subjectName }) => subjectName).sort(),
    setAside: setAside.map(
      ({ subjectName, previousExternalId, newExternalId }) =>
        `${subjectName}: ${previousExternalId} > ${newExternalId}`,
    ),
    tombstones: tombstones.map(({ facts, userId }) =>
      userId === null ? facts.name : `${facts.name}, who stays`,
    ),
  };
}

/** An internal directory at the end of the order. */
export async function addUsers(
  store: GatehouseStore,
  name: string,
  users: readonly string[],
): Promise<void> {
  const { id } = await addInternal(store, name);
  await store.transact(OPERATOR, (transaction) =>
    transaction.addUsers(
      id,
      users.map((user) => userFacts(user)),
    ),
  );
}
