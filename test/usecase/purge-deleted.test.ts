import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DirectoryId, TombstoneId } from '../../src/domain/index.js';
import { restoreUser, synchroniseNow, tidyUp } from '../../src/usecase/index.js';
import { addRemote, OPERATOR } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, StandingClock, type TestGateway } from '../support/gateway.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteUser,
  ScriptedRemote,
} from '../support/scripted-remote.js';

const DAY_MS = 24 * 60 * 60_000;
const PAGE = { first: 10, after: null };

describeEachDatabase('deleted users whose time is over', (database) => {
  let clock: StandingClock;
  let test: TestGateway;
  let document: RemoteDocument;
  let directory: DirectoryId;

  beforeEach(async () => {
    clock = new StandingClock();
    const connect = () => new ScriptedRemote(document);
    test = await openTestGateway({ url: await database.create(), clock, connect });
    directory = (await addRemote(test.gateway.store, 'Server')).id;
  });
  afterEach(() => test.close());

  const synchronise = async (...names: readonly string[]) => {
    const users = names.map((name) => remoteUser(name));
    document = { users, groups: [remoteGroup('devs')], memberships: [] };
    const run = await synchroniseNow(test.gateway, test.operator, directory);
    expect(run.outcome).toBe('SUCCEEDED');
  };
  const left = async () => {
    const { items } = await test.gateway.store.tombstones.page(directory, PAGE);
    return items.map(({ facts, userId }) => `${facts.name}${userId === null ? '' : ' stays'}`);
  };

  it('are purged but for whoever is restored meanwhile, and only the purged are counted', async () => {
    const { gateway, operator, logged } = test;
    const { store } = gateway;
    await synchronise('ann', 'bob', 'cid');
    await synchronise('ann');
    clock.advance(7 * DAY_MS);
    await store.transact(OPERATOR, async (transaction) => {
      for (const subjectName of ['bob', 'cid']) {
        await transaction.addGrant({ permission: 'ADMIN', subjectType: 'USER', subjectName });
      }
    });
    const due = async (now: Date, limit: number) => {
      const found: TombstoneId[] = await store.tombstones.due(now, limit);
      if (found.length > 0) await restoreUser(gateway, operator, found[0]);
      return found;
    };
    const tombstones = { ...store.tombstones, due };
    await tidyUp({ ...gateway, store: { ...store, tombstones } });
    const [stays] = await left();
    expect(await left()).toEqual([expect.stringMatching(/^(bob|cid) stays$/)]);
    const { grants } = await store.reader.snapshot();
    expect(grants.map(({ subjectName }) => `${subjectName} stays`)).toEqual([stays]);
    expect(logged.flatMap(({ fields }) => fields.users ?? [])).toEqual([1]);
  });
});
