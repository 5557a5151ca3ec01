import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DirectoryConnection } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { addInternal, OPERATOR, SetClock, userFacts } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { eventsBetween } from '../support/events-between.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
} from '../support/scripted-remote.js';
import { CONNECTION, RunHarness, storeWith } from './run-harness.js';

const DAY_MS = 24 * 60 * 60_000;

/** A state of the server, or so many days that go by. */
type Step = readonly Person[] | number;

/** `name`, or `name=id`; `-` for a server that tells no id. In the group `devs` unless it ends in `!`. */
type Person = string;

interface Case {
  readonly name: string;
  /** Whether it is tried as a new generation too; its runs write a crowd. */
  readonly asGeneration?: true;
  readonly connection?: Partial<DirectoryConnection>;
  /** Users of internal directories before and after this one. */
  readonly above?: readonly string[];
  readonly below?: readonly string[];
  /** Who has been granted LICENSED_USER, before the first step. */
  readonly granted: readonly string[];
  readonly steps: readonly Step[];
  readonly end: End;
}

interface End {
  /** Of the directory that is followed. */
  readonly users: readonly string[];
  /** Of the group. */
  readonly devs: readonly string[];
  readonly granted: readonly string[];
  /** `name: id of before > id of now`. */
  readonly setAside?: readonly string[];
  /** Names; those with a row are `name, who stays`. */
  readonly tombstones?: readonly string[];
}

const DEACTIVATE = { onUserRemoved: 'DEACTIVATE' } as const;
const KEEP = { onUserRemoved: 'KEEP' } as const;

const CASES: readonly Case[] = [
  {
    name: 'a rename takes memberships and grants along',
    asGeneration: true,
    granted: ['sam'],
    steps: [
      ['sam=1', 'kim=2'],
      ['samantha=1', 'kim=2'],
    ],
    end: { users: ['kim', 'samantha'], devs: ['kim', 'samantha'], granted: ['samantha'] },
  },
  {
    name: 'a change of letter case changes no key, and grants hold on',
    granted: ['sam'],
    steps: [['sam=1'], ['SAM=1']],
    end: { users: ['SAM'], devs: ['SAM'], granted: ['sam'] },
  },
  {
    name: 'names that are swapped take their grants along',
    asGeneration: true,
    granted: ['sam'],
    steps: [
      ['sam=1', 'kim=2!'],
      ['kim=1', 'sam=2!'],
    ],
    end: { users: ['kim', 'sam'], devs: ['kim'], granted: ['kim'] },
  },
  {
    name: 'a rename onto a name that has the grant already leaves it there once',
    granted: ['sam', 'samantha'],
    steps: [['sam=1'], ['samantha=1']],
    end: { users: ['samantha'], devs: ['samantha'], granted: ['samantha'] },
  },
  {
    name: 'a grant that means somebody above does not move',
    above: ['sam'],
    granted: ['sam'],
    steps: [['sam=1'], ['samantha=1']],
    end: { users: ['samantha'], devs: ['samantha'], granted: ['sam'] },
  },
  {
    name: 'whoever bears the old name below does not gain by a rename',
    below: ['sam'],
    granted: ['sam'],
    steps: [['sam=1'], ['samantha=1']],
    end: { users: ['samantha'], devs: ['samantha'], granted: ['samantha'] },
  },
  {
    name: 'a rename onto a name that means somebody above sets the grant aside',
    above: ['boss'],
    granted: ['sam'],
    steps: [['sam=1'], ['boss=1']],
    end: { users: ['boss'], devs: ['boss'], granted: [], setAside: ['sam: 1 > null'] },
  },
  {
    name: 'a deletion leaves the grant with the name until it is purged',
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2']],
    end: { users: ['kim'], devs: ['kim'], granted: ['sam'], tombstones: ['sam'] },
  },
  {
    name: 'whoever comes back in time has their grants, and the memberships the server says',
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 6, ['sam=1!', 'kim=2']],
    end: { users: ['kim', 'sam'], devs: ['kim'], granted: ['sam'] },
  },
  {
    name: 'whoever comes back in time under another name has their grants',
    asGeneration: true,
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 6, ['samantha=1', 'kim=2']],
    end: { users: ['kim', 'samantha'], devs: ['kim', 'samantha'], granted: ['samantha'] },
  },
  {
    name: 'whoever comes back under another name does not take what meanwhile means another',
    below: ['sam'],
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 6, ['samantha=1', 'kim=2']],
    end: { users: ['kim', 'samantha'], devs: ['kim', 'samantha'], granted: ['sam'] },
  },
  {
    name: 'whoever comes back too late has no grant any more',
    asGeneration: true,
    granted: ['sam', 'kim'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 8, ['sam=1', 'kim=2']],
    end: { users: ['kim', 'sam'], devs: ['kim', 'sam'], granted: ['kim'] },
  },
  {
    name: 'without tombstones the grant goes with the user',
    asGeneration: true,
    connection: { tombstoneDays: 0 },
    granted: ['sam', 'kim'],
    steps: [['sam=1', 'kim=2'], ['kim=2']],
    end: { users: ['kim'], devs: ['kim'], granted: ['kim'] },
  },
  {
    name: 'without tombstones the grant stays while another directory holds the name',
    connection: { tombstoneDays: 0 },
    below: ['sam'],
    granted: ['sam', 'kim'],
    steps: [['sam=1', 'kim=2'], ['kim=2']],
    end: { users: ['kim'], devs: ['kim'], granted: ['kim', 'sam'] },
  },
  {
    name: 'somebody else of the name does not inherit, in the same run',
    asGeneration: true,
    granted: ['sam'],
    steps: [
      ['sam=1', 'kim=2'],
      ['sam=3', 'kim=2'],
    ],
    end: {
      users: ['kim', 'sam'],
      devs: ['kim', 'sam'],
      granted: [],
      setAside: ['sam: 1 > 3'],
      tombstones: ['sam'],
    },
  },
  {
    name: 'somebody else of the name does not inherit, in a later run',
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 2, ['sam=3', 'kim=2']],
    end: {
      users: ['kim', 'sam'],
      devs: ['kim', 'sam'],
      granted: [],
      setAside: ['sam: 1 > 3'],
      tombstones: ['sam'],
    },
  },
  {
    name: 'whoever is renamed to a name of somebody else does not inherit',
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], ['sam=2']],
    end: {
      users: ['sam'],
      devs: ['sam'],
      granted: [],
      setAside: ['sam: 1 > 2'],
      tombstones: ['sam'],
    },
  },
  {
    name: 'what means somebody above is not set aside',
    above: ['sam'],
    granted: ['sam'],
    steps: [
      ['sam=1', 'kim=2'],
      ['sam=3', 'kim=2'],
    ],
    end: { users: ['kim', 'sam'], devs: ['kim', 'sam'], granted: ['sam'], tombstones: ['sam'] },
  },
  {
    name: 'a grant that waits for its name is had by the first to bear it',
    granted: ['sam'],
    steps: [['kim=2'], ['sam=1', 'kim=2']],
    end: { users: ['kim', 'sam'], devs: ['kim', 'sam'], granted: ['sam'] },
  },
  {
    name: 'without ids the name decides',
    granted: ['sam'],
    steps: [['sam=-', 'kim=-'], ['kim=-'], 2, ['sam=-', 'kim=-']],
    end: { users: ['kim', 'sam'], devs: ['kim', 'sam'], granted: ['sam'] },
  },
  {
    name: 'a server that begins to tell ids has the same users',
    granted: ['sam'],
    steps: [
      ['sam=-', 'kim=-'],
      ['sam=1', 'kim=2'],
    ],
    end: { users: ['kim', 'sam'], devs: ['kim', 'sam'], granted: ['sam'] },
  },
  {
    name: 'a user held by another directory loses nothing by a deletion',
    below: ['sam'],
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 8, ['kim=2', 'lee=3']],
    end: {
      users: ['kim', 'lee'],
      devs: ['kim', 'lee'],
      granted: ['sam'],
      tombstones: ['sam'],
    },
  },
  {
    name: 'deactivated: the row stays without a seat',
    asGeneration: true,
    connection: DEACTIVATE,
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], ['kim=2', 'lee=3']],
    end: {
      users: ['kim', 'lee', 'sam (inactive)'],
      devs: ['kim', 'lee', 'sam'],
      granted: ['sam'],
      tombstones: ['sam, who stays'],
    },
  },
  {
    name: 'deactivated: whoever comes back is as the server says',
    connection: DEACTIVATE,
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 30, ['sam=1!', 'kim=2']],
    end: { users: ['kim', 'sam'], devs: ['kim'], granted: ['sam'] },
  },
  {
    name: 'deactivated: a name that another one takes is theirs',
    asGeneration: true,
    connection: DEACTIVATE,
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], ['sam=3', 'kim=2']],
    end: {
      users: ['kim', 'sam'],
      devs: ['kim', 'sam'],
      granted: [],
      setAside: ['sam: 1 > 3'],
      tombstones: ['sam'],
    },
  },
  {
    name: 'kept: the row stays as it is',
    connection: KEEP,
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], 30, ['kim=2', 'lee=3']],
    end: {
      users: ['kim', 'lee', 'sam'],
      devs: ['kim', 'lee', 'sam'],
      granted: ['sam'],
      tombstones: ['sam, who stays'],
    },
  },
  {
    name: 'kept: whoever comes back under another name is renamed',
    connection: KEEP,
    granted: ['sam'],
    steps: [['sam=1', 'kim=2'], ['kim=2'], ['samantha=1', 'kim=2']],
    end: { users: ['kim', 'samantha'], devs: ['kim', 'samantha'], granted: ['samantha'] },
  },
];

type Mode = 'row by row' | 'as a new generation' | 'by events';

/** More rows that differ than one transaction takes, and most of the directory. */
const CROWD = 1_100;

describeEachDatabase('users who are gone, renamed and back', (database) => {
  describe.each<Mode>(['row by row', 'as a new generation', 'by events'])('%s', (mode) => {
    const clock = new SetClock();
    let store: GatehouseStore;
    beforeAll(async () => {
      store = await database.open({ clock });
    });
    afterEach(() => empty(store));

    const cases = CASES.filter(
      ({ asGeneration }) => asGeneration || mode !== 'as a new generation',
    );
    it.each(cases)('$name', async ({ connection, above, below, granted, steps, end }) => {
      if (above) await addUsers(store, 'Above', above);
      const harness = await RunHarness.make(store);
      if (below) await addUsers(store, 'Below', below);
      await store.transact(OPERATOR, async (transaction) => {
        await transaction.changeDirectory(harness.directory.id, {
          connection: { ...CONNECTION, ...connection },
        });
        for (const subjectName of granted) {
          await transaction.addGrant({
            permission: 'LICENSED_USER',
            subjectType: 'USER',
            subjectName,
          });
        }
      });
      let before: RemoteDocument | null = null;
      for (const [number, step] of steps.entries()) {
        if (typeof step === 'number') {
          clock.advance(step * DAY_MS);
          continue;
        }
        const document = documentOf(step, mode === 'as a new generation' ? number : null);
        await runOnce(harness, mode, before, document);
        before = document;
      }
      expect(await endOf(store, harness)).toEqual({ setAside: [], tombstones: [], ...end });
    });
  });
});

/** Leaves the store as it was before a case. */
async function empty(store: GatehouseStore): Promise<void> {
  await store.transact(OPERATOR, async (transaction) => {
    for (const { id } of await transaction.directories()) await transaction.removeDirectory(id);
    for (const { id } of await transaction.grants()) await transaction.removeGrant(id);
  });
  await store.sweep();
}

async function runOnce(
  harness: RunHarness,
  mode: Mode,
  before: RemoteDocument | null,
  document: RemoteDocument,
): Promise<void> {
  const events = before === null ? [] : eventsBetween(before, document);
  const revision = await harness.store.reader.revision();
  const script: Script = {
    pageSize: 500,
    currentToken: () => (mode === 'by events' ? 'now' : null),
    events: () => ({ outcome: 'READ', events, token: 'now' }),
  };
  // Days pass in these cases, and everything is not to be compared each time.
  const reader = { ...harness.store.reader, lastFullRun: async () => null };
  const run = await harness.run(document, script, { store: storeWith(harness.store, { reader }) });
  const kind = mode === 'by events' && before !== null ? 'INCREMENTAL' : 'FULL';
  expect(run).toMatchObject({ outcome: 'SUCCEEDED', kind, message: null });
  const after = { revision, ordinal: Number.MAX_SAFE_INTEGER };
  const kinds = ['DirectoryReloaded'] as const;
  const reloads = await harness.store.reader.changes({ after, limit: 10, kinds });
  expect(reloads).toHaveLength(mode === 'as a new generation' ? 1 : 0);
}

/** @param round makes everybody of a crowd differ from the round before. */
function documentOf(people: readonly Person[], round: number | null): RemoteDocument {
  const users = people.map((person) => {
    const [name, id] = person.replace('!', '').split('=');
    return remoteUser(name, { externalId: id === '-' ? null : id });
  });
  const members = people.filter((person) => !person.endsWith('!'));
  const crowd = Array.from({ length: round === null ? 0 : CROWD }, (_, i) =>
    remoteUser(`crowd-${i}`, { email: `of round ${round}` }),
  );
  return {
    users: [...users, ...crowd],
    groups: [remoteGroup('devs')],
    memberships: [
      remoteMembers(
        'devs',
        members.map((person) => person.split('=')[0]),
      ),
    ],
  };
}

async function endOf(store: GatehouseStore, harness: RunHarness): Promise<End> {
  const held = await harness.held();
  const isOfCases = (name: string) => !name.includes('crowd-');
  const { grants } = await store.reader.snapshot();
  const page = { first: 10, after: null };
  const { items: tombstones } = await store.tombstones.page(harness.directory.id, page);
  const { items: setAside } = await store.tombstones.setAsidePage(page);
  return {
    users: held.users
      .filter(({ name }) => isOfCases(name))
      .map(({ name, active }) => (active ? name : `${name} (inactive)`)),
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

async function addUsers(
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
