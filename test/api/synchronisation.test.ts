import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { DirectoryId } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { HELD, RUN_OUT } from '../support/runs.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
  ScriptedRemote,
} from '../support/scripted-remote.js';
import { ADA, addDirectory, idOf, LIN, SAM, settleCompany } from './company.js';
import { CONNECTION, settleCopy } from './copied-directory.js';
import { authorization, type Served, serve } from './served.js';
import { Listening, socketClient } from './sockets.js';

interface Run {
  readonly id: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly kind: string | null;
  readonly fullCause: string | null;
  readonly durationMs: number | null;
  readonly progress: { readonly phase: string; readonly total: number | null } | null;
}

const FIELDS = `id outcome reason kind fullCause durationMs requests bytes
  counts { usersRead setAside } setAside { kind name member fact reason rows }
  progress { phase since done total rate remainingSeconds }`;

const DOCUMENT: RemoteDocument = {
  users: [remoteUser('jo', { externalId: 'key-1' }), remoteUser('new'), remoteUser(' bad ')],
  groups: [remoteGroup('bitbucket-users')],
  memberships: [remoteMembers('bitbucket-users', ['jo', 'new'])],
};

describeEachDatabase('synchronisations', (database) => {
  let served: Served;
  let copy: DirectoryId;
  let directory: string;
  let document: RemoteDocument;
  let script: Script;
  const clients: ReturnType<typeof socketClient>[] = [];

  beforeAll(async () => {
    served = await serve({
      url: await database.create(),
      connect: () => new ScriptedRemote(document, script),
    });
    await settleCompany(served.gateway.store);
    copy = await settleCopy(served.gateway.store);
    directory = idOf('Directory', copy);
  });
  beforeEach(() => {
    document = DOCUMENT;
    script = {};
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));
  afterAll(() => served.close());

  const run = async (how = ''): Promise<Run> => {
    const { synchroniseDirectory } = await served.read<{ synchroniseDirectory: { run: Run } }>(
      SAM,
      `mutation { synchroniseDirectory(id: "${directory}"${how}) { run { ${FIELDS} } } }`,
    );
    return synchroniseDirectory.run;
  };
  const listen = <Data>(subscription: string, who = ADA) => {
    const client = socketClient(served.origin, authorization(who));
    clients.push(client);
    return new Listening<Data>(client, `subscription { ${subscription} }`);
  };
  /** The server stops in the middle of its users until it is told to go on. */
  const stopInUsers = () => {
    let goOn: () => void = () => undefined;
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    script = {
      before: ({ stream, step }) => {
        if (stream !== 'users' || step !== 2) return undefined;
        stop();
        return waiting;
      },
    };
    return { stopped, goOn };
  };

  /** Waits for the end of the latest run. */
  const ended = async () => {
    const listening = listen<{ synchronisation: Run }>(
      `synchronisation(directory: "${directory}") { outcome }`,
    );
    while ((await listening.next()).synchronisation.outcome === 'RUNNING');
    await listening.stop();
  };

  it('tell what they read, what it cost and what was set aside', async () => {
    expect(await run()).toMatchObject({
      outcome: 'SUCCEEDED',
      kind: 'FULL',
      fullCause: 'SWITCHED_OFF',
      durationMs: expect.any(Number),
      requests: 0,
      bytes: 0,
      counts: { usersRead: 3, setAside: 1 },
      setAside: [
        {
          kind: 'user',
          name: ' bad ',
          member: null,
          fact: null,
          reason: 'OUTER_SPACE',
          rows: null,
        },
      ],
      progress: null,
    });
    expect(await run(', full: true')).toMatchObject({ kind: 'FULL', fullCause: 'REQUESTED' });
  });

  it('are followed while they go on, and to their end', async () => {
    await run();
    const { stopped, goOn } = stopInUsers();
    const listening = listen<{ synchronisation: Run }>(
      `synchronisation(directory: "${directory}") { ${FIELDS} }`,
    );
    expect((await listening.next()).synchronisation.outcome).toBe('SUCCEEDED');
    const begun = await run(', wait: false');
    expect(begun).toMatchObject({ outcome: 'RUNNING', durationMs: null, kind: null });
    await stopped;
    const steps: Run[] = [];
    do steps.push((await listening.next()).synchronisation);
    while (steps.at(-1)?.progress?.phase !== 'USERS');
    expect(steps.at(-1)).toMatchObject({
      id: begun.id,
      outcome: 'RUNNING',
      progress: { done: 2, total: 3, rate: expect.any(Number) },
    });
    expect(
      await served.codeOf(
        SAM,
        `mutation { synchroniseDirectory(id: "${directory}") { revision } }`,
      ),
    ).toBe('SYNCHRONISATION_RUNNING');
    goOn();
    do steps.push((await listening.next()).synchronisation);
    while (steps.at(-1)?.outcome === 'RUNNING');
    expect(steps.at(-1)).toMatchObject({ id: begun.id, outcome: 'SUCCEEDED', progress: null });
    await listening.stop();
  });

  it('are told with what is read at each step', async () => {
    await run();
    const { stopped, goOn } = stopInUsers();
    const listening = listen<{
      readonly synchronisation: { readonly directory: { readonly latestRun: object } };
    }>(`synchronisation(directory: "${directory}") { directory { latestRun { outcome } } }`);
    const latest = async () => (await listening.next()).synchronisation.directory.latestRun;
    expect(await latest()).toEqual({ outcome: 'SUCCEEDED' });
    await run(', wait: false');
    await stopped;
    expect(await latest()).toEqual({ outcome: 'RUNNING' });
    await listening.stop();
    goOn();
    await ended();
  });

  it('are as fast as the clock of their own process says', async () => {
    const { runs } = served.gateway.store;
    const { id } = await runs.start(copy, HELD);
    const inAnHour = new Date(served.gateway.clock.now().getTime() + 60 * 60_000);
    const phase = { phase: 'USERS', phaseStartedAt: inAnHour, elapsedMs: 2_000 } as const;
    const lease = { directoryId: copy, run: id, lifeMs: HELD.lifeMs };
    expect(await runs.renew(lease, { ...phase, done: 10, total: 30 })).toBe(true);
    const { node } = await served.read<{ node: object }>(
      ADA,
      `{ node(id: "${idOf('SynchronisationRun', id)}") {
        ... on SynchronisationRun { progress { rate remainingSeconds } } } }`,
    );
    await runs.cancel(id);
    expect(node).toEqual({ progress: { rate: 5, remainingSeconds: 4 } });
  });

  it('are followed until their directory is removed', async () => {
    const { store } = served.gateway;
    const { value: other } = await store.transact({ type: 'OPERATOR' }, (transaction) =>
      addDirectory(transaction, {
        name: 'Other',
        type: 'JIRA',
        connection: CONNECTION,
        password: 'secret',
      }),
    );
    await store.runs.start(other.id, RUN_OUT);
    const listening = listen<{ synchronisation: Run }>(
      `synchronisation(directory: "${idOf('Directory', other.id)}") { outcome }`,
    );
    expect((await listening.next()).synchronisation).toEqual({ outcome: 'RUNNING' });
    await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.removeDirectory(other.id),
    );
    await listening.ended();
  });

  it.each([
    { of: 'no directory', id: () => idOf('Directory', 987_654), code: 'NOT_FOUND' },
    {
      of: 'a directory that is kept here',
      id: () => {
        const [internal] = served.gateway.live.index.directories();
        return idOf('Directory', internal.id);
      },
      code: 'NOT_SYNCHRONISABLE',
    },
  ])('of $of are not followed', async ({ id, code }) => {
    const refusal: unknown = await listen(`synchronisation(directory: "${id()}") { id }`)
      .answer()
      .catch((errors: unknown) => errors);
    expect(refusal).toMatchObject([{ extensions: { code } }]);
  });

  it('can be cancelled, and the next one succeeds', async () => {
    await run();
    const before = await served.gateway.store.reader.contents(copy);
    document = { users: [], groups: [], memberships: [] };
    const { stopped } = stopInUsers();
    document = { ...DOCUMENT, users: [...DOCUMENT.users, remoteUser('newer')] };
    const ended = run();
    await stopped;
    const [{ id }] = await served.gateway.store.runs.latest([copy]);
    const cancel = `mutation { cancelSynchronisation(run: "${idOf('SynchronisationRun', id)}") { run { outcome reason } } }`;
    expect(await served.codeOf(ADA, cancel)).toBe('PERMISSION_DENIED');
    const { cancelSynchronisation } = await served.read<{ cancelSynchronisation: object }>(
      SAM,
      cancel,
    );
    expect(cancelSynchronisation).toEqual({
      run: { outcome: 'ABORTED', reason: 'RUN_CANCELLED' },
    });
    expect(await ended).toMatchObject({ outcome: 'ABORTED', reason: 'RUN_CANCELLED' });
    expect(await served.codeOf(SAM, cancel)).toBe('RUN_NOT_RUNNING');
    expect(await served.gateway.store.reader.contents(copy)).toEqual(before);
    script = {};
    expect(await run()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('that are held are told to whoever listens, and to whoever comes later', async () => {
    await run();
    const held = `{ cursor at directoryId runId reason message }`;
    interface Held {
      readonly synchronisationHeld: {
        readonly cursor: string;
        readonly runId: string;
        readonly reason: string;
      };
    }
    const listening = listen<Held>(`synchronisationHeld ${held}`);
    // The subscription has begun once the socket answers anything asked after it.
    const client = clients.at(-1)!;
    await client.iterate({ query: '{ revision }' }).next();
    document = { users: [], groups: [], memberships: [] };
    const runs = [await run(), await run()];
    expect(runs.map(({ outcome }) => outcome)).toEqual(['HELD', 'HELD']);
    const first = (await listening.next()).synchronisationHeld;
    expect(first).toMatchObject({
      directoryId: directory,
      runId: runs[0].id,
      reason: runs[0].reason,
    });
    const second = (await listening.next()).synchronisationHeld;
    expect(second.runId).toBe(runs[1].id);
    await listening.stop();
    const later = listen<Held>(`synchronisationHeld(after: "${first.cursor}") ${held}`);
    expect((await later.next()).synchronisationHeld).toEqual(second);
  });

  it('are told to administrators alone', async () => {
    for (const subscription of [
      `synchronisation(directory: "${directory}") { id }`,
      'synchronisationHeld { runId }',
    ]) {
      const { errors } = await listen(subscription, LIN).answer();
      expect(errors?.[0].extensions.code).toBe('PERMISSION_DENIED');
    }
  });
});
