import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DirectoryConnection } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { OPERATOR, SetClock } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import type { RemoteDocument } from '../support/scripted-remote.js';
import {
  addUsers,
  documentOf,
  type End,
  empty,
  endOf,
  type Mode,
  type Person,
  runOnce,
} from './returns-harness.js';
import { CONNECTION, RunHarness } from './run-harness.js';

const DAY_MS = 24 * 60 * 60_000;

/** A state of the server, or so many days that go by. */
type Step = readonly Person[] | number;

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
