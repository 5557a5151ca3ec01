import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type DirectoryId, GatehouseError } from '../../src/domain/index.js';
import { previewSynchronisation } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
  ScriptedRemote,
} from '../support/scripted-remote.js';
import { ADA, idOf, SAM, settleCompany } from './company.js';
import { settleCopy } from './copied-directory.js';
import { type Served, serve } from './served.js';

interface Told {
  readonly previewSynchronisation: {
    readonly counts: Readonly<Record<string, number>>;
    readonly preview: Readonly<Record<string, unknown>>;
  };
}

interface Ran {
  readonly run: { readonly id: string; readonly outcome: string; readonly reason: string | null };
}

interface Gone {
  readonly permission: { readonly lostCount: number };
}

const QUERY = `query ($directory: ID!) { previewSynchronisation(directory: $directory) {
  counts { usersRead usersAdded usersChanged usersRemoved groupsAdded groupsRemoved
    membershipsAdded membershipsRemoved setAside }
  preview {
    refusals { code } crossings { threshold direction }
    seatsBefore { used } seatsAfter { used }
    permission(key: "LICENSED_USER") {
      gained { nodes { userName reasonAfter { derivations { message } } } }
      lost { nodes { userName before { displayName } reasonAfter { missing { reason } } } }
    }
    masked { totalCount } emptyGroups { nodes { name } }
  }
} }`;

/** What the server tells now: `jo` has left `inner`, `off` is on, `new` has come. */
const DOCUMENT: RemoteDocument = {
  users: [
    remoteUser('jo', { externalId: 'key-1' }),
    remoteUser('ada', { externalId: null }),
    remoteUser('off', { externalId: null }),
    remoteUser('new'),
    remoteUser('NEW'),
  ],
  groups: [remoteGroup('bitbucket-users'), remoteGroup('inner')],
  memberships: [remoteMembers('bitbucket-users', ['off', 'new'], ['inner'])],
};

describeEachDatabase('the preview of a synchronisation', (database) => {
  let served: Served;
  let copy: DirectoryId;
  let script: Script = {};
  let document = DOCUMENT;

  beforeAll(async () => {
    served = await serve({
      url: await database.create(),
      connect: () => new ScriptedRemote(document, script),
    });
    await settleCompany(served.gateway.store);
    copy = await settleCopy(served.gateway.store);
    await served.read(
      SAM,
      `mutation { editDirectory(id: "${idOf('Directory', copy)}", input: { nestedGroups: true }) { revision } setLicenceLimit(limit: 5) { revision } }`,
    );
  });
  afterAll(() => served.close());

  const ask = () => served.read<Told>(SAM, QUERY, { directory: idOf('Directory', copy) });
  const state = async () => ({
    revision: await served.gateway.store.reader.revision(),
    contents: await served.gateway.store.reader.contents(copy),
    runs: (await served.gateway.store.runs.page(copy, { first: 10, after: null })).items.length,
    freshness: await served.gateway.store.reader.freshness([copy]),
  });

  it('tells what a run would do, and does nothing', async () => {
    const before = await state();
    const { previewSynchronisation: told } = await ask();
    expect(told.counts).toEqual({
      usersRead: 5,
      usersAdded: 1,
      usersChanged: 2,
      usersRemoved: 0,
      groupsAdded: 0,
      groupsRemoved: 0,
      membershipsAdded: 1,
      membershipsRemoved: 1,
      setAside: 1,
    });
    const message = (name: string) =>
      `\`${name}\` is in \`bitbucket-users\`, which has been granted LICENSED_USER`;
    expect(told.preview).toEqual({
      refusals: [],
      crossings: [{ threshold: 100, direction: 'UP' }],
      seatsBefore: { used: 5 },
      seatsAfter: { used: 6 },
      permission: {
        gained: {
          nodes: ['new', 'off'].map((userName) => ({
            userName,
            reasonAfter: { derivations: [{ message: message(userName) }] },
          })),
        },
        lost: {
          nodes: [
            {
              userName: 'jo',
              before: { displayName: 'jo' },
              reasonAfter: { missing: [{ reason: 'NOT_IN_GRANTED_GROUP' }] },
            },
          ],
        },
      },
      masked: { totalCount: 0 },
      emptyGroups: { nodes: [{ name: 'inner' }] },
    });
    expect(await state()).toEqual(before);
  });

  it('is made once for all who ask meanwhile', async () => {
    let reads = 0;
    script = {
      before: ({ stream, step }) => {
        if (stream === 'users' && step === 1) reads++;
      },
    };
    const { gateway, operator } = served;
    const preview = () => previewSynchronisation(gateway, operator, copy);
    const [one, other] = await Promise.all([preview(), preview()]);
    expect(one.counts).toBe(other.counts);
    expect(reads).toBe(1);
    await preview();
    expect(reads).toBe(2);
    script = {};
  });

  it('is refused with what the run would fail with', async () => {
    script = {
      before: () => {
        throw new GatehouseError('AUTH', { server: 'https://jira.example.org/jira' });
      },
    };
    expect(await served.codeOf(SAM, QUERY, { directory: idOf('Directory', copy) })).toBe('AUTH');
    script = {};
    const { directories } = await served.read<{ directories: { nodes: { id: string }[] } }>(
      SAM,
      '{ directories { nodes { id } } }',
    );
    const staff = { directory: directories.nodes[0].id };
    expect(await served.codeOf(SAM, QUERY, staff)).toBe('NOT_SYNCHRONISABLE');
    expect(await served.codeOf(ADA, QUERY, staff)).toBe('PERMISSION_DENIED');
    expect(await ask()).toBeTruthy();
  });

  it('is what the run then does', async () => {
    const { previewSynchronisation: told } = await ask();
    const from = await served.gateway.store.reader.revision();
    const { synchroniseDirectory } = await served.read<{
      synchroniseDirectory: { run: { counts: Record<string, number>; revision: number } };
    }>(
      SAM,
      `mutation { synchroniseDirectory(id: "${idOf('Directory', copy)}") { run { revision counts {
        usersRead usersAdded usersChanged usersRemoved groupsAdded groupsRemoved
        membershipsAdded membershipsRemoved setAside } } } }`,
    );
    expect(synchroniseDirectory.run.counts).toEqual(told.counts);
    const fields =
      'permission(key: "LICENSED_USER") { gained { nodes { userName } } lost { nodes { userName } } }';
    const { diff } = await served.read<{ diff: object }>(
      SAM,
      `{ diff(from: ${from}) { ${fields} } }`,
    );
    expect(diff).toEqual({
      permission: {
        gained: { nodes: [{ userName: 'new' }, { userName: 'off' }] },
        lost: { nodes: [{ userName: 'jo' }] },
      },
    });
  });

  it('tells that a run would be held, and what it would take away; then it is dropped or released', async () => {
    const directory = idOf('Directory', copy);
    const synchronise = () =>
      served.read<{ synchroniseDirectory: Ran }>(
        SAM,
        `mutation { synchroniseDirectory(id: "${directory}") { run { id outcome reason message } } }`,
      );
    const decide = (what: string, run: string) =>
      served.ask<Readonly<Record<string, Ran>>>(
        SAM,
        `mutation { ${what}(run: "${run}") { run { id outcome reason message } } }`,
      );
    document = DOCUMENT;
    expect((await synchronise()).synchroniseDirectory.run).toMatchObject({ outcome: 'SUCCEEDED' });
    const before = await served.gateway.store.reader.contents(copy);
    document = { users: [], groups: [], memberships: [] };
    const told = await served.read<{ previewSynchronisation: { held: string; preview: Gone } }>(
      SAM,
      `{ previewSynchronisation(directory: "${directory}") {
        held preview { permission(key: "LICENSED_USER") { lostCount } } } }`,
    );
    expect(told.previewSynchronisation.held).toContain(`${before.users.length} of the`);
    expect(told.previewSynchronisation.preview.permission.lostCount).toBeGreaterThan(0);
    const { run: first } = (await synchronise()).synchroniseDirectory;
    expect(first).toMatchObject({ outcome: 'HELD', reason: 'REMOVALS_HELD' });
    expect((await decide('dropSynchronisation', first.id)).data.dropSynchronisation.run).toEqual({
      ...first,
      outcome: 'DROPPED',
    });
    expect((await decide('releaseSynchronisation', first.id)).errors?.[0].extensions.code).toBe(
      'RUN_NOT_HELD',
    );
    expect(await served.gateway.store.reader.contents(copy)).toEqual(before);
    const { run: second } = (await synchronise()).synchroniseDirectory;
    const { data } = await decide('releaseSynchronisation', second.id);
    expect(data.releaseSynchronisation.run).toMatchObject({ outcome: 'SUCCEEDED', reason: null });
    expect(data.releaseSynchronisation.run.id).not.toBe(second.id);
    expect((await served.gateway.store.reader.contents(copy)).users).toEqual([]);
    const outcomes = await served.gateway.store.runs.page(copy, { first: 3, after: null });
    expect(outcomes.items.map(({ outcome }) => outcome)).toEqual([
      'SUCCEEDED',
      'RELEASED',
      'DROPPED',
    ]);
  });
});
