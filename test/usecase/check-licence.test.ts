import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { LICENCE_CHANGE_KINDS } from '../../src/domain/index.js';
import { checkLicence } from '../../src/usecase/index.js';
import { addInternal, OPERATOR, userFacts } from '../store/builders.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, StandingClock, type TestGateway } from '../support/gateway.js';

const DAY_MS = 24 * 60 * 60_000;

describeEachDatabase('the check of the licence', (database) => {
  let url: string;
  let clock: StandingClock;
  const gateways: TestGateway[] = [];

  const open = async () => {
    const opened = await openTestGateway({ url, clock });
    gateways.push(opened);
    return opened.gateway;
  };
  beforeEach(async () => {
    url = await database.create();
    clock = new StandingClock();
  });
  afterEach(() => Promise.all(gateways.splice(0).map((gateway) => gateway.close())));

  /** Two people with a seat, and no limit. */
  const settle = async () => {
    const gateway = await open();
    const { id } = await addInternal(gateway.store, 'here');
    await gateway.store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(id, [userFacts('ann'), userFacts('bob')]);
      for (const subjectName of ['ann', 'bob']) {
        await transaction.addGrant({
          permission: 'LICENSED_USER',
          subjectType: 'USER',
          subjectName,
        });
      }
    });
    return gateway;
  };
  const limit = (gateway: TestGateway['gateway'], seats: number) =>
    gateway.store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(seats));
  const told = async ({ store }: TestGateway['gateway']) => {
    const kinds = LICENCE_CHANGE_KINDS;
    const logged = await store.reader.changes({ after: null, limit: 100, kinds });
    return logged.map(({ change, origin }) =>
      change.kind === 'LicenceWarning'
        ? `${change.threshold} ${change.direction} by ${origin.type}`
        : `grace ended by ${origin.type}`,
    );
  };

  it('tells nothing, and makes no revision, while there is nothing to tell', async () => {
    const gateway = await settle();
    await limit(gateway, 1);
    clock.advance(DAY_MS - 1);
    const before = await gateway.store.reader.revision();
    expect(await checkLicence(gateway)).toBe(0);
    expect(await gateway.store.reader.revision()).toBe(before);
  });

  it('tells the end of the grace period once, whichever of several processes looks', async () => {
    const one = await settle();
    await limit(one, 1);
    clock.advance(DAY_MS);
    const all = [one, await open(), await open()];
    const counts = await Promise.all([...all, ...all].map((gateway) => checkLicence(gateway)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
    clock.advance(DAY_MS);
    for (const gateway of all) expect(await checkLicence(gateway)).toBe(0);
    expect(await told(one)).toEqual([
      '90 UP by OPERATOR',
      '100 UP by OPERATOR',
      'grace ended by GATEWAY',
    ]);
    expect(await one.store.reader.licenceWatch()).toMatchObject({
      overSince: new Date(clock.now().getTime() - 2 * DAY_MS),
      graceEndedAt: new Date(clock.now().getTime() - DAY_MS),
    });
  });

  it('begins the grace period anew once the licence was kept', async () => {
    const gateway = await settle();
    await limit(gateway, 1);
    clock.advance(DAY_MS - 1);
    await limit(gateway, 2);
    await limit(gateway, 1);
    clock.advance(1);
    expect(await checkLicence(gateway)).toBe(0);
    clock.advance(DAY_MS - 1);
    expect(await checkLicence(gateway)).toBe(1);
  });

  it('goes on from what the log told before anybody kept account of it', async () => {
    const gateway = await settle();
    await limit(gateway, 1);
    const before = await gateway.store.reader.licenceWatch();
    expect(before).toMatchObject({ nearSince: clock.now(), overSince: clock.now() });
    for (const table of ['licence_watch', 'log_cut', 'self_audit']) {
      await rawRows(url, `DROP TABLE ${table}`);
    }
    await rawRows(url, "DELETE FROM migrations WHERE name = 'CreateUpkeep1795000000007'");
    clock.advance(DAY_MS);
    const upgraded = await open();
    expect(await upgraded.store.reader.licenceWatch()).toEqual(before);
    expect(await checkLicence(upgraded)).toBe(1);
    expect((await told(upgraded)).at(-1)).toBe('grace ended by GATEWAY');
  });

  it('finds a crossing that nobody told when it happened', async () => {
    const gateway = await settle();
    // By hand, past the gateway; the next start takes it from the rows.
    await rawRows(url, 'UPDATE gateway_state SET licence_limit = 1');
    const restarted = await open();
    expect(await told(restarted)).toEqual([]);
    expect(await checkLicence(restarted)).toBe(2);
    expect(await told(gateway)).toEqual(['90 UP by GATEWAY', '100 UP by GATEWAY']);
    expect(await checkLicence(restarted)).toBe(0);
    expect(await restarted.store.reader.licenceWatch()).toMatchObject({ overSince: clock.now() });
  });
});
