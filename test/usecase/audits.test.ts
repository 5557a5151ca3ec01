import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { asId, type Change, type GroupId, nameKey } from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { auditIndex, auditRows, pinned } from '../../src/usecase/index.js';
import { addInternal, groupFacts, numbered, OPERATOR, userFacts } from '../store/builders.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';
import { reloadOf } from '../support/runs.js';

const USERS = 600;

describeEachDatabase('the audits', (database) => {
  let url: string;
  let test: TestGateway;
  let gateway: TestGateway['gateway'];
  let directory: Awaited<ReturnType<typeof addInternal>>;

  beforeEach(async () => {
    url = await database.create();
    test = await openTestGateway({ url });
    ({ gateway } = test);
    directory = await addInternal(gateway.store, 'here');
    await gateway.store.transact(OPERATOR, async (transaction) => {
      const users = await transaction.addUsers(
        directory.id,
        numbered('user', USERS).map((name) => userFacts(name)),
      );
      const [staff, all] = await transaction.addGroups(directory.id, [
        groupFacts('staff'),
        groupFacts('all'),
      ]);
      await transaction.addMemberships(
        directory.id,
        users.map(({ id }) => ({ groupId: staff.id, userId: id })),
      );
      await transaction.addNestings(directory.id, [{ parentId: all.id, childId: staff.id }]);
      await transaction.addGrant({
        permission: 'ADMIN',
        subjectType: 'GROUP',
        subjectName: 'all',
      });
    });
  });
  afterEach(() => test.close());

  const errors = () => test.logged.filter(({ level }) => level === 'error');
  const hire = (name: string) =>
    gateway.store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(directory.id, [userFacts(name)]),
    );
  /** Makes this process believe what never happened. */
  const spoil = (...changes: Change[]) => {
    const { index } = gateway.live;
    index.apply(index.revision, changes);
  };
  const lostMembership: Change = {
    kind: 'MembershipRemoved',
    directoryId: asId(0),
    group: 'staff',
    user: 'user-7',
  };

  it('find nothing when all agrees, and say so', async () => {
    const audits = [await auditIndex(gateway), await auditRows(gateway)];
    const revision = await gateway.store.reader.revision();
    expect(audits).toMatchObject([
      { subject: 'INDEX', revision, differences: [] },
      { subject: 'ROWS', revision, differences: [] },
    ]);
    expect(await gateway.store.upkeep.audits(10)).toEqual([audits[1], audits[0]]);
    expect(errors()).toEqual([]);
  });

  it('find what an index has wrong, and put the right one in its place', async () => {
    const spoilt = gateway.live.index;
    const admins = spoilt.countHolders('ADMIN');
    const before = pinned(gateway, spoilt.revision);
    spoil({ ...lostMembership, directoryId: directory.id } as Change, {
      kind: 'LicenceLimitChanged',
      before: null,
      after: 4,
    });
    expect(spoilt.check('user-7', 'ADMIN')).toBe(false);
    expect(await before.ask((index) => index.check('user-7', 'ADMIN'))).toBe(false);
    const { differences } = await auditIndex(gateway);
    expect(differences).toEqual([
      { kind: 'SETTINGS', count: 1, examples: ['licenceLimit'] },
      {
        kind: 'SEATS',
        count: 3,
        examples: ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN'],
      },
      { kind: 'USERS', count: 1, examples: ['user-7'] },
      { kind: 'GROUPS', count: 1, examples: ['staff'] },
    ]);
    expect(errors()).toMatchObject([
      { fields: { differences: { SETTINGS: 1, SEATS: 3, USERS: 1, GROUPS: 1 } } },
    ]);
    expect(JSON.stringify(errors())).not.toContain('user-7');

    const { index } = gateway.live;
    expect(index).not.toBe(spoilt);
    expect(index.check('user-7', 'ADMIN')).toBe(true);
    expect(index.countHolders('ADMIN')).toBe(admins);
    // States that were being asked about stand on the right index too, and the log goes on.
    expect(await before.ask((past) => past.check('user-7', 'ADMIN'))).toBe(true);
    await hire('zoe');
    expect(gateway.live.index.user('zoe')).not.toBeNull();
    expect(await before.ask((past) => past.user('zoe'))).toBeNull();
    expect((await auditIndex(gateway)).differences).toEqual([]);
  });

  it('name no more than a few of the people that differ', async () => {
    const many = numbered('user', 300).map(
      (user) => ({ ...lostMembership, directoryId: directory.id, user }) as Change,
    );
    spoil(...many);
    const { differences } = await auditIndex(gateway);
    const users = differences.find(({ kind }) => kind === 'USERS');
    expect(users?.count).toBe(300);
    expect(users?.examples).toHaveLength(3);
  });

  it('find names that only one of the two knows', async () => {
    const group = {
      id: asId<GroupId>(987_654),
      directoryId: directory.id,
      name: 'Ghosts',
      nameKey: nameKey('Ghosts'),
      description: '',
      active: true,
    };
    spoil({ kind: 'GroupAdded', group });
    expect((await auditIndex(gateway)).differences).toEqual([
      { kind: 'GROUPS', count: 1, examples: ['ghosts'] },
    ]);
  });

  it('are not misled by changes that come meanwhile', async () => {
    const audit = auditIndex(gateway);
    // Whoever asks meanwhile gets the same one.
    expect(auditIndex(gateway)).toBe(audit);
    let done = false;
    const finished = audit.finally(() => {
      done = true;
    });
    for (let i = 0; !done; i++) await hire(`late-${i}`);
    expect((await finished).differences).toEqual([]);
    const fresh = new PermissionIndex(await gateway.store.reader.snapshot());
    expect(gateway.live.index.userSheets(null, 2 * USERS)).toEqual(
      fresh.userSheets(null, 2 * USERS),
    );
  });

  it('put the right index in place while changes come', async () => {
    spoil({ ...lostMembership, directoryId: directory.id } as Change);
    let done = false;
    const audit = auditIndex(gateway).finally(() => {
      done = true;
    });
    for (let i = 0; !done; i++) await hire(`late-${i}`);
    expect((await audit).differences).not.toEqual([]);
    await gateway.live.catchUp();
    expect(gateway.live.index.check('user-7', 'ADMIN')).toBe(true);
    expect((await auditIndex(gateway)).differences).toEqual([]);
  });

  it('begin again when a directory is loaded anew meanwhile', async () => {
    spoil({ kind: 'LicenceLimitChanged', before: null, after: 4 });
    const audit = auditIndex(gateway);
    const reload = await reloadOf(gateway.store, directory.id);
    await reload.addUsers([{ id: null, facts: userFacts('ann') }]);
    await gateway.store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(directory.id, reload.generation),
    );
    expect((await audit).differences).toMatchObject([{ kind: 'SETTINGS' }]);
    expect(gateway.live.index.user('ann')).not.toBeNull();
    expect(gateway.live.index.licence().seatsAllowed).toBeNull();
    expect((await auditIndex(gateway)).differences).toEqual([]);
  });

  it('of the rows tell what does not agree and leave it as it is', async () => {
    await rawRows(url, "DELETE FROM directory_user WHERE name = 'user-3'");
    const { differences } = await auditRows(gateway);
    expect(differences).toMatchObject([{ kind: 'MEMBERSHIPS_WITHOUT_ENDS', count: 1 }]);
    expect(errors()).toMatchObject([{ fields: { differences: { MEMBERSHIPS_WITHOUT_ENDS: 1 } } }]);
    expect((await auditRows(gateway)).differences).toEqual(differences);
  });
});
