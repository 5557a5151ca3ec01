import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectCrowd } from '../../src/connector/index.js';
import { GatehouseError } from '../../src/domain/index.js';
import { addApplication } from '../../src/usecase/index.js';
import { createUserServer } from '../../src/userserver/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway } from '../support/gateway.js';
import { ADA, addDirectory, type CompanyIds, idOf, LIN, person, settleCompany } from './company.js';
import { RemotePeople } from './remote-people.js';
import { listen, type Served, serve } from './served.js';

const FIRST = 'https://first.example.org';
const SECOND = 'https://second.example.org';

const connection = (serverUrl: string) => ({
  serverUrl,
  applicationName: 'gatehouse',
  incremental: false,
  intervalMinutes: 60,
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 10_000,
  mostRemovedPercent: 100,
  mostRemovedUsers: 1_000,
  onlyUsers: [],
  onlyGroups: [],
  onUserRemoved: 'DELETE' as const,
  tombstoneDays: 7,
});

const LIVE_USER =
  'query($name: String!) { user(name: $name, freshness: LIVE) { id name active displayName email masked directory { name } } }';
const LIVE_USERS =
  'query($names: [String!]!) { usersByName(names: $names, freshness: LIVE) { name directory { name } } }';

describeEachDatabase('a live read', (database) => {
  const people = new RemotePeople();
  let served: Served;
  let ids: CompanyIds;
  let rows: { readonly first: number; readonly kim: number };

  beforeAll(async () => {
    served = await serve({ url: await database.create(), connect: people.connect });
    const { store } = served.gateway;
    // In order: two copies, then the directory that is kept here.
    const { value } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const remote = (name: string, serverUrl: string) =>
        addDirectory(transaction, {
          name,
          type: 'JIRA',
          connection: connection(serverUrl),
          password: 'secret',
        });
      const first = await remote('First', FIRST);
      await remote('Second', SECOND);
      const off = await remote('Off', 'https://off.example.org');
      await transaction.changeDirectory(off.id, { active: false });
      const [kim] = await transaction.addUsers(first.id, [
        person('kim', { displayName: 'Old Kim' }),
        person('gone'),
      ]);
      return { first: first.id, kim: kim.id };
    });
    rows = value;
    ids = await settleCompany(store);
    people
      .server(FIRST)
      .has(
        [person('Kim', { displayName: 'New Kim', active: false })],
        [{ name: 'leads', description: 'of First', active: true }],
      );
    people.server(SECOND).has(
      [person('kim'), person('pat'), person('late')],
      [
        { name: 'leads', description: 'of Second', active: true },
        { name: 'juniors', description: '', active: true },
      ],
    );
  });
  afterEach(() => {
    for (const url of [FIRST, SECOND]) {
      people.server(url).searches.length = 0;
      people.server(url).failure = null;
    }
  });
  afterAll(() => served.close());

  it('folds 200 names of one request into one search a directory', async () => {
    const names = Array.from({ length: 197 }, (_, i) => `u${i}`).concat('kim', 'pat', 'lin');
    const { usersByName } = await served.read<{ usersByName: ({ name: string } | null)[] }>(
      ADA,
      LIVE_USERS,
      { names },
    );
    expect(people.server(FIRST).searches.map((searched) => searched.length)).toEqual([200]);
    // Kim was found, so nobody asks further down.
    expect(people.server(SECOND).searches.map((searched) => searched.length)).toEqual([199]);
    expect(usersByName.slice(-3)).toEqual([
      { name: 'Kim', directory: { name: 'First' } },
      { name: 'pat', directory: { name: 'Second' } },
      { name: 'lin', directory: { name: 'Staff' } },
    ]);
    expect(usersByName.slice(0, -3).every((user) => user === null)).toBe(true);
  });

  it('folds names of separate fields, in any spelling, too', async () => {
    const fields = Array.from(
      { length: 200 },
      (_, i) => `a${i}: user(name: "u${i}", freshness: LIVE) { name }`,
    );
    fields.push('b: user(name: "U1", freshness: LIVE) { name }');
    await served.read(ADA, `{ ${fields.join(' ')} }`);
    expect(people.server(FIRST).searches).toHaveLength(1);
    expect(people.server(SECOND).searches).toHaveLength(1);
    expect(people.server(FIRST).searches[0]).toHaveLength(200);
  });

  it('asks for more names in searches of 200', async () => {
    const names = Array.from({ length: 450 }, (_, i) => `u${i}`);
    await served.read(ADA, LIVE_USERS, { names });
    // They are under way at the same time, and whichever comes first was not sent first.
    const sizes = people.server(FIRST).searches.map((searched) => searched.length);
    expect(sizes.sort((a, b) => b - a)).toEqual([200, 200, 50]);
  });

  it('tells what the server says now, under the id that the copy has', async () => {
    expect(await served.read(ADA, LIVE_USER, { name: 'KIM' })).toEqual({
      user: {
        id: idOf('User', rows.kim),
        name: 'Kim',
        active: false,
        displayName: 'New Kim',
        email: 'Kim@example.org',
        masked: false,
        directory: { name: 'First' },
      },
    });
    expect(await served.read(ADA, '{ user(name: "kim") { displayName active } }')).toEqual({
      user: { displayName: 'Old Kim', active: true },
    });
  });

  it('knows nobody whom the server no longer knows', async () => {
    expect(await served.read(ADA, LIVE_USER, { name: 'gone' })).toEqual({ user: null });
    expect(await served.read(ADA, '{ user(name: "gone") { name } }')).toEqual({
      user: { name: 'gone' },
    });
  });

  it('gives somebody whom only the server knows an id that can be read again', async () => {
    const { user } = await served.read<{ user: { id: string } }>(ADA, LIVE_USER, { name: 'late' });
    const node =
      'query($id: ID!) { node(id: $id) { id ... on User { name displayName directory { name } } } }';
    expect(await served.read(ADA, node, { id: user.id })).toEqual({
      node: {
        id: user.id,
        name: 'late',
        displayName: 'Late Example',
        directory: { name: 'Second' },
      },
    });
    expect(await served.codeOf(LIN, node, { id: user.id })).toBe('PERMISSION_DENIED');
    expect(await served.read(ADA, '{ user(name: "late") { id } }')).toEqual({ user: null });
  });

  it('reads groups in the same way', async () => {
    const query = `{
      groupsByName(names: ["LEADS", "juniors", "developers", "nothing"], freshness: LIVE) { id name description directory { name } }
      group(name: "leads", freshness: LIVE) { name }
    }`;
    const { groupsByName } = await served.read<{ groupsByName: ({ id: string } | null)[] }>(
      ADA,
      query,
    );
    expect(groupsByName).toMatchObject([
      { name: 'leads', description: 'of First', directory: { name: 'First' } },
      { name: 'juniors', description: null, directory: { name: 'Second' } },
      {
        id: ids.groups.developers,
        name: 'developers',
        description: 'The developers',
        directory: { name: 'Staff' },
      },
      null,
    ]);
    expect(people.server(FIRST).searches).toHaveLength(1);
    const id = groupsByName[1]?.id;
    expect(
      await served.read(ADA, 'query($id: ID!) { node(id: $id) { ... on Group { name } } }', { id }),
    ).toEqual({
      node: { name: 'juniors' },
    });
  });

  it('asks no server for a name that nobody may bear', async () => {
    const names = ['', ' kim', 'kim\u0000', '\u202Ekim', 'x'.repeat(256)];
    expect(await served.read(ADA, LIVE_USERS, { names })).toEqual({
      usersByName: names.map(() => null),
    });
    expect(people.server(FIRST).searches).toEqual([]);
  });

  it('asks no server unless it is told to', async () => {
    await served.read(
      ADA,
      '{ users { nodes { name displayName effectivePermissions { permissions { permission } } } } user(name: "kim") { email } }',
    );
    expect(people.server(FIRST).searches).toEqual([]);
    expect(people.server(SECOND).searches).toEqual([]);
  });

  it('takes no answer from further down for a server that does not answer', async () => {
    people.server(FIRST).failure = new GatehouseError('UNREACHABLE', {
      server: FIRST,
      reason: 'ECONNREFUSED 192.0.2.7:8443',
    });
    const { data, errors } = await served.ask(
      ADA,
      '{ a: user(name: "pat", freshness: LIVE) { name } b: user(name: "lin", freshness: LIVE) { name } c: user(name: "lin") { name } }',
    );
    expect(data).toEqual({ a: null, b: null, c: { name: 'lin' } });
    expect(errors).toHaveLength(2);
    expect(errors?.[0].extensions).toEqual({
      code: 'UNREACHABLE',
      details: { server: FIRST, reason: 'ECONNREFUSED 192.0.2.7:8443' },
    });
    expect(people.server(SECOND).searches).toEqual([]);
  });

  it.each([
    new GatehouseError('UNREACHABLE', { server: FIRST, reason: 'ECONNREFUSED 192.0.2.7:8443' }),
    new GatehouseError('TLS', { server: FIRST, reason: 'certificate of 192.0.2.7' }),
    new GatehouseError('AUTH', { server: FIRST }),
    new GatehouseError('ADDRESS_REFUSED', { server: FIRST, says: 'not from 192.0.2.7' }),
    new GatehouseError('PROTOCOL', { server: FIRST, field: 'user', reason: 'at 192.0.2.7' }),
  ])('tells who is no administrator nothing of a server that fails ($code)', async (failure) => {
    people.server(FIRST).failure = failure;
    const { errors } = await served.ask(LIN, LIVE_USER, { name: 'lin' });
    expect(errors?.[0].extensions).toMatchObject({ code: 'UNREACHABLE' });
    expect(JSON.stringify(errors)).not.toMatch(/example\.org|192\.0\.2\.7/);
    expect(JSON.stringify(errors)).toContain('First');
  });
});

describe('a live read over HTTP', () => {
  it('is one HTTP call a directory for 200 names', async () => {
    const upstream = await openTestGateway();
    await upstream.gateway.store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const directory = await addDirectory(transaction, { name: 'Company' });
      await transaction.addUsers(
        directory.id,
        Array.from({ length: 300 }, (_, i) => person(`u${i}`)),
      );
    });
    await addApplication(upstream.gateway, upstream.operator, {
      name: 'gatehouse',
      password: 'secret',
      remoteAddresses: ['127.0.0.1'],
    });
    const userServer = createUserServer(upstream.gateway, { version: '1.0.0', trustedProxies: [] });
    let calls = 0;
    const server = createServer((request, response) => {
      calls++;
      userServer(request, response);
    });
    const serverUrl = await listen(server);

    const served = await serve({ connect: connectCrowd });
    const { store } = served.gateway;
    await store.transact({ type: 'OPERATOR' }, (transaction) =>
      addDirectory(transaction, {
        name: 'Company',
        type: 'CROWD',
        connection: connection(serverUrl),
        password: 'secret',
      }),
    );
    await settleCompany(store);
    const names = Array.from({ length: 200 }, (_, i) => `U${i + 50}`);
    const { usersByName } = await served.read<{ usersByName: { name: string }[] }>(
      ADA,
      LIVE_USERS,
      { names },
    );
    expect(calls).toBe(1);
    expect(usersByName.map(({ name }) => name)).toEqual(names.map((name) => name.toLowerCase()));

    await served.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await upstream.close();
  });
});
