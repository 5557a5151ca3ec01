import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectCrowd } from '../../src/connector/index.js';
import type { DirectoryConnection } from '../../src/domain/index.js';
import {
  APPLICATION,
  addApplication,
  addCrowdedGroup,
  addMany,
  buildCompany,
  USER_PASSWORD,
} from './company.js';
import { BASE, JSON_ONLY, loginHeader, type Served, serve } from './served.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

let served: Served;

beforeAll(async () => {
  served = await serve();
  await buildCompany(served.gateway);
  await addApplication(served.gateway);
});
afterAll(() => served.close());

describe('all memberships', () => {
  const expected = [
    DECLARATION,
    '<memberships>',
    '<membership group="devs">',
    '<users><user name="ann"/><user name="Bob"/><user name="cid"/></users>',
    '<groups><group name="juniors"/></groups></membership>',
    '<membership group="Empty &amp; &lt;odd&gt;"><users></users><groups></groups></membership>',
    '<membership group="juniors"><users><user name="éva"/></users><groups></groups></membership>',
    '<membership group="ops"><users></users><groups></groups></membership>',
    '</memberships>',
  ].join('');

  it('are the direct ones that count, with both lists for each group', async () => {
    const answer = await served.ask('/group/membership');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/xml']);
    expect(answer.body).toBe(expected);
  });

  it('are XML even when JSON is asked for', async () => {
    const answer = await served.ask('/group/membership', { headers: JSON_ONLY });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/xml']);
    expect(answer.body).toBe(expected);
  });

  it('are joined over the directories in the other mode', async () => {
    const { gateway } = served;
    const setMode = (mode: 'ALL_DIRECTORIES' | 'FIRST_DIRECTORY') =>
      gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
        transaction.setMembershipMode(mode),
      );
    await setMode('ALL_DIRECTORIES');
    const { body } = await served.ask('/group/membership');
    await setMode('FIRST_DIRECTORY');
    expect(body).toContain('<membership group="ops"><users><user name="ann"/></users>');
  });

  it('are an empty document where there is no group', async () => {
    const empty = await serve();
    await addApplication(empty.gateway);
    const answer = await empty.ask('/group/membership');
    await empty.close();
    expect(answer.body).toBe(`${DECLARATION}<memberships></memberships>`);
  });
});

describe('a long document', () => {
  let large: Served;
  const CROWD = 12_000;
  const GROUPS = 3_000;

  beforeAll(async () => {
    large = await serve();
    await addApplication(large.gateway);
    await addMany(large.gateway, { users: 1, groups: GROUPS });
    await addCrowdedGroup(large.gateway, 'crowd', CROWD);
  });
  afterAll(() => large.close());

  it('comes in pieces and whole', async () => {
    const answer = await large.ask('/group/membership');
    expect(answer.headers['transfer-encoding']).toBe('chunked');
    expect(answer.body.match(/<membership /g)).toHaveLength(GROUPS + 1);
    expect(answer.body.match(/<user name="member-\d+"\/>/g)).toHaveLength(CROWD);
    expect(answer.body.endsWith('</membership></memberships>')).toBe(true);
    const list = await large.ask('/search?entity-type=user&max-results=-1&expand=user', {
      headers: JSON_ONLY,
    });
    expect(list.headers['transfer-encoding']).toBe('chunked');
    expect(JSON.parse(list.body).users).toHaveLength(CROWD + 1);
  });

  it('is sent from memory, and with its length, to whoever is the third to ask', async () => {
    const bodies: string[] = [];
    for (let i = 0; i < 2; i++) bodies.push((await large.ask('/group/membership')).body);
    const { body, headers } = await large.ask('/group/membership');
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(bodies.every((before) => before === body)).toBe(true);
  });

  it('waits for a client that does not read, and serves others meanwhile', async () => {
    const idle = await ask(large, '/group/membership');
    idle.pause();
    expect((await large.ask('/user?username=member-000007')).status).toBe(200);
    const received = await readToEnd(idle);
    expect(received.includes('</memberships>')).toBe(true);
  });

  it('is left off when the client goes away', async () => {
    const leaving = await ask(large, '/group/membership');
    leaving.destroy();
    expect((await large.ask('/user?username=member-000007')).status).toBe(200);
    expect(large.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

/** Sends a request over a bare socket and waits for the first bytes of the answer. */
async function ask({ origin }: Served, path: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  const { authorization } = loginHeader();
  socket.write(
    `GET ${BASE}${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

async function readToEnd(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe("this program's own connector", () => {
  const connection = (): DirectoryConnection => ({
    serverUrl: `${served.origin}/crowd`,
    applicationName: APPLICATION.name,
    incremental: true,
    intervalMinutes: 60,
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    mostRemovedPercent: 100,
    mostRemovedUsers: 1_000,
    onlyUsers: [],
    onlyGroups: [],
    onUserRemoved: 'DELETE',
    tombstoneDays: 7,
  });

  it('reads the whole directory', async () => {
    const remote = connectCrowd(connection(), APPLICATION.password);
    expect(await remote.identify()).toEqual({ product: 'Gatehouse', version: '1.2.3' });
    const users = (await collect(remote.readUsers())).flat();
    expect(users.map(({ name, externalId }) => [name, externalId?.split(':')[1]])).toEqual([
      ['ann', 'id-ann'],
      ['Bob', 'id-Bob'],
      ['cid', 'id-cid'],
      ['éva', 'id-éva'],
    ]);
    const groups = (await collect(remote.readGroups())).flat();
    expect(groups).toEqual([
      { name: 'devs', description: 'all developers', active: true },
      { name: 'Empty & <odd>', description: '', active: false },
      { name: 'juniors', description: '', active: true },
      { name: 'ops', description: '', active: true },
    ]);
    expect(await collect(remote.readMemberships())).toEqual([
      { group: 'devs', users: ['ann', 'Bob', 'cid'], childGroups: ['juniors'] },
      { group: 'Empty & <odd>', users: [], childGroups: [] },
      { group: 'juniors', users: ['éva'], childGroups: [] },
      { group: 'ops', users: [], childGroups: [] },
    ]);
    const { body } = await served.ask('/event', { headers: JSON_ONLY });
    expect(await remote.currentEventToken()).toBe(JSON.parse(body).newEventToken);
  });

  it('finds names and checks passwords', async () => {
    const remote = connectCrowd(connection(), APPLICATION.password);
    const found = await remote.findUsers(['ANN', 'nobody', 'éva']);
    expect([...found.keys()].sort()).toEqual(['ann', 'éva']);
    expect(await remote.authenticate('ann', USER_PASSWORD)).toMatchObject({
      outcome: 'SIGNED_IN',
      user: { name: 'ann' },
    });
    expect(await remote.authenticate('ann', 'x')).toEqual({ outcome: 'WRONG_PASSWORD' });
    expect(await remote.authenticate('Bob', 'x')).toEqual({ outcome: 'INACTIVE' });
    expect(await remote.authenticate('dan', 'x')).toEqual({ outcome: 'UNKNOWN' });
  });

  it('is told that its password or its address is wrong', async () => {
    const wrong = connectCrowd(connection(), 'wrong');
    await expect(wrong.identify()).rejects.toMatchObject({ code: 'AUTH' });
    await addApplication(served.gateway, { name: 'far', remoteAddresses: ['192.0.2.1'] });
    const far = connectCrowd({ ...connection(), applicationName: 'far' }, APPLICATION.password);
    await expect(far.identify()).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
