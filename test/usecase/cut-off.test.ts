import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { asId, type Revision } from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { compareRevisions, licenceWarnings, momentAt, tidyUp } from '../../src/usecase/index.js';
import { addInternal, codeOf, numbered, OPERATOR, userFacts } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, StandingClock, type TestGateway } from '../support/gateway.js';

const DAY_MS = 24 * 60 * 60_000;
const KEPT_DAYS = 30;
const revisionOf = (revision: number): Revision => asId(revision);
const ALL = { first: 1_000, after: null };

/** One revision a day; what is older than a month is cut off. */
describeEachDatabase('a log that was cut off', (database) => {
  let url: string;
  let clock: StandingClock;
  const gateways: TestGateway[] = [];

  const open = async () => {
    const test = await openTestGateway({ url, clock, logRetentionDays: KEPT_DAYS });
    gateways.push(test);
    return test;
  };
  beforeEach(async () => {
    url = await database.create();
    clock = new StandingClock();
  });
  afterEach(() => Promise.all(gateways.splice(0).map((gateway) => gateway.close())));

  /** Revision 1 makes the directory, each later one a user of its number. */
  const settle = async ({ gateway }: TestGateway) => {
    const { id } = await addInternal(gateway.store, 'here');
    return async (names: readonly string[]) => {
      for (const name of names) {
        clock.advance(DAY_MS);
        await gateway.store.transact(OPERATOR, (transaction) =>
          transaction.addUsers(id, [userFacts(name)]),
        );
      }
    };
  };
  const names = ({ gateway }: TestGateway) =>
    gateway.live.index.users(ALL).items.map(({ name }) => name);
  const fromRows = async ({ gateway }: TestGateway) =>
    new PermissionIndex(await gateway.store.reader.snapshot())
      .users(ALL)
      .items.map(({ name }) => name);

  it('does not make a process lose the way that follows it from before the cut', async () => {
    const one = await open();
    const hire = await settle(one);
    await hire(numbered('early', 5));
    const other = await open();
    const heard: string[] = [];
    other.gateway.live.listen((changes, all) => heard.push(`${changes.length} ${all}`));
    await hire(numbered('late', 60));
    await tidyUp(one.gateway);
    expect(await one.gateway.store.reader.oldestRevision()).toBe(35);

    expect(await other.gateway.live.catchUp()).toBe(true);
    expect(names(other)).toEqual(await fromRows(one));
    expect(heard).toEqual(['0 NOT_ALL']);
    await hire(['newest']);
    expect(await other.gateway.live.catchUp()).toBe(true);
    expect(names(other)).toContain('newest');
    expect(heard.at(-1)).toBe('1 ALL');
  });

  it('does not let a process decide on an old state that writes before it has followed', async () => {
    const one = await open();
    const hire = await settle(one);
    const other = await open();
    await hire(numbered('late', 60));
    await tidyUp(one.gateway);
    const seen = await other.gateway.store.transact(OPERATOR, async (transaction) => {
      await transaction.setLicenceLimit(3);
      return other.gateway.live.index.users(ALL).items.length;
    });
    expect(seen.value).toBe(60);
    expect(names(other)).toEqual(await fromRows(one));
    expect(other.gateway.live.index.revision).toBe(seen.revision);
    expect(other.gateway.live.index.licence().seatsAllowed).toBe(3);
  });

  it('refuses the past that it does not tell any more, and shows the rest', async () => {
    const test = await open();
    const hire = await settle(test);
    await hire(numbered('user', 60));
    await tidyUp(test.gateway);
    const oldest = await test.gateway.store.reader.oldestRevision();
    expect(oldest).toBe(30);
    const at = async (revision: number) =>
      (await momentAt(test.gateway, revisionOf(revision))).ask((index) => index.users(ALL).total);
    // Revision 1 made the directory.
    expect(await at(oldest)).toBe(oldest - 1);
    await expect(at(oldest - 1)).rejects.toMatchObject({
      code: 'REVISION_NOT_REACHABLE',
      details: { revision: oldest - 1, oldest, reason: 'LOG_CUT_OFF' },
    });
    const compare = (from: number) =>
      compareRevisions(test.gateway, test.operator, revisionOf(from), null);
    expect(await codeOf(compare(oldest - 1))).toBe('REVISION_NOT_REACHABLE');
    expect(await codeOf(compare(oldest))).toBeNull();
  });

  it('refuses a subscriber whose cursor is older, instead of passing over what it missed', async () => {
    const test = await open();
    const hire = await settle(test);
    const { gateway, operator } = test;
    await gateway.store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(0));
    await hire(numbered('user', 60));
    await tidyUp(gateway);
    const after = { revision: revisionOf(1), ordinal: 0 };
    const ended = new AbortController();
    const warnings = licenceWarnings(gateway, operator, after, ended.signal);
    expect(await codeOf(warnings.next())).toBe('REVISION_NOT_REACHABLE');
  });

  it('overtakes no subscriber who waits while nothing is to be told', async () => {
    const test = await open();
    const hire = await settle(test);
    const { gateway, operator } = test;
    await gateway.store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(0));
    const ended = new AbortController();
    const warnings = licenceWarnings(gateway, operator, null, ended.signal);
    const next = warnings.next();
    await hire(numbered('user', 30));
    // A warning that the log is asked for, although there is none for it: others were woken too.
    const { id } = (await gateway.store.reader.directories())[0];
    await gateway.store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(id, [userFacts('seated')]);
      await transaction.addGrant({
        permission: 'LICENSED_USER',
        subjectType: 'USER',
        subjectName: 'seated',
      });
    });
    expect((await next).value?.change).toMatchObject({ threshold: 90, direction: 'UP' });
    expect((await warnings.next()).value?.change).toMatchObject({ threshold: 100 });
    const later = warnings.next();
    await hire(numbered('late', 60));
    await tidyUp(gateway);
    await gateway.store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(null));
    expect((await later).value?.change).toMatchObject({ threshold: 100, direction: 'DOWN' });
    ended.abort();
  });

  it('is a log that is kept whole when the setting says so', async () => {
    const test = await open();
    const hire = await settle(test);
    await hire(numbered('user', 60));
    await tidyUp({ ...test.gateway, logRetentionDays: 0 });
    expect(await test.gateway.store.reader.oldestRevision()).toBe(0);
  });

  it('is no hindrance for a start: the rows are read', async () => {
    const one = await open();
    const hire = await settle(one);
    await hire(numbered('early', 5));
    const { live, store } = one.gateway;
    expect(await store.packed.write(live.index.revision, live.index.pack())).toBe(true);
    await hire(numbered('late', 60));
    await tidyUp(one.gateway);
    const started = await open();
    expect(started.gateway.live.start).toMatchObject({ from: 'ROWS', because: 'OTHER_HISTORY' });
    expect(names(started)).toEqual(await fromRows(one));
  });
});
