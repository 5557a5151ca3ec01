import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rawRows } from '../store/raw-rows.js';
import { asAdmin, PASSWORD, serve } from '../support/company-and-gateway.js';
import { describeSharedDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { until } from '../support/until.js';

const LOGIN = Buffer.from(`bitbucket:${PASSWORD}`).toString('base64');
const NAMES = ['ann', 'bob', 'cid', 'dot'];

describeSharedDatabase('two processes that call others', (database) => {
  let url: string;
  let endpoint: LocalServer;
  let gateways: readonly GatewayProcess[];

  beforeAll(async () => {
    url = await database.create();
    endpoint = await startServer((_, response) => {
      response.writeHead(204).end();
    });
    const settings = { GATEHOUSE_MAIL_HOOK_URL: `${endpoint.url}/mail` };
    gateways = [await serve(url, settings), await serve(url, settings)];
    await asAdmin(gateways[0]).ask(
      `mutation { addApplication(input: { name: "bitbucket", password: "${PASSWORD}",
        remoteAddresses: ["127.0.0.1"], everyDirectory: [ADD_USER, MODIFY_USER] }) { revision } }`,
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await endpoint.close();
  });

  /** As the application does it, at one process and the other by turns. */
  let asked = 0;
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(
      `${gateways[asked++ % gateways.length].url}/rest/usermanagement/1${path}`,
      {
        method: 'POST',
        headers: { authorization: `Basic ${LOGIN}`, 'content-type': 'application/json' },
        body: body ? JSON.stringify(body) : null,
      },
    );
    return answer.status;
  };
  const calls = (path: string) => endpoint.requests.filter((request) => request.path === path);
  const settled = (sql: string) =>
    until(async () => {
      const [{ open }] = await rawRows(url, sql);
      return Number(open) === 0;
    });

  it('call a webhook once for each change that an application makes', async () => {
    expect(await ask('/webhook', { endpointUrl: `${endpoint.url}/webhook` })).toBe(201);
    for (const [i, name] of NAMES.entries()) {
      const email = `${name}@example.org`;
      expect(await ask('/user', { name, email, password: { value: PASSWORD } })).toBe(201);
      await until(() => calls('/webhook').length > i);
      await settled('SELECT COUNT(claimed_until) AS open FROM webhook');
    }
    expect(calls('/webhook')).toHaveLength(NAMES.length);
  }, 60_000);

  it('hand over each mail once, and each takes the token out of it', async () => {
    const statuses = await Promise.all(
      NAMES.map((name) => ask(`/user/mail/password?username=${name}`)),
    );
    expect(statuses).toEqual(NAMES.map(() => 204));
    await settled("SELECT COUNT(*) AS open FROM outgoing_mail WHERE state = 'WAITING'");
    const mails = calls('/mail').map(({ body }) => JSON.parse(body));
    expect(mails.map(({ userName }) => userName).sort()).toEqual(NAMES);
    expect(new Set(mails.map(({ id }) => id)).size).toBe(NAMES.length);
    for (const [i, gateway] of gateways.entries()) {
      const { token, userName } = mails[i];
      const query = `mutation { resetPassword(token: "${token}", newPassword: "another one") { revision } }`;
      const answer = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(await answer.json()).not.toHaveProperty('errors');
      const check = `/authentication?username=${userName}`;
      expect(await ask(check, { value: 'another one' })).toBe(200);
    }
  }, 60_000);
});
