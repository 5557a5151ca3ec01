import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { addDirectory, type CompanyIds, idOf, person, SAM, settleCompany } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

describeEachDatabase('nobody is locked out unawares', (database) => {
  let served: Served;
  let ids: CompanyIds;
  /** A second directory in which `sam` is nobody in particular. */
  let partners: string;
  let staff: string;

  beforeEach(async () => {
    served = await serve({ url: await database.create() });
    ids = await settleCompany(served.gateway.store);
    const { value } = await served.gateway.store.transact(
      { type: 'OPERATOR' },
      async (transaction) => {
        const directory = await addDirectory(transaction, { name: 'Partners' });
        await transaction.addUsers(directory.id, [person('sam'), person('pia')]);
        return directory;
      },
    );
    partners = idOf('Directory', value.id);
    staff = idOf('Directory', ids.staff.id);
  });
  afterEach(() => served.close());

  const revision = async () =>
    (await served.read<{ revision: number }>(SAM, '{ revision }')).revision;

  const lockingOut: readonly {
    readonly name: string;
    readonly mutation: (confirm: string) => string | Promise<string>;
  }[] = [
    {
      name: 'reordering',
      mutation: async (confirm) =>
        `reorderDirectories(order: ["${partners}", "${staff}"], expectedRevision: ${await revision()} ${confirm}) { revision }`,
    },
    {
      name: 'moving',
      mutation: async (confirm) =>
        `moveDirectory(id: "${partners}", position: 1, expectedRevision: ${await revision()} ${confirm}) { revision }`,
    },
    {
      name: 'disabling a directory',
      mutation: (confirm) => `disableDirectory(id: "${staff}" ${confirm}) { revision }`,
    },
    {
      name: 'revoking a permission',
      mutation: (confirm) =>
        `revokePermission(permission: "SYS_ADMIN", subject: { type: GROUP, name: "system-administrators" } ${confirm}) { revision }`,
    },
    {
      name: 'taking a member out of a group',
      mutation: (confirm) =>
        `removeMember(group: "${ids.groups['system-administrators']}", member: { type: USER, name: "sam" } ${confirm}) { revision }`,
    },
    {
      name: 'removing a group',
      mutation: (confirm) =>
        `removeGroup(id: "${ids.groups['system-administrators']}" ${confirm}) { revision }`,
    },
    {
      name: 'renaming a group',
      mutation: (confirm) =>
        `changeGroup(id: "${ids.groups['system-administrators']}", input: { name: "others" } ${confirm}) { revision }`,
    },
    {
      name: 'deactivating a user',
      mutation: (confirm) =>
        `changeUser(id: "${ids.users.sam}", input: { active: false } ${confirm}) { revision }`,
    },
  ];

  it.each(lockingOut)('by $name', async ({ mutation }) => {
    const before = await revision();
    const attempt = async (confirm: string) =>
      served.codeOf(SAM, `mutation { ${await mutation(confirm)} }`);
    expect(await attempt('')).toBe('WOULD_LOCK_OUT_VIEWER');
    expect(await attempt(', confirm: [NO_SYS_ADMIN_LEFT]')).toBe('WOULD_LOCK_OUT_VIEWER');
    expect(await attempt(', confirm: [WOULD_LOCK_OUT_VIEWER]')).toBe('NO_SYS_ADMIN_LEFT');
    expect(await revision()).toBe(before);
    expect(await attempt(', confirm: [WOULD_LOCK_OUT_VIEWER, NO_SYS_ADMIN_LEFT]')).toBeNull();
    const { data } = await served.ask(OPERATOR, '{ check(user: "sam", permission: "SYS_ADMIN") }');
    expect(data).toEqual({ check: false });
  });

  it('says what would be lost', async () => {
    const { errors } = await served.ask(
      SAM,
      `mutation { disableDirectory(id: "${staff}") { revision } }`,
    );
    expect(errors?.[0].extensions.details).toEqual({ lost: 'SYS_ADMIN' });
  });

  it('lets the break-glass admin go on who is in no directory, but not leave nobody', async () => {
    const disable = (confirm: string) =>
      served.codeOf(
        OPERATOR,
        `mutation { disableDirectory(id: "${staff}" ${confirm}) { revision } }`,
      );
    expect(await disable('')).toBe('NO_SYS_ADMIN_LEFT');
    expect(await disable(', confirm: [NO_SYS_ADMIN_LEFT]')).toBeNull();
  });

  it('refuses a reorder by somebody who saw an older state, and tells the revision there is', async () => {
    const seen = await revision();
    await served.read(SAM, 'mutation { createUser(input: { name: "meanwhile" }) { revision } }');
    const { errors } = await served.ask(
      OPERATOR,
      `mutation { reorderDirectories(order: ["${partners}", "${staff}"], expectedRevision: ${seen}) { revision } }`,
    );
    expect(errors?.[0].extensions).toEqual({
      code: 'REVISION_CONFLICT',
      details: { expected: seen, actual: seen + 1 },
    });
  });

  it('takes an order only when it names every directory once', async () => {
    const order = async (...listed: string[]) => {
      const query = `mutation($order: [ID!]!) { reorderDirectories(order: $order, expectedRevision: ${await revision()}) { directories { name } } }`;
      return served.ask(OPERATOR, query, { order: listed });
    };
    const code = async (...listed: string[]) =>
      (await order(...listed)).errors?.[0].extensions.code;
    expect(await code(staff)).toBe('DIRECTORY_ORDER_INCOMPLETE');
    expect(await code(staff, staff)).toBe('DIRECTORY_ORDER_INCOMPLETE');
    expect(await code(staff, partners, partners)).toBe('DIRECTORY_ORDER_INCOMPLETE');
    expect(await code(staff, 'nothing')).toBe('NOT_FOUND');
    expect((await order(staff, partners)).data).toEqual({
      reorderDirectories: { directories: [{ name: 'Staff' }, { name: 'Partners' }] },
    });
  });

  it('changes who a name is with the order, and back', async () => {
    const look =
      '{ user(name: "sam") { directory { name position } otherEntries { masked maskedBy { name } } } }';
    const move = async (position: number) =>
      served.read(
        OPERATOR,
        `mutation { moveDirectory(id: "${partners}", position: ${position}, expectedRevision: ${await served.gateway.store.reader.revision()}, confirm: [NO_SYS_ADMIN_LEFT]) { directories { name position } } }`,
      );
    expect(await move(1)).toEqual({
      moveDirectory: {
        directories: [
          { name: 'Partners', position: 1 },
          { name: 'Staff', position: 2 },
        ],
      },
    });
    expect(await served.read(OPERATOR, look)).toEqual({
      user: {
        directory: { name: 'Partners', position: 1 },
        otherEntries: [{ masked: true, maskedBy: { name: 'Partners' } }],
      },
    });
    await move(2);
    expect(await served.read(OPERATOR, '{ check(user: "sam", permission: "SYS_ADMIN") }')).toEqual({
      check: true,
    });
    expect(
      await served.codeOf(
        OPERATOR,
        `mutation { moveDirectory(id: "${partners}", position: 3, expectedRevision: 0) { revision } }`,
      ),
    ).toBe('INPUT_INVALID');
  });

  it('keeps the last internal directory, and any that is still active', async () => {
    const remove = (id: string) =>
      served.codeOf(OPERATOR, `mutation { removeDirectory(id: "${id}") { removedId } }`);
    expect(await remove(partners)).toBe('DIRECTORY_STILL_ACTIVE');
    await served.read(OPERATOR, `mutation { disableDirectory(id: "${partners}") { revision } }`);
    expect(await remove(partners)).toBeNull();
    expect(await remove(staff)).toBe('LAST_INTERNAL_DIRECTORY');
  });
});
