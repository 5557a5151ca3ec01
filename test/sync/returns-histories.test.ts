import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REMOVAL_POLICIES } from '../../src/domain/index.js';
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
const NAMES = ['ann', 'bob', 'cat', 'dan'];
const HISTORIES = 30;

/** Who bears which name at the server, as days go by. */
interface History {
  readonly policy: (typeof REMOVAL_POLICIES)[number];
  readonly tombstoneDays: number;
  readonly above: readonly string[];
  readonly below: readonly string[];
  readonly granted: readonly string[];
  readonly steps: readonly { readonly days: number; readonly people: readonly Person[] }[];
}

const names = fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 });

/** Names in a random order given to the first of three ids, each of whom may be absent. */
const people = fc
  .tuple(
    fc.shuffledSubarray(NAMES, { minLength: 3, maxLength: 3 }),
    fc.array(fc.constantFrom('in', 'out', 'away'), { minLength: 3, maxLength: 3 }),
  )
  .map(([bearers, where]) => [
    'eve=9',
    ...bearers.flatMap((name, i): Person[] => {
      if (where[i] === 'away') return [];
      return [where[i] === 'in' ? `${name}=${i}` : `${name}=${i}!`];
    }),
  ]);

const histories: fc.Arbitrary<History> = fc.record({
  policy: fc.constantFrom(...REMOVAL_POLICIES),
  tombstoneDays: fc.constantFrom(0, 3),
  above: names,
  below: names,
  granted: names,
  steps: fc.array(fc.record({ days: fc.constantFrom(0, 2), people }), {
    minLength: 2,
    maxLength: 5,
  }),
});

describeEachDatabase('a history of names that change hands', (database) => {
  it('ends by events as it ends when everything is read', async () => {
    const clock = new SetClock();
    const store = await database.open({ clock });
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const read = await endAfter(store, clock, history, 'in full');
        const followed = await endAfter(store, clock, history, 'by events');
        expect(followed).toEqual(read);
      }),
      { numRuns: HISTORIES },
    );
  });
});

async function endAfter(
  store: GatehouseStore,
  clock: SetClock,
  { policy, tombstoneDays, above, below, granted, steps }: History,
  mode: Mode,
): Promise<End> {
  try {
    await addUsers(store, 'Above', above);
    const harness = await RunHarness.make(store);
    await addUsers(store, 'Below', below);
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.changeDirectory(harness.directory.id, {
        connection: { ...CONNECTION, onUserRemoved: policy, tombstoneDays },
      });
      for (const subjectName of granted) {
        await transaction.addGrant({ permission: 'ADMIN', subjectType: 'USER', subjectName });
      }
    });
    let before: RemoteDocument | null = null;
    for (const { days, people } of steps) {
      clock.advance(days * DAY_MS);
      const document = documentOf(people);
      await runOnce(harness, mode, before, document);
      before = document;
    }
    return await endOf(store, harness);
  } finally {
    await empty(store);
  }
}
