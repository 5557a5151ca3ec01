import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { asId, type DirectoryId } from '../../src/domain/index.js';
import { tidyUp } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { HELD } from '../support/runs.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  ScriptedRemote,
} from '../support/scripted-remote.js';
import { ADA, SAM, settleCompany } from './company.js';
import { type Served, serve } from './served.js';

const DAY_MS = 24 * 60 * 60_000;
const START = new Date(Date.UTC(2024, 0, 1)).toISOString();

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly stays: boolean;
  readonly groups: readonly string[];
  readonly deletedAt: string;
  readonly purgeAt: string | null;
}

interface SetAside {
  readonly id: string;
  readonly permission: string;
  readonly userName: string;
}

/** `name`, or `name=id`; all are in the group `devs`. */
function documentOf(...people: readonly string[]): RemoteDocument {
  const users = people.map((person) => {
    const [name, externalId = `id-of-${name}`] = person.split('=');
    return remoteUser(name, { externalId });
  });
  return {
    users,
    groups: [remoteGroup('devs')],
    memberships: [
      remoteMembers(
        'devs',
        users.map(({ name }) => name),
      ),
    ],
  };
}

describeEachDatabase('deleted users', (database) => {
  let served: Served;
  let clock: StandingClock;
  let directory: string;
  let document: RemoteDocument;
  let directories = 0;

  beforeAll(async () => {
    clock = new StandingClock();
    served = await serve({
      url: await database.create(),
      clock,
      connect: () => new ScriptedRemote(document),
    });
    await settleCompany(served.gateway.store);
  });
  afterAll(() => served.close());

  beforeEach(async () => {
    directories += 1;
    const name = `Jira ${directories}`;
    const { addDirectory } = await served.read<{ addDirectory: { directory: { id: string } } }>(
      SAM,
      'mutation ($input: AddDirectoryInput!) { addDirectory(input: $input) { directory { id } } }',
      {
        input: {
          name,
          type: 'JIRA',
          nestedGroups: false,
          applicationPassword: 'secret',
          connection: {
            serverUrl: 'https://jira.example.org',
            applicationName: 'gatehouse',
            mostRemovedPercent: 100,
            tombstoneDays: 3,
          },
        },
      },
    );
    directory = addDirectory.directory.id;
  });

  const synchronise = async (...people: readonly string[]) => {
    document = documentOf(...people);
    const { run } = (
      await served.read<{ run: { run: { outcome: string } } }>(
        SAM,
        'mutation ($id: ID!) { run: synchroniseDirectory(id: $id) { run { outcome } } }',
        { id: directory },
      )
    ).run;
    expect(run.outcome).toBe('SUCCEEDED');
  };
  const deleted = async () => {
    const { deletedUsers } = await served.read<{ deletedUsers: { nodes: Listed[] } }>(
      ADA,
      'query ($id: ID!) { deletedUsers(directory: $id) { nodes { id name stays groups deletedAt purgeAt } } }',
      { id: directory },
    );
    return deletedUsers.nodes;
  };
  const setAside = async () => {
    const { setAsideGrants } = await served.read<{ setAsideGrants: { nodes: SetAside[] } }>(
      ADA,
      '{ setAsideGrants { nodes { id permission userName } } }',
    );
    return setAsideGrants.nodes;
  };
  const grant = (name: string, permission = 'LICENSED_USER') =>
    served.read(
      SAM,
      'mutation ($permission: PermissionKey!, $name: String!) { grantPermission(permission: $permission, subject: { type: USER, name: $name }) { revision } }',
      { permission, name },
    );
  const check = async (name: string, permission = 'LICENSED_USER') => {
    const query =
      'query ($name: String!, $permission: PermissionKey!) { check(user: $name, permission: $permission) }';
    const told = await served.read<{ check: boolean }>(ADA, query, { name, permission });
    return told.check;
  };
  const RESTORE =
    'mutation ($id: ID!) { restoreUser(deletedUser: $id) { user { name groups { nodes { name } } } } }';
  const PURGE = 'mutation ($id: ID!) { purgeDeletedUser(deletedUser: $id) { removedId } }';
  const CONFIRM =
    'mutation ($id: ID!) { confirmSetAsideGrant(id: $id) { grant { permission subjectName } } }';
  const DISMISS =
    'mutation ($id: ID!) { dismissSetAsideGrant(id: $id) { setAsideGrant { userName } } }';

  it('are listed page by page, newest first, with the time of their purge', async () => {
    await synchronise('kim', 'lee', 'pat');
    await synchronise('kim', 'lee');
    clock.advance(1_000);
    await synchronise('kim');
    const all = await deleted();
    const day = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
    expect(all).toEqual([
      {
        id: expect.any(String),
        name: 'lee',
        stays: false,
        groups: ['devs'],
        deletedAt: day(0),
        purgeAt: day(3 * DAY_MS),
      },
      expect.objectContaining({ name: 'pat', deletedAt: START }),
    ]);
    const page = `query ($id: ID!, $after: String) { deletedUsers(directory: $id, first: 1, after: $after) {
      totalCount nodes { name } pageInfo { hasNextPage endCursor } } }`;
    const first = await served.read<{
      deletedUsers: { pageInfo: { endCursor: string } };
    }>(ADA, page, { id: directory });
    expect(first.deletedUsers).toMatchObject({
      totalCount: 2,
      nodes: [{ name: 'lee' }],
      pageInfo: { hasNextPage: true },
    });
    const after = first.deletedUsers.pageInfo.endCursor;
    expect(await served.read(ADA, page, { id: directory, after })).toMatchObject({
      deletedUsers: { nodes: [{ name: 'pat' }], pageInfo: { hasNextPage: false } },
    });
    const node = `query ($id: ID!) { node(id: $id) { id ... on DeletedUser { name } } }`;
    expect(await served.read(ADA, node, { id: all[0].id })).toEqual({
      node: { id: all[0].id, name: 'lee' },
    });
  });

  it('are restored with their groups, and stay until the server names them again', async () => {
    await synchronise('kim', 'ray');
    await synchronise('kim');
    const [{ id }] = await deleted();
    expect(await served.read(SAM, RESTORE, { id })).toEqual({
      restoreUser: { user: { name: 'ray', groups: { nodes: [{ name: 'devs' }] } } },
    });
    await synchronise('kim', 'new');
    expect(await deleted()).toMatchObject([{ name: 'ray', stays: true, purgeAt: null }]);
    expect(await served.codeOf(SAM, RESTORE, { id })).toBe('INPUT_INVALID');
    await synchronise('kim', 'ray');
    expect(await deleted()).toMatchObject([{ name: 'new', stays: false }]);
    const groups = '{ user(name: "ray") { groups { nodes { name } } } }';
    expect(await served.read(ADA, groups)).toEqual({
      user: { groups: { nodes: [{ name: 'devs' }] } },
    });
  });

  it('are not restored under a name that is taken, nor beside a run', async () => {
    await synchronise('kim', 'tom=1');
    await synchronise('kim', 'tom=2');
    const [{ id }] = await deleted();
    expect(await served.codeOf(SAM, RESTORE, { id })).toBe('NAME_TAKEN');
    const row = Number(Buffer.from(directory, 'base64url').toString().split(':')[1]);
    await served.gateway.store.runs.start(asId<DirectoryId>(row), HELD);
    expect(await served.codeOf(SAM, RESTORE, { id })).toBe('SYNCHRONISATION_RUNNING');
    expect(await served.codeOf(SAM, PURGE, { id })).toBe('SYNCHRONISATION_RUNNING');
  });

  it('are purged by hand with the grants to a name that nobody bears', async () => {
    await synchronise('kim', 'una', 'max');
    await grant('una');
    await grant('max');
    await synchronise('kim');
    for (const { id } of await deleted()) {
      expect(await served.read(SAM, PURGE, { id })).toEqual({
        purgeDeletedUser: { removedId: id },
      });
      expect(await served.codeOf(SAM, PURGE, { id })).toBe('NOT_FOUND');
    }
    expect(await deleted()).toEqual([]);
    const { grants } = await served.gateway.store.reader.snapshot();
    const users = grants.filter(({ subjectType }) => subjectType === 'USER');
    // The company's own directory has a `max`.
    expect(users.map(({ subjectName }) => subjectName)).toEqual(['max']);
    await synchronise('kim', 'una');
    expect(await check('una')).toBe(false);
  });

  it('are purged in the upkeep once their time is over', async () => {
    await synchronise('kim', 'vic');
    await grant('vic');
    await synchronise('kim');
    clock.advance(3 * DAY_MS - 1);
    await tidyUp(served.gateway);
    expect(await deleted()).toHaveLength(1);
    clock.advance(1);
    const before = await served.gateway.store.reader.revision();
    await tidyUp(served.gateway);
    expect(await deleted()).toEqual([]);
    const after = { revision: before, ordinal: Number.MAX_SAFE_INTEGER };
    expect(await served.gateway.store.reader.changes({ after, limit: 10 })).toMatchObject([
      { origin: { type: 'GATEWAY' }, change: { kind: 'GrantRemoved' } },
    ]);
    await tidyUp(served.gateway);
    expect(await served.gateway.store.reader.revision()).toBe(before + 1);
  });

  it('leave grants to administrators to decide about, up to what they hold', async () => {
    await synchronise('kim', 'wim=1');
    await grant('wim', 'SYS_ADMIN');
    await grant('wim', 'LICENSED_USER');
    await synchronise('kim', 'wim=2');
    expect(await check('wim')).toBe(false);
    const [one, other] = await setAside();
    const [strong, weak] = one.permission === 'SYS_ADMIN' ? [one, other] : [other, one];
    expect(strong).toMatchObject({ permission: 'SYS_ADMIN', userName: 'wim' });
    expect(await served.codeOf(ADA, CONFIRM, { id: strong.id })).toBe('TARGET_OUTRANKS_VIEWER');
    expect(await served.codeOf(ADA, DISMISS, { id: strong.id })).toBe('TARGET_OUTRANKS_VIEWER');
    expect(await served.read(ADA, DISMISS, { id: weak.id })).toEqual({
      dismissSetAsideGrant: { setAsideGrant: { userName: 'wim' } },
    });
    expect(await check('wim')).toBe(false);
    expect(await served.read(SAM, CONFIRM, { id: strong.id })).toEqual({
      confirmSetAsideGrant: { grant: { permission: 'SYS_ADMIN', subjectName: 'wim' } },
    });
    expect(await check('wim', 'SYS_ADMIN')).toBe(true);
    expect(await setAside()).toEqual([]);
    expect(await served.codeOf(SAM, CONFIRM, { id: strong.id })).toBe('NOT_FOUND');
  });

  it('and renamed ones are previewed as a run treats them', async () => {
    await served.read(
      SAM,
      `mutation ($id: ID!) { editDirectory(id: $id, input: { connection: { onUserRemoved: DEACTIVATE } }) { revision } }`,
      { id: directory },
    );
    await synchronise('xia=1', 'yul=2', 'zoe=3');
    await grant('xia');
    await grant('zoe');
    document = documentOf('xiaoli=1', 'yul=2');
    const told = await served.read<{
      previewSynchronisation: { counts: object; preview: object };
    }>(
      SAM,
      `query ($id: ID!) { previewSynchronisation(directory: $id) { counts { usersAdded usersChanged usersRemoved }
        preview { permission(key: "LICENSED_USER") { gained { nodes { userName } } lost { nodes { userName } } } } } }`,
      { id: directory },
    );
    expect(told.previewSynchronisation).toEqual({
      counts: { usersAdded: 0, usersChanged: 2, usersRemoved: 1 },
      preview: {
        permission: {
          gained: { nodes: [{ userName: 'xiaoli' }] },
          lost: { nodes: [{ userName: 'xia' }, { userName: 'zoe' }] },
        },
      },
    });
    await synchronise('xiaoli=1', 'yul=2');
    expect(await Promise.all(['xia', 'xiaoli', 'zoe'].map((name) => check(name)))).toEqual([
      false,
      true,
      false,
    ]);
    expect(await deleted()).toMatchObject([{ name: 'zoe', stays: true }]);
  });
});
