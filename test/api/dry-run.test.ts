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
import { type Caller, OPERATOR, type Served, serve } from './served.js';

interface Told {
  readonly revision: number;
  readonly preview: {
    readonly revision: number;
    readonly refusals: readonly { code: string; message: string; confirmable: boolean }[];
    readonly permissions: readonly { permission: string; gainedCount: number; lostCount: number }[];
    readonly seatsBefore: { used: number; limit: number | null };
    readonly seatsAfter: { used: number; limit: number | null };
  };
}

const TOLD = `revision preview {
  revision refusals { code message confirmable }
  permissions { permission gainedCount lostCount }
  seatsBefore { used limit } seatsAfter { used limit }
}`;

describeEachDatabase('a dry run', (database) => {
  let served: Served;
  let ids: CompanyIds;
  let staff: string;
  let partners: string;
  let grant: string;
  let off: string;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    const { store } = served.gateway;
    ids = await settleCompany(store);
    staff = idOf('Directory', ids.staff.id);
    const { value } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const directory = await addDirectory(transaction, { name: 'Partners' });
      await transaction.addUsers(directory.id, [person('lin'), person('pia')]);
      const off = await addDirectory(transaction, { name: 'Off' });
      await transaction.changeDirectory(off.id, { active: false });
      return { directory, off, grants: await transaction.grants() };
    });
    partners = idOf('Directory', value.directory.id);
    off = idOf('Directory', value.off.id);
    grant = idOf('Grant', value.grants.find(({ permission }) => permission === 'ADMIN')!.id);
  });
  afterAll(() => served.close());

  const revision = () => served.gateway.store.reader.revision();
  const dryRun = async (as: Caller, field: string) => {
    const { done } = await served.read<{ done: Told }>(
      as,
      `mutation { done: ${field} { ${TOLD} } }`,
    );
    return done;
  };
  const moved = ({ preview }: Told, way: 'gainedCount' | 'lostCount') =>
    Object.fromEntries(
      preview.permissions
        .filter((permission) => permission[way] > 0)
        .map((permission) => [permission.permission, permission[way]]),
    );

  it.each([
    {
      name: 'addDirectory',
      field: () => 'addDirectory(input: { name: "New", type: INTERNAL }, dryRun: true)',
    },
    {
      name: 'editDirectory',
      field: () => `editDirectory(id: "${staff}", input: { nestedGroups: false }, dryRun: true)`,
    },
    { name: 'enableDirectory', field: () => `enableDirectory(id: "${off}", dryRun: true)` },
    { name: 'disableDirectory', field: () => `disableDirectory(id: "${partners}", dryRun: true)` },
    { name: 'removeDirectory', field: () => `removeDirectory(id: "${off}", dryRun: true)` },
    {
      name: 'moveDirectory',
      field: (at: number) =>
        `moveDirectory(id: "${partners}", position: 1, expectedRevision: ${at}, dryRun: true)`,
    },
    {
      name: 'reorderDirectories',
      field: (at: number) =>
        `reorderDirectories(order: ["${off}", "${partners}", "${staff}"], expectedRevision: ${at}, dryRun: true)`,
    },
    { name: 'createUser', field: () => 'createUser(input: { name: "zoe" }, dryRun: true)' },
    {
      name: 'changeUser',
      field: () => `changeUser(id: "${ids.users.lin}", input: { active: false }, dryRun: true)`,
    },
    { name: 'removeUser', field: () => `removeUser(id: "${ids.users.max}", dryRun: true)` },
    { name: 'createGroup', field: () => 'createGroup(input: { name: "guests" }, dryRun: true)' },
    {
      name: 'changeGroup',
      field: () =>
        `changeGroup(id: "${ids.groups.developers}", input: { name: "makers" }, dryRun: true)`,
    },
    {
      name: 'removeGroup',
      field: () => `removeGroup(id: "${ids.groups.developers}", dryRun: true)`,
    },
    {
      name: 'addMember',
      field: () =>
        `addMember(group: "${ids.groups.developers}", member: { type: USER, name: "nil" }, dryRun: true)`,
    },
    {
      name: 'removeMember',
      field: () =>
        `removeMember(group: "${ids.groups.developers}", member: { type: USER, name: "max" }, dryRun: true)`,
    },
    {
      name: 'grantPermission',
      field: () =>
        'grantPermission(permission: "ADMIN", subject: { type: GROUP, name: "developers" }, dryRun: true)',
    },
    {
      name: 'revokePermission',
      field: () =>
        'revokePermission(permission: "ADMIN", subject: { type: GROUP, name: "jira-administrators" }, dryRun: true)',
    },
    { name: 'revokeGrant', field: () => `revokeGrant(id: "${grant}", dryRun: true)` },
    {
      name: 'setMembershipMode',
      field: () => 'setMembershipMode(mode: ALL_DIRECTORIES, dryRun: true)',
    },
    { name: 'setLicenceLimit', field: () => 'setLicenceLimit(limit: 1, dryRun: true)' },
  ])('of $name writes nothing, tells nobody and answers with a preview', async ({ field }) => {
    const { gateway } = served;
    const before = await revision();
    const snapshot = await comparable();
    const heard: unknown[] = [];
    const stop = gateway.live.listen((changes) => heard.push(...changes));
    const told = await dryRun(SAM, field(before));
    stop();
    expect(told.revision).toBe(before);
    expect(told.preview.revision).toBe(before);
    expect(await revision()).toBe(before);
    expect(gateway.live.index.revision).toBe(before);
    expect(heard).toEqual([]);
    expect(await comparable()).toEqual(snapshot);
  });

  it('is told in numbers that the change then makes true', async () => {
    const call = (args: string) =>
      `addMember(group: "${ids.groups['jira-administrators']}", member: { type: USER, name: "lin" }${args})`;
    const told = await dryRun(SAM, call(', dryRun: true'));
    expect(moved(told, 'gainedCount')).toEqual({ PROJECT_CREATE: 1, ADMIN: 1 });
    expect(moved(told, 'lostCount')).toEqual({});
    expect(told.preview.seatsAfter).toEqual(told.preview.seatsBefore);
    const { done } = await served.read<{ done: { preview: unknown } }>(
      SAM,
      `mutation { done: ${call('')} { preview { revision } } }`,
    );
    expect(done.preview).toBeNull();
    const { diff } = await served.read<{ diff: Told['preview'] }>(
      SAM,
      `{ diff(from: ${told.revision}) { permissions { permission gainedCount lostCount } refusals { code } } }`,
    );
    expect(diff.permissions).toEqual(told.preview.permissions);
    expect(diff.refusals).toEqual([]);
    await served.read(
      SAM,
      `mutation { removeMember(group: "${ids.groups['jira-administrators']}", member: { type: USER, name: "lin" }) { revision } }`,
    );
  });

  it.each(['', ', confirm: [WOULD_LOCK_OUT_VIEWER, NO_SYS_ADMIN_LEFT]'])(
    'tells what has to be confirmed instead of refusing%s',
    async (confirm) => {
      const told = await dryRun(SAM, `disableDirectory(id: "${staff}", dryRun: true${confirm})`);
      expect(told.preview.refusals.map(({ code, confirmable }) => [code, confirmable])).toEqual([
        ['WOULD_LOCK_OUT_VIEWER', true],
        ['NO_SYS_ADMIN_LEFT', true],
      ]);
      expect(told.preview.refusals[0].message).toContain('SYS_ADMIN');
      expect(moved(told, 'lostCount')).toMatchObject({ SYS_ADMIN: 1 });
    },
  );

  it('goes on refusing what nobody can confirm', async () => {
    const code = (as: Caller, field: string) =>
      served.codeOf(as, `mutation { ${field} { revision } }`);
    const outranked =
      'grantPermission(permission: "SYS_ADMIN", subject: { type: USER, name: "lin" }, dryRun: true)';
    expect(await code(ADA, outranked)).toBe('TARGET_OUTRANKS_VIEWER');
    const unmasking = `removeUser(id: "${ids.users.sam}", dryRun: true)`;
    expect(await code(ADA, unmasking)).toBe('TARGET_OUTRANKS_VIEWER');
    expect(await code(SAM, unmasking)).toBe('WOULD_REMOVE_SELF');
    const stale = `reorderDirectories(order: [], expectedRevision: 0, dryRun: true)`;
    expect(await code(SAM, stale)).toBe('REVISION_CONFLICT');
    const active = `removeDirectory(id: "${partners}", dryRun: true)`;
    expect(await code(SAM, active)).toBe('DIRECTORY_STILL_ACTIVE');
    const long = `createUser(input: { name: "zoe", password: "" }, dryRun: true)`;
    expect(await code(ADA, long)).toBe('INPUT_INVALID');
  });

  it('answers with the payload as it would be', async () => {
    const at = await revision();
    const data = await served.read(
      SAM,
      `mutation {
        created: createUser(input: { name: "pia", displayName: "Pia P" }, dryRun: true) {
          user { name displayName masked otherEntries { masked directory { name } }
            groups { totalCount } effectivePermissions { permissions { permission } } } }
        renamed: changeUser(id: "${ids.users.max}", input: { name: "maxine" }, dryRun: true) {
          user { name groups(nested: true) { nodes { name } } check(permission: "LICENSED_USER") } }
        order: moveDirectory(id: "${partners}", position: 1, expectedRevision: ${at}, dryRun: true) {
          directories { name position } }
        edited: editDirectory(id: "${partners}", input: { name: "Friends" }, dryRun: true) {
          directory { name userCount } }
        group: changeGroup(id: "${ids.groups.visitors}", input: { name: "guests" }, dryRun: true) {
          group { name description effectivePermissions } }
        licence: setLicenceLimit(limit: 2, dryRun: true) { licence { limit used overLimit }
          preview { crossings { threshold direction } } }
        mode: setMembershipMode(mode: ALL_DIRECTORIES, dryRun: true) { membershipMode }
      }`,
    );
    expect(data).toEqual({
      created: {
        user: {
          name: 'pia',
          displayName: 'Pia P',
          masked: false,
          otherEntries: [{ masked: true, directory: { name: 'Partners' } }],
          groups: { totalCount: 0 },
          effectivePermissions: { permissions: [] },
        },
      },
      renamed: {
        user: {
          name: 'maxine',
          groups: { nodes: [{ name: 'bitbucket-users' }, { name: 'developers' }] },
          check: true,
        },
      },
      order: {
        directories: [
          { name: 'Partners', position: 1 },
          { name: 'Staff', position: 2 },
          { name: 'Off', position: 3 },
        ],
      },
      edited: { directory: { name: 'Friends', userCount: 2 } },
      group: { group: { name: 'guests', description: 'The visitors', effectivePermissions: [] } },
      licence: {
        licence: { limit: 2, used: 4, overLimit: true },
        preview: {
          crossings: [
            { threshold: 90, direction: 'UP' },
            { threshold: 100, direction: 'UP' },
          ],
        },
      },
      mode: { membershipMode: 'ALL_DIRECTORIES' },
    });
  });

  it('leaves the old password in force', async () => {
    const change = `mutation { changeUser(id: "${ids.users.lin}", input: { password: "another one" }, dryRun: true) { revision } }`;
    await served.read(ADA, change);
    expect(await served.codeOf(LIN, '{ revision }')).toBeNull();
    expect(await served.codeOf({ ...LIN, password: 'another one' }, '{ revision }')).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('is only wanted when it is asked for', async () => {
    for (const args of ['', ', dryRun: false', ', dryRun: null']) {
      const before = await revision();
      const query = `mutation { setLicenceLimit(limit: ${before}${args}) { revision preview { revision } } }`;
      expect(await served.read(OPERATOR, query)).toEqual({
        setLicenceLimit: { revision: before + 1, preview: null },
      });
    }
  });

  /** Rows come in no promised order. */
  async function comparable(): Promise<unknown> {
    const snapshot = await served.gateway.store.reader.snapshot();
    return {
      ...snapshot,
      directories: snapshot.directories.map(({ directory, users, groups, memberships }) => [
        directory,
        Array.from(users.ids, (id, i) => `${id} ${users.names[i]} ${users.active[i]}`).sort(),
        Array.from(groups.ids, (id, i) => `${id} ${groups.names[i]}`).sort(),
        Array.from(memberships.groups, (id, i) => `${id} ${memberships.users[i]}`).sort(),
      ]),
    };
  }
});
