import { beforeEach, expect, test } from '@jest/globals';
import { asId } from '../../src/domain/index.js';
import type { GatehouseStore, StoreTransaction } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { codeOf, OPERATOR } from './builders.js';

describeEachDatabase('grants, settings and applications', (database) => {
  let store: GatehouseStore;

  beforeEach(async () => {
    store = await database.open();
  });

  const run = <Result>(work: (transaction: StoreTransaction) => Promise<Result>) =>
    store.transact(OPERATOR, work);

  test("Bitbucket's scheme is in force from the start", async () => {
    const { scheme, settings } = await store.reader.snapshot();
    expect(settings).toEqual({ membershipMode: 'FIRST_DIRECTORY', licenceLimit: null });
    expect(scheme).toMatchObject({
      key: 'bitbucket',
      seat: 'LICENSED_USER',
      administration: 'ADMIN',
      systemAdministration: 'SYS_ADMIN',
    });
    expect(scheme.permissions.map(({ key, title, implies }) => [key, title, implies])).toEqual([
      ['LICENSED_USER', 'Bitbucket User', []],
      ['PROJECT_CREATE', 'Project Creator', ['LICENSED_USER']],
      ['ADMIN', 'Admin', ['LICENSED_USER', 'PROJECT_CREATE']],
      ['SYS_ADMIN', 'System Admin', ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN']],
    ]);
    expect(await run((transaction) => transaction.scheme())).toMatchObject({ value: scheme });
  });

  test('grants are given to names, once, and come in order', async () => {
    const grant = (permission: string, subjectType: 'USER' | 'GROUP', subjectName: string) =>
      run((transaction) => transaction.addGrant({ permission, subjectType, subjectName }));
    await grant('SYS_ADMIN', 'USER', 'Sam');
    await grant('ADMIN', 'USER', 'sam');
    await grant('ADMIN', 'GROUP', 'sam');
    await grant('ADMIN', 'USER', 'Ann');
    expect(await codeOf(grant('ADMIN', 'USER', 'SAM'))).toBe('GRANT_EXISTS');
    expect(await codeOf(grant('REPO_CREATE', 'USER', 'sam'))).toBe('UNKNOWN_PERMISSION');
    expect(await codeOf(grant('admin', 'USER', 'kim'))).toBe('UNKNOWN_PERMISSION');
    expect(await codeOf(grant('ADMIN', 'USER', 'sam '))).toBe('NAME_INVALID');
    const { grants } = await store.reader.snapshot();
    const told = grants.map((one) => `${one.subjectType} ${one.subjectName} ${one.permission}`);
    expect(told).toEqual([
      'GROUP sam ADMIN',
      'USER Ann ADMIN',
      'USER sam ADMIN',
      'USER Sam SYS_ADMIN',
    ]);

    const { value, changes } = await run((transaction) => transaction.removeGrant(grants[0].id));
    expect(value).toEqual(grants[0]);
    expect(changes[0].change).toEqual({ kind: 'GrantRemoved', grant: grants[0] });
    const again = run((transaction) => transaction.removeGrant(grants[0].id));
    expect(await codeOf(again)).toBe('NOT_FOUND');
    expect(await run((transaction) => transaction.grants())).toMatchObject({
      value: grants.slice(1),
    });
  });

  test('settings are recorded when they change', async () => {
    const { changes } = await run(async (transaction) => {
      await transaction.setMembershipMode('ALL_DIRECTORIES');
      await transaction.setMembershipMode('ALL_DIRECTORIES');
      await transaction.setLicenceLimit(500);
      await transaction.setLicenceLimit(500);
      expect(await transaction.settings()).toEqual({
        membershipMode: 'ALL_DIRECTORIES',
        licenceLimit: 500,
      });
    });
    expect(changes.map(({ change }) => change)).toEqual([
      { kind: 'MembershipModeChanged', before: 'FIRST_DIRECTORY', after: 'ALL_DIRECTORIES' },
      { kind: 'LicenceLimitChanged', before: null, after: 500 },
    ]);
    await run((transaction) => transaction.setLicenceLimit(null));
    expect((await store.reader.snapshot()).settings.licenceLimit).toBeNull();
  });

  test('an application is added, changed and removed', async () => {
    const passwordHash = 'a hash that stays out of the log';
    const { value: before } = await run((transaction) =>
      transaction.addApplication({
        name: 'Jenkins',
        passwordHash,
        remoteAddresses: ['10.0.0.0/8'],
      }),
    );
    expect(before).toEqual({
      id: before.id,
      name: 'Jenkins',
      description: '',
      active: true,
      remoteAddresses: ['10.0.0.0/8'],
      directories: null,
      permissions: [],
      membershipMode: null,
      previousPasswordUntil: null,
    });
    const { value: after, changes } = await run((transaction) =>
      transaction.changeApplication(before.id, { active: false, remoteAddresses: [] }),
    );
    expect(changes[0].change).toEqual({
      kind: 'ApplicationChanged',
      before,
      after,
      passwordChanged: false,
    });
    const repeated = await run((transaction) =>
      transaction.changeApplication(before.id, { active: false }),
    );
    expect(repeated.changes).toEqual([]);
    const changed = await run((transaction) =>
      transaction.changeApplication(before.id, {
        password: { hash: 'another', previousUntil: null },
      }),
    );
    expect(changed.changes[0].change).toMatchObject({ passwordChanged: true });
    expect(await store.reader.applicationByName('Jenkins')).toEqual({
      application: after,
      passwordHash: 'another',
      previousPasswordHash: null,
    });
    const until = new Date('2026-03-01T12:00:00.000Z');
    const { value: rotated } = await run((transaction) =>
      transaction.changeApplication(before.id, {
        password: { hash: 'a third', previousUntil: until },
        directories: [{ directoryId: asId(1), permissions: ['ADD_USER'] }],
        membershipMode: 'ALL_DIRECTORIES',
        description: 'builds',
      }),
    );
    expect(rotated).toEqual({
      ...after,
      description: 'builds',
      directories: [{ directoryId: 1, permissions: ['ADD_USER'] }],
      membershipMode: 'ALL_DIRECTORIES',
      previousPasswordUntil: until.toISOString(),
    });
    expect(await store.reader.applicationByName('Jenkins')).toEqual({
      application: rotated,
      passwordHash: 'a third',
      previousPasswordHash: 'another',
    });
    await run((transaction) => transaction.removeApplication(before.id));
    expect(await store.reader.applications()).toEqual([]);
    const log = await store.reader.changes({ after: null, limit: 100 });
    expect(JSON.stringify(log)).not.toContain(passwordHash);
    const unknown = run((transaction) => transaction.removeApplication(asId(987_654)));
    expect(await codeOf(unknown)).toBe('NOT_FOUND');
  });
});
