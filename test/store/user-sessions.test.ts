import { beforeEach, expect, test } from '@jest/globals';
import {
  APPLICATION_DEFAULTS,
  asId,
  type Directory,
  EMPTY_REPORT,
  nameKey,
  type SessionBearer,
  type TokenDigest,
  type User,
  type UserSession,
} from '../../src/domain/index.js';
import type { GatehouseStore, StoreTransaction } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import { addInternal, addRemote, codeOf, OPERATOR, SetClock, userFacts } from './builders.js';
import { rawRows } from './raw-rows.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const digest = (name: string) => name as TokenDigest;

describeEachDatabase('sessions', (database) => {
  let url: string;
  let clock: SetClock;
  let store: GatehouseStore;
  let directory: Directory;
  let users: readonly User[];

  beforeEach(async () => {
    url = await database.create();
    clock = new SetClock();
    store = await database.open({ url, clock });
    directory = await addInternal(store, 'Staff');
    const { value } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(
        directory.id,
        ['Ünal', 'kim'].map((name) => userFacts(name)),
      ),
    );
    users = value;
  });

  const bearerOf = ({ directoryId, id, nameKey: key }: User): SessionBearer => {
    return { type: 'USER', directoryId, userId: id, nameKey: key };
  };
  const ofUser = (name: string, rest: Partial<UserSession> = {}): UserSession => ({
    digest: digest(name),
    bearer: bearerOf(users[0]),
    passwordDigest: null,
    applicationId: null,
    vouchedFor: false,
    createdAt: clock.now(),
    lastSeenAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + 12 * HOUR),
    idleMs: 30 * MINUTE,
    factors: [],
    ...rest,
  });
  const add = async (...sessions: UserSession[]) => {
    for (const session of sessions) await store.userSessions.add(session);
  };
  const later = (ms: number) => new Date(clock.now().getTime() + ms);
  const left = async () => {
    const rows = await rawRows(url, 'SELECT digest FROM user_session');
    return rows.map((row) => String(row.digest)).sort();
  };

  test('are kept as they are, those of a user and those of the operator', async () => {
    const factors = [{ name: 'remote_address', digest: 'x'.repeat(43) }];
    const one = ofUser('One', { factors, applicationId: asId(7), vouchedFor: true });
    const account: SessionBearer = { type: 'BREAK_GLASS', nameKey: nameKey('Operator') };
    const two = ofUser('one', { bearer: account, passwordDigest: 'y'.repeat(43) });
    await add(one, two);
    const other = await database.open({ url });
    expect(await other.userSessions.find(digest('One'))).toEqual(one);
    expect(await other.userSessions.find(digest('one'))).toEqual(two);
    expect(await other.userSessions.find(digest('ONE'))).toBeNull();
  });

  test('are told in pages, newest first, without those that are over and those of others', async () => {
    await add(ofUser('old'));
    clock.advance(MINUTE);
    await add(ofUser('b'), ofUser('a'), ofUser('else', { bearer: bearerOf(users[1]) }));
    clock.advance(MINUTE);
    await add(ofUser('over', { expiresAt: later(5) }), ofUser('idle', { idleMs: 5 }));
    await add(ofUser('new', { expiresAt: later(6), idleMs: 6 }));
    const told = async (first: number, after: UserSession | null = null) => {
      const page = { first, after };
      const found = await store.userSessions.page(bearerOf(users[0]), later(5), page);
      return { ...found, items: found.items.map((session) => String(session.digest)) };
    };
    const after = (name: string) => store.userSessions.find(digest(name));
    expect(await told(9)).toEqual({ items: ['new', 'a', 'b', 'old'], hasMore: false, total: 4 });
    expect(await told(2)).toEqual({ items: ['new', 'a'], hasMore: true, total: 4 });
    expect(await told(2, await after('a'))).toEqual({
      items: ['b', 'old'],
      hasMore: false,
      total: 4,
    });
    expect(await codeOf(told(0))).toBe('PAGE_INVALID');
  });

  test('are noted as seen unless that has been noted of late, whoever notes it', async () => {
    const session = ofUser('one', { expiresAt: later(45 * MINUTE) });
    await add(session);
    const other = await database.open({ url });
    const seen = async () => {
      const [row] = await rawRows(url, 'SELECT last_seen_at, ends_at FROM user_session');
      const times = [row.last_seen_at, row.ends_at].map(Number);
      return times.map((at) => (at - clock.now().getTime()) / MINUTE);
    };
    await store.userSessions.noteSeen(session, later(2 * MINUTE), later(MINUTE));
    expect(await seen()).toEqual([2, 32]);
    await other.userSessions.noteSeen(session, later(2.5 * MINUTE), later(1.5 * MINUTE));
    expect(await seen()).toEqual([2, 32]);
    await other.userSessions.noteSeen(session, later(20 * MINUTE), later(19 * MINUTE));
    expect(await seen()).toEqual([20, 45]);
  });

  test('end one by one, all of one bearer, and by their time', async () => {
    const account: SessionBearer = { type: 'BREAK_GLASS', nameKey: nameKey('Ünal') };
    const ofKim = { bearer: bearerOf(users[1]) };
    await add(ofUser('a'), ofUser('b'), ofUser('c'), ofUser('d'), ofUser('kim', ofKim));
    await add(ofUser('account', { bearer: account }));
    expect(await store.userSessions.end(digest('a'))).toBe(true);
    expect(await store.userSessions.end(digest('a'))).toBe(false);
    expect(await store.userSessions.endAllOf(bearerOf(users[0]), digest('c'))).toBe(2);
    expect(await left()).toEqual(['account', 'c', 'kim']);
    expect(await store.userSessions.endAllOf(account, null)).toBe(1);
    await add(ofUser('brief', { idleMs: MINUTE }));
    expect(await store.userSessions.forgetOver(later(MINUTE - 1))).toBe(0);
    expect(await store.userSessions.forgetOver(later(MINUTE))).toBe(1);
    expect(await left()).toEqual(['c', 'kim']);
  });

  const changes: readonly {
    readonly name: string;
    readonly change: (transaction: StoreTransaction) => Promise<unknown>;
    readonly ends: boolean;
  }[] = [
    {
      name: 'the user is removed',
      change: (transaction) => transaction.removeUsers([users[0].id]),
      ends: true,
    },
    {
      name: 'the user is switched off',
      change: (transaction) => changed(transaction, { active: false }),
      ends: true,
    },
    {
      name: 'the user is switched off and on again in one step',
      change: async (transaction) => {
        await changed(transaction, { active: false });
        await changed(transaction, { active: true });
      },
      ends: true,
    },
    {
      name: 'the user has another name',
      change: (transaction) => changed(transaction, { name: 'Uenal' }),
      ends: true,
    },
    {
      name: 'the name is another person',
      change: (transaction) => changed(transaction, { externalId: 'another' }),
      ends: true,
    },
    {
      name: 'the name is spelt otherwise',
      change: (transaction) => changed(transaction, { name: 'üNAL', email: 'u@example.org' }),
      ends: false,
    },
    {
      name: 'the password is another',
      change: (transaction) => transaction.setPasswordHash(users[0].id, 'hash'),
      ends: true,
    },
    {
      name: 'there is no password any more',
      change: async (transaction) => {
        await transaction.setPasswordHash(users[0].id, 'hash');
        await transaction.removePassword(users[0].id);
      },
      ends: true,
    },
    {
      name: 'the directory is switched off',
      change: (transaction) => transaction.changeDirectory(directory.id, { active: false }),
      ends: true,
    },
    {
      name: 'the directory has another name',
      change: (transaction) => transaction.changeDirectory(directory.id, { name: 'People' }),
      ends: false,
    },
    {
      name: 'the directory is removed',
      change: async (transaction) => {
        await transaction.changeDirectory(directory.id, { active: false });
        await transaction.removeDirectory(directory.id);
      },
      ends: true,
    },
  ];
  const changed = (transaction: StoreTransaction, facts: Partial<User>) =>
    transaction.changeUsers([{ id: users[0].id, facts: { ...userFacts('Ünal'), ...facts } }]);

  test.each(changes)('when $name: ended is $ends, in the same step', async ({ change, ends }) => {
    await addInternal(store, 'Other');
    await add(ofUser('one'));
    const refused = store.transact(OPERATOR, async (transaction) => {
      await change(transaction);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await left()).toEqual(['one']);
    await store.transact(OPERATOR, change);
    expect(await left()).toEqual(ends ? [] : ['one']);
  });

  test('of users whose password expires end, and of those who are spared do not', async () => {
    await store.transact(OPERATOR, async (transaction) => {
      for (const { id } of users) await transaction.setPasswordHash(id, 'hash');
    });
    await add(ofUser('one'), ofUser('spared', { bearer: bearerOf(users[1]) }));
    await store.transact(OPERATOR, (transaction) =>
      transaction.expirePasswords(directory.id, [users[1].id]),
    );
    expect(await left()).toEqual(['spared']);
  });

  test('of an application end with it, and those of others do not', async () => {
    const { value: application } = await store.transact(OPERATOR, (transaction) =>
      transaction.addApplication({
        ...APPLICATION_DEFAULTS,
        name: 'Wiki',
        passwordHash: 'hash',
        remoteAddresses: [],
      }),
    );
    await add(ofUser('one', { applicationId: application.id }), ofUser('two'));
    await store.transact(OPERATOR, (transaction) =>
      transaction.changeApplication(application.id, { name: 'Wikis' }),
    );
    expect(await left()).toEqual(['one', 'two']);
    await store.transact(OPERATOR, (transaction) => transaction.removeApplication(application.id));
    expect(await left()).toEqual(['two']);
  });

  test('of users whom a reload leaves out, switches off or renames end with it', async () => {
    const { id } = await addRemote(store, 'Jira');
    const names = ['stays', 'gone', 'off', 'renamed'];
    const { value: copied } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(
        id,
        names.map((name) => userFacts(name)),
      ),
    );
    for (const user of copied) await add(ofUser(user.name, { bearer: bearerOf(user) }));
    await add(ofUser('elsewhere'));
    const { generation, run, ...reload } = await reloadOf(store, id);
    const facts = [{ email: 'new' }, null, { active: false }, { name: 'another' }];
    await reload.addUsers(
      copied.flatMap((user, i) => {
        const other = facts[i];
        return other ? { id: user.id, facts: { ...userFacts(user.name), ...other } } : [];
      }),
    );
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.switchGeneration(id, generation);
      await transaction.finishRun(run.id, EMPTY_REPORT, 'NOT_SUPPORTED');
    });
    expect(await left()).toEqual(['elsewhere', 'stays']);
  });
});
