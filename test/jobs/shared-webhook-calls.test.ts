import { expect, it } from '@jest/globals';
import { Courier } from '../../src/jobs/courier.js';
import { setLicenceLimit } from '../../src/usecase/index.js';
import { rawRows } from '../store/raw-rows.js';
import { describeSharedDatabase } from '../support/databases.js';
import { EndpointPost } from '../support/endpoint-post.js';
import { openTestGateway, StandingClock } from '../support/gateway.js';
import { type Behaviour, startServer } from '../support/misbehaving-server.js';
import { until } from '../support/until.js';
import { addApplication } from '../userserver/company.js';
import { addUser } from './add-user.js';

const DAY_MS = 24 * 60 * 60_000;
const MOST = 20;

const fine: Behaviour = (_, response) => {
  response.writeHead(200).end();
};

describeSharedDatabase('calls of webhooks by several processes', (database) => {
  it('are made of one that the log did not tell all that another has done', async () => {
    const url = await database.create();
    const clock = new StandingClock();
    const writer = await openTestGateway({ url, clock });
    const caller = await openTestGateway({ url, clock, post: new EndpointPost().post });
    const server = await startServer(fine);
    const { id } = await addApplication(writer.gateway);
    await writer.gateway.store.webhooks.register(
      id,
      { endpointUrl: server.url, token: null },
      MOST,
    );
    await caller.gateway.live.catchUp();
    const courier = new Courier(caller.gateway, 3_600_000, () => undefined);
    await addUser(writer, 'ann');
    await setLicenceLimit(writer.gateway, writer.operator, 100);
    clock.advance(DAY_MS);
    await writer.gateway.store.upkeep.cutLog(clock.now());
    await caller.gateway.live.catchUp();
    await until(() => server.requests.length === 1);
    await courier.stop();
    await server.close();
    await Promise.all([writer.close(), caller.close()]);
  });

  it('are made once', async () => {
    const url = await database.create();
    const tests = await Promise.all(
      [1, 2, 3].map(() => openTestGateway({ url, post: new EndpointPost().post })),
    );
    const [{ gateway }] = tests;
    const { id } = await addApplication(gateway);
    const server = await startServer(fine);
    for (let i = 0; i < 3; i++) {
      const webhook = { endpointUrl: `${server.url}/${i}`, token: null };
      await gateway.store.webhooks.register(id, webhook, MOST);
    }
    const following = tests.map((test) =>
      setInterval(() => void test.gateway.live.catchUp().catch(() => undefined), 5),
    );
    const couriers = tests.map((test) => new Courier(test.gateway, 5, () => undefined));
    const told = () =>
      rawRows(url, 'SELECT MIN(told_revision) AS told, MAX(claimed_until) AS claimed FROM webhook');
    for (let i = 1; i <= 10; i++) {
      const revision = await addUser(tests[i % tests.length], `u${i}`);
      await until(async () => {
        const [{ told: least, claimed }] = await told();
        return Number(least) >= revision && claimed === null;
      });
    }
    for (const timer of following) clearInterval(timer);
    await Promise.all(couriers.map((courier) => courier.stop()));
    const paths = server.requests.map(({ path }) => path).sort();
    expect(paths).toEqual(
      [...'0'.repeat(10), ...'1'.repeat(10), ...'2'.repeat(10)].map((i) => `/${i}`),
    );
    await server.close();
    await Promise.all(tests.map((test) => test.close()));
  });
});
