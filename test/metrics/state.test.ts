import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DirectoryId } from '../../src/domain/index.js';
import { createMetrics } from '../../src/metrics/index.js';
import { type ListeningServer, listen } from '../../src/server.js';
import {
  cancelSynchronisation,
  type Gateway,
  setLicenceLimit,
  synchroniseNow,
} from '../../src/usecase/index.js';
import { settleCompany } from '../api/company.js';
import { settleCopy } from '../api/copied-directory.js';
import { codeOf } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';
import { samplesOf } from '../support/samples.js';
import {
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
  ScriptedRemote,
} from '../support/scripted-remote.js';

const DOCUMENT = {
  users: [remoteUser('jo'), remoteUser('new'), remoteUser('newer')],
  groups: [remoteGroup('bitbucket-users')],
  memberships: [remoteMembers('bitbucket-users', ['jo', 'new'])],
};

describeEachDatabase('metrics of a state', (database) => {
  let test: TestGateway;
  let gateway: Gateway;
  let copy: DirectoryId;
  let script: Script;
  let isDatabaseDown: boolean;
  const servers: ListeningServer[] = [];

  beforeEach(async () => {
    script = {};
    isDatabaseDown = false;
    test = await openTestGateway({
      url: await database.create(),
      connect: () => new ScriptedRemote(DOCUMENT, script),
    });
    await settleCompany(test.gateway.store);
    copy = await settleCopy(test.gateway.store);
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await test.close();
  });

  /** Serves the metrics of the gateway, of which others know nothing. @returns what asks for its samples. */
  const watch = async () => {
    const metrics = createMetrics(null);
    const { store } = test.gateway;
    const freshness: typeof store.reader.freshness = (ids) =>
      isDatabaseDown ? Promise.reject(new Error('down')) : store.reader.freshness(ids);
    gateway = {
      ...test.gateway,
      observer: metrics.observer,
      store: { ...store, reader: { ...store.reader, freshness } },
      isLeftAlone: ({ serverUrl }) => serverUrl === 'https://jira.example.org/jira',
    };
    const server = await listen({
      host: '127.0.0.1',
      port: 0,
      faces: [metrics.face(gateway)],
      sockets: { path: '/graphql', upgrade: (_request, socket) => socket.destroy() },
      unreadableHeaders: {},
      log: gateway.log,
    });
    servers.push(server);
    return async () => samplesOf(await (await fetch(`${server.url}/metrics`)).text());
  };
  const copied = (name: string, labels = '') => `gatehouse_${name}{directory="${copy}"${labels}}`;

  /** Begins a run that stops once it has read its first page. */
  const stoppedRun = async () => {
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const stopped = new Promise<void>((resolve) => {
      script = {
        before: ({ stream, step }) => {
          if (stream !== 'users' || step !== 2) return undefined;
          resolve();
          return waiting;
        },
      };
    });
    const ended = synchroniseNow(gateway, test.operator, copy);
    await stopped;
    return { ended, goOn };
  };

  it('tell of a run while it goes on, and how it ended', async () => {
    const samples = await watch();
    const { ended } = await stoppedRun();
    const during = await samples();
    expect(during.get(copied('synchronisation_runs_in_progress'))).toBe(1);
    expect(during.has(copied('synchronisation_runs_total', ',kind="FULL",outcome="ABORTED"'))).toBe(
      false,
    );
    const [{ id }] = await gateway.store.runs.latest([copy]);
    await cancelSynchronisation(gateway, test.operator, id);
    expect(await ended).toMatchObject({ outcome: 'ABORTED', counts: { usersRead: 2 } });
    const after = await samples();
    expect(after.get(copied('synchronisation_runs_in_progress'))).toBe(0);
    expect(after.get(copied('synchronisation_runs_total', ',kind="FULL",outcome="ABORTED"'))).toBe(
      1,
    );
  });

  it('tell of no run whose record went with its directory', async () => {
    const samples = await watch();
    const { ended, goOn } = await stoppedRun();
    await gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.removeDirectory(copy),
    );
    goOn();
    expect(await codeOf(ended)).toBe('NOT_FOUND');
    const after = await samples();
    expect(after.get(copied('synchronisation_runs_in_progress'))).toBe(0);
    expect([...after.keys()].filter((name) => name.includes('_runs_total'))).toEqual([]);
    expect(after.has(copied('directory_failing'))).toBe(false);
    expect(after.has(copied('directory_users'))).toBe(false);
  });

  it('tell how much there is, and which server is left alone', async () => {
    const samples = await (await watch())();
    expect(samples.get(copied('directory_users'))).toBe(3);
    expect(samples.get(copied('directory_groups'))).toBe(2);
    expect(samples.get('gatehouse_memberships')).toBe(8);
    expect(samples.get(copied('directory_left_alone'))).toBe(1);
    const leftAlone = [...samples.keys()].filter((name) => name.includes('left_alone'));
    expect(leftAlone).toHaveLength(1);
  });

  it('count licence warnings', async () => {
    const samples = await watch();
    const warnings = (threshold: number, direction: string) =>
      `gatehouse_licence_warnings_total{threshold="${threshold}",direction="${direction}"}`;
    expect((await samples()).get(warnings(100, 'UP'))).toBe(0);
    await setLicenceLimit(gateway, test.operator, 1);
    await setLicenceLimit(gateway, test.operator, 1_000);
    const after = await samples();
    expect(after.get(warnings(100, 'UP'))).toBe(1);
    expect(after.get(warnings(100, 'DOWN'))).toBe(1);
    expect(after.get('gatehouse_licence_seats_allowed')).toBe(1_000);
  });

  it('tell all that the process knows while the database does not answer', async () => {
    const samples = await watch();
    const before = await samples();
    expect(before.get('gatehouse_database_reachable')).toBe(1);
    expect(before.get(copied('directory_failing'))).toBe(0);
    isDatabaseDown = true;
    const during = await samples();
    expect(during.get('gatehouse_database_reachable')).toBe(0);
    expect(during.has(copied('directory_failing'))).toBe(false);
    expect(during.has(copied('directory_last_success_timestamp_seconds'))).toBe(false);
    expect(during.get('gatehouse_revision')).toBe(before.get('gatehouse_revision'));
  });

  it('are of one gateway alone', async () => {
    const of = { first: await watch(), second: await watch() };
    await synchroniseNow(gateway, test.operator, copy);
    const run = copied('synchronisation_runs_total', ',kind="FULL",outcome="SUCCEEDED"');
    expect((await of.second()).get(run)).toBe(1);
    expect((await of.first()).has(run)).toBe(false);
  });
});
