import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Application, Webhook } from '../../src/domain/index.js';
import { Courier } from '../../src/jobs/courier.js';
import { setLicenceLimit } from '../../src/usecase/index.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { EndpointPost } from '../support/endpoint-post.js';
import { openTestGateway, StandingClock, type TestGateway } from '../support/gateway.js';
import {
  type Behaviour,
  type LocalServer,
  refusedPort,
  startServer,
} from '../support/misbehaving-server.js';
import { until } from '../support/until.js';
import { addApplication } from '../userserver/company.js';
import { addUser } from './add-user.js';

const OPERATOR = { type: 'OPERATOR' } as const;
const LOOK_EVERY_MS = 10;
const DAY_MS = 24 * 60 * 60_000;
const MOST = 20;

const fine: Behaviour = (_, response) => {
  response.writeHead(200).end();
};
const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(status, headers).end();
  };

describeEachDatabase('calls of webhooks', (database) => {
  let url: string;
  let clock: StandingClock;
  let test: TestGateway;
  let application: Application;
  const endpoints = new EndpointPost();
  const servers: LocalServer[] = [];
  const couriers: Courier[] = [];
  const told: string[] = [];

  beforeEach(async () => {
    url = await database.create();
    clock = new StandingClock();
    test = await open();
    application = await addApplication(test.gateway);
  });
  afterEach(async () => {
    await Promise.all(couriers.splice(0).map((courier) => courier.stop()));
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await test.close();
    expect(told.splice(0)).toEqual([]);
  });

  const open = (secretKey?: Buffer) =>
    openTestGateway({ url, clock, post: endpoints.post, secretKey });
  const start = () => {
    const courier = new Courier(test.gateway, LOOK_EVERY_MS, (_, message) => told.push(message));
    couriers.push(courier);
    return courier;
  };
  const stop = async () => {
    await Promise.all(couriers.splice(0).map((courier) => courier.stop()));
  };
  const endpoint = async (behaviour = fine) => {
    const server = await startServer(behaviour);
    servers.push(server);
    return server;
  };
  const register = (endpointUrl: string, token: string | null = null) =>
    test.gateway.store.webhooks.register(application.id, { endpointUrl, token }, MOST);
  let made = 0;
  /** Something that followers are told. */
  const change = () => addUser(test, `u${made++}`);
  const called = (server: LocalServer, times: number) =>
    until(() => server.requests.length >= times);
  const look = async ({ id }: Webhook) => {
    const found = await test.gateway.store.webhooks.byId(id);
    if (!found) throw new Error('the webhook is gone');
    return found;
  };
  /** How it stands once so many calls in a row have failed. */
  const failed = (webhook: Webhook, failures: number) =>
    until(async () => {
      const found = await look(webhook);
      return found.failures === failures && found;
    });
  const succeeded = (webhook: Webhook, at: Date) =>
    until(async () => {
      const { lastSuccessAt } = await look(webhook);
      return lastSuccessAt?.getTime() === at.getTime();
    });

  it('are made for what followers are told, and for nothing else', async () => {
    const server = await endpoint();
    const webhook = await register(`${server.url}/hook`, 'dG9rZW4=');
    start();
    await change();
    await called(server, 1);
    await succeeded(webhook, clock.now());
    const { gateway, operator } = test;
    await setLicenceLimit(gateway, operator, 100);
    await gateway.store.transact(OPERATOR, (transaction) =>
      transaction.addGrant({ permission: 'ADMIN', subjectType: 'USER', subjectName: 'u0' }),
    );
    await addApplication(gateway, { name: 'another' });
    await change();
    await called(server, 2);
    await stop();
    expect(
      server.requests.map(({ method, path, body, headers }) => [
        method,
        path,
        body,
        headers.authorization,
      ]),
    ).toEqual([
      ['POST', '/hook', '', 'Basic dG9rZW4='],
      ['POST', '/hook', '', 'Basic dG9rZW4='],
    ]);
  });

  it('are one at a time, and one more for all that happens meanwhile', async () => {
    const held: (() => void)[] = [];
    const server = await endpoint(async (_, response) => {
      await new Promise<void>((resolve) => held.push(resolve));
      response.writeHead(204).end();
    });
    await register(server.url);
    start();
    await change();
    await called(server, 1);
    for (let i = 0; i < 3; i++) await change();
    expect(server.requests).toHaveLength(1);
    held[0]();
    await called(server, 2);
    held[1]();
    server.behave(fine);
    await until(async () => (await untold()) === 0);
    await change();
    await called(server, 3);
    await stop();
    expect(server.requests).toHaveLength(3);
  });

  /** Webhooks that have something to be told. */
  const untold = async () => {
    const [{ behind }] = await rawRows(
      url,
      "SELECT COUNT(*) AS behind FROM webhook WHERE told_revision < (SELECT MAX(revision) FROM change_log WHERE kind = 'UserAdded')",
    );
    return Number(behind);
  };

  it.each([
    { name: 'answers 500', behaviour: answers(500), failure: { fault: 'REFUSED', status: 500 } },
    {
      name: 'redirects',
      behaviour: answers(302, { location: 'http://127.0.0.1:9/' }),
      failure: { fault: 'REDIRECTED', status: 302 },
    },
    { name: 'hangs', behaviour: null, failure: { fault: 'TIMED_OUT', status: null } },
  ] as const)(
    'of an endpoint that $name are made again later, and keep no other waiting',
    async ({ behaviour, failure }) => {
      const bad = await endpoint();
      endpoints.behave(bad, behaviour);
      const good = await endpoint();
      const webhook = await register(bad.url);
      await register(good.url);
      start();
      const failingSince = clock.now();
      await change();
      await called(good, 1);
      expect(await failed(webhook, 1)).toMatchObject({
        failures: 1,
        failingSince,
        lastFailure: failure,
        lastSuccessAt: null,
      });
      clock.advance(9_999);
      await change();
      await called(good, 2);
      await until(async () => (await untold()) === 1);
      expect(bad.requests).toHaveLength(1);
      clock.advance(1);
      expect(await failed(webhook, 2)).toMatchObject({ failingSince, lastFailure: failure });
      endpoints.behave(bad, fine);
      clock.advance(20_000);
      await succeeded(webhook, clock.now());
      expect(await look(webhook)).toMatchObject({
        failures: 0,
        failingSince: null,
        lastFailure: null,
      });
      await stop();
      expect(bad.requests).toHaveLength(3);
      expect(good.requests).toHaveLength(2);
    },
  );

  it('of an endpoint that has been dead for ten days are given up, and the log tells it', async () => {
    const webhook = await register(`http://127.0.0.1:${await refusedPort()}/secret-path`);
    start();
    await change();
    await failed(webhook, 1);
    clock.advance(10 * DAY_MS - 1);
    expect(await failed(webhook, 2)).toMatchObject({
      lastFailure: { fault: 'UNREACHABLE', status: null },
    });
    clock.advance(DAY_MS);
    await until(async () => (await test.gateway.store.webhooks.byId(webhook.id)) === null);
    await stop();
    const warnings = test.logged.filter(({ fields }) => fields.webhook === webhook.id);
    expect(warnings.map(({ level, fields }) => [level, fields.failures, fields.fault])).toEqual([
      ['warn', 1, 'UNREACHABLE'],
      ['warn', 3, 'UNREACHABLE'],
    ]);
    expect(JSON.stringify(test.logged)).not.toContain('secret-path');
  });

  it('that were due when a process ended are made by the next, and no others', async () => {
    const server = await endpoint();
    await register(server.url);
    await change();
    start();
    await called(server, 1);
    await until(async () => (await untold()) === 0);
    await stop();
    start();
    await change();
    await called(server, 2);
    await stop();
    expect(server.requests).toHaveLength(2);
  });

  it('are made although the log no longer tells what happened', async () => {
    const server = await endpoint();
    const webhook = await register(server.url);
    await change();
    await setLicenceLimit(test.gateway, test.operator, 100);
    clock.advance(DAY_MS);
    await test.gateway.store.upkeep.cutLog(clock.now());
    expect(await rawRows(url, "SELECT * FROM change_log WHERE kind = 'UserAdded'")).toEqual([]);
    start();
    await succeeded(webhook, clock.now());
    start();
    await stop();
    expect(server.requests).toHaveLength(1);
  });

  it('wait while their application is switched off', async () => {
    const server = await endpoint();
    const other = await endpoint();
    await register(server.url);
    const { gateway } = test;
    const second = await addApplication(gateway, { name: 'second' });
    await gateway.store.webhooks.register(second.id, { endpointUrl: other.url, token: null }, MOST);
    const switchTo = (active: boolean) =>
      gateway.store.transact(OPERATOR, (transaction) =>
        transaction.changeApplication(application.id, { active }),
      );
    await switchTo(false);
    start();
    await change();
    await called(other, 1);
    expect(server.requests).toEqual([]);
    await switchTo(true);
    await called(server, 1);
  });

  it('are at once when a dead endpoint registers again', async () => {
    const server = await endpoint(answers(503));
    const webhook = await register(server.url);
    start();
    await change();
    await failed(webhook, 1);
    server.behave(fine);
    expect(await register(server.url, 'new')).toEqual(webhook);
    await succeeded(webhook, clock.now());
    expect(server.requests.at(-1)?.headers.authorization).toBe('Basic new');
  });

  it('are not made without the token that belongs to them', async () => {
    const server = await endpoint();
    const webhook = await register(server.url, 'sealed');
    await test.close();
    test = await open(Buffer.alloc(32, 8));
    start();
    await change();
    expect(await failed(webhook, 1)).toMatchObject({
      lastFailure: { fault: 'SECRET_UNREADABLE', status: null },
    });
    expect(server.requests).toEqual([]);
  });

  it('that nobody has settled are taken by somebody else once their claim is over', async () => {
    const webhook = await register('http://127.0.0.1:9/');
    await change();
    const { webhooks } = test.gateway.store;
    const { revision } = test.gateway.live.index;
    const [first] = await webhooks.claim(revision, MOST, 60_000);
    expect(first.webhook).toEqual(webhook);
    expect(await webhooks.claim(revision, MOST, 60_000)).toEqual([]);
    await webhooks.failed(first, { fault: 'TIMED_OUT', status: null }, clock.now());
    const [second] = await webhooks.claim(revision, MOST, 1);
    const third = await until(async () => (await webhooks.claim(revision, MOST, 60_000))[0]);
    expect(third.claim).not.toBe(second.claim);
    // What the one says that was too slow counts for nothing.
    await webhooks.succeeded(second, revision);
    expect(await look(webhook)).toMatchObject({ failures: 1, lastSuccessAt: null });
    await webhooks.succeeded(third, revision);
    expect(await look(webhook)).toMatchObject({ failures: 0, lastSuccessAt: clock.now() });
    expect(await webhooks.claim(revision, MOST, 60_000)).toEqual([]);
  });
});
