import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import {
  ADA,
  addDirectory,
  type CompanyIds,
  idOf,
  LIN,
  person,
  SAM,
  settleCompany,
} from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

/** Who may do what to whom: Bitbucket's REST reference, permission and user management. */
describeEachDatabase('an administrator', (database) => {
  let served: Served;
  let ids: CompanyIds;
  /** Accounts that hold nothing now and system administration once somebody wakes them. */
  const asleep = { inactive: '', switchedOff: '', masked: '' };

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    ids = await settleCompany(served.gateway.store);
    await served.gateway.store.transact({ type: 'OPERATOR' }, async (transaction) => {
      // Two who hold system administration by a grant to their name; one is known further down only.
      const [root] = await transaction.addUsers(ids.staff.id, [person('root')]);
      const old = await addDirectory(transaction, { name: 'Old staff' });
      await transaction.addUsers(old.id, [person('olga'), person('lin')]);
      const [inactive] = await transaction.addUsers(ids.staff.id, [
        person('ian', { active: false }),
      ]);
      const off = await addDirectory(transaction, { name: 'Switched off' });
      const [ivy] = await transaction.addUsers(off.id, [person('ivy')]);
      const [masked] = await transaction.addUsers(old.id, [person('max')]);
      for (const [directory, user] of [
        [off, ivy],
        [old, masked],
      ] as const) {
        const [group] = await transaction.addGroups(directory.id, [
          { name: 'system-administrators', description: '', active: true },
        ]);
        await transaction.addMemberships(directory.id, [{ groupId: group.id, userId: user.id }]);
      }
      await transaction.changeDirectory(off.id, { active: false });
      await transaction.addGrant({
        permission: 'SYS_ADMIN',
        subjectType: 'USER',
        subjectName: inactive.name,
      });
      asleep.inactive = idOf('User', inactive.id);
      asleep.switchedOff = idOf('User', ivy.id);
      asleep.masked = idOf('User', masked.id);
      for (const subjectName of [root.name, 'olga', 'future']) {
        await transaction.addGrant({ permission: 'SYS_ADMIN', subjectType: 'USER', subjectName });
      }
    });
  });
  afterAll(() => served.close());

  const outranked: readonly {
    readonly name: string;
    readonly query: (ids: CompanyIds) => string;
  }[] = [
    {
      name: 'grants nothing stronger than they hold',
      query: () =>
        'grantPermission(permission: "SYS_ADMIN", subject: { type: USER, name: "lin" }) { revision }',
    },
    {
      name: 'grants nothing to a system administrator',
      query: () =>
        'grantPermission(permission: "PROJECT_CREATE", subject: { type: USER, name: "sam" }) { revision }',
    },
    {
      name: 'grants nothing to a group of system administrators',
      query: () =>
        'grantPermission(permission: "PROJECT_CREATE", subject: { type: GROUP, name: "system-administrators" }) { revision }',
    },
    {
      name: 'takes nothing back from a system administrator',
      query: () =>
        'revokePermission(permission: "SYS_ADMIN", subject: { type: USER, name: "root" }) { revision }',
    },
    {
      name: 'takes nothing back from a group of system administrators',
      query: () =>
        'revokePermission(permission: "SYS_ADMIN", subject: { type: GROUP, name: "system-administrators" }) { revision }',
    },
    {
      name: 'adds nobody to a group of system administrators',
      query: ({ groups }) =>
        `addMember(group: "${groups['system-administrators']}", member: { type: USER, name: "lin" }) { revision }`,
    },
    {
      name: 'adds no group to a group of system administrators',
      query: ({ groups }) =>
        `addMember(group: "${groups['system-administrators']}", member: { type: GROUP, name: "visitors" }) { revision }`,
    },
    {
      name: 'takes nobody out of a group of system administrators',
      query: ({ groups }) =>
        `removeMember(group: "${groups['system-administrators']}", member: { type: USER, name: "sam" }) { revision }`,
    },
    {
      name: 'removes no group of system administrators',
      query: ({ groups }) => `removeGroup(id: "${groups['system-administrators']}") { revision }`,
    },
    {
      name: 'renames no group of system administrators',
      query: ({ groups }) =>
        `changeGroup(id: "${groups['system-administrators']}", input: { name: "others" }) { revision }`,
    },
    {
      name: 'gives no other group the name of one of system administrators',
      query: ({ groups }) =>
        `changeGroup(id: "${groups.visitors}", input: { name: "System-Administrators" }) { revision }`,
    },
    {
      name: 'removes no system administrator',
      query: ({ users }) => `removeUser(id: "${users.sam}") { revision }`,
    },
    {
      name: 'sets no password of a system administrator',
      query: ({ users }) =>
        `changeUser(id: "${users.sam}", input: { password: "mine" }) { revision }`,
    },
    {
      name: 'sets no password of an inactive system administrator',
      query: () => `changeUser(id: "${asleep.inactive}", input: { password: "mine" }) { revision }`,
    },
    {
      name: 'sets no password of a system administrator in a directory that is switched off',
      query: () =>
        `changeUser(id: "${asleep.switchedOff}", input: { password: "mine" }) { revision }`,
    },
    {
      name: 'sets no password of an account that masking keeps from system administration',
      query: () => `changeUser(id: "${asleep.masked}", input: { password: "mine" }) { revision }`,
    },
    {
      name: 'deactivates no system administrator',
      query: ({ users }) => `changeUser(id: "${users.sam}", input: { active: false }) { revision }`,
    },
    {
      name: 'creates nobody with a name that is a system administrator elsewhere',
      query: () => 'createUser(input: { name: "Olga", password: "mine" }) { revision }',
    },
    {
      name: 'creates nobody with a name that waits for system administration',
      query: () => 'createUser(input: { name: "future", password: "mine" }) { revision }',
    },
    {
      name: 'renames nobody to a system administrator',
      query: ({ users }) => `changeUser(id: "${users.max}", input: { name: "olga" }) { revision }`,
    },
    {
      name: 'renames nobody to a name that waits for system administration',
      query: ({ users }) =>
        `changeUser(id: "${users.max}", input: { name: "future" }) { revision }`,
    },
  ];

  it.each(outranked)('$name', async ({ query }) => {
    const before = await served.gateway.store.reader.revision();
    expect(await served.codeOf(ADA, `mutation { ${query(ids)} }`)).toBe('TARGET_OUTRANKS_VIEWER');
    expect(await served.gateway.store.reader.revision()).toBe(before);
  });

  it('manages whoever holds as much as they do or less', async () => {
    const { users, groups } = ids;
    const data = await served.read<Record<string, { revision: number }>>(
      ADA,
      `mutation {
        a: grantPermission(permission: "ADMIN", subject: { type: USER, name: "lin" }) { revision }
        b: addMember(group: "${groups['jira-administrators']}", member: { type: USER, name: "lin" }) { revision }
        c: changeUser(id: "${users.lin}", input: { displayName: "Lin Anew", password: "a new one" }) { revision }
        d: removeMember(group: "${groups['jira-administrators']}", member: { type: USER, name: "lin" }) { revision }
        e: revokePermission(permission: "ADMIN", subject: { type: USER, name: "lin" }) { revision }
        f: createUser(input: { name: "new" }) { revision }
        g: createGroup(input: { name: "newcomers" }) { revision }
      }`,
    );
    const revisions = Object.values(data).map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.map((_, i) => revisions[0] + i));
  });

  it('makes a password that was changed the only one, at once', async () => {
    expect(await served.codeOf(LIN, '{ viewer { name } }')).toBe('UNAUTHENTICATED');
    const anew = { name: 'lin', password: 'a new one' };
    expect(await served.codeOf(anew, '{ viewer { name } }')).toBeNull();
  });

  it.each([
    { name: 'administrator', caller: ADA, id: 'ada' },
    { name: 'system administrator', caller: SAM, id: 'sam' },
  ])('who is a $name does not remove themself, confirmed or not', async ({ caller, id }) => {
    const remove = `mutation { removeUser(id: "${ids.users[id]}", confirm: [WOULD_LOCK_OUT_VIEWER, NO_SYS_ADMIN_LEFT]) { removedId } }`;
    expect(await served.codeOf(caller, remove)).toBe('WOULD_REMOVE_SELF');
  });

  it('cannot write into a directory that is a copy, nor where none permits changes', async () => {
    const { value: copy } = await served.gateway.store.transact(
      { type: 'OPERATOR' },
      (transaction) =>
        addDirectory(transaction, {
          name: 'Jira',
          type: 'JIRA',
          connection: {
            serverUrl: 'https://jira.example.org',
            applicationName: 'gatehouse',
            incremental: false,
            intervalMinutes: 60,
            connectTimeoutMs: 1_000,
            requestTimeoutMs: 1_000,
            mostRemovedPercent: 100,
            mostRemovedUsers: 1_000,
            onlyUsers: [],
            onlyGroups: [],
            onUserRemoved: 'DELETE',
            tombstoneDays: 7,
          },
          password: 'secret',
        }),
    );
    const directory = Buffer.from(`Directory:${copy.id}`).toString('base64url');
    const { errors } = await served.ask(
      OPERATOR,
      `mutation { createUser(input: { name: "x", directory: "${directory}" }) { revision } }`,
    );
    expect(errors?.[0].extensions).toEqual({
      code: 'DIRECTORY_READ_ONLY',
      details: { directory: 'Jira' },
    });
  });
});
