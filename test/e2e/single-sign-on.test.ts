import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { asAdmin, companyDatabase, PASSWORD, serve } from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';

const COOKIE = 'sso.token';
const LOGIN = Buffer.from(`bitbucket:${PASSWORD}`).toString('base64');
const HERE = { validationFactors: [{ name: 'remote_address', value: '127.0.0.1' }] };

describeEachDatabase('single sign-on', (database) => {
  let gateway: GatewayProcess;

  beforeAll(async () => {
    gateway = await serve(await companyDatabase(database), {
      GATEHOUSE_SESSION_COOKIE: COOKIE,
      GATEHOUSE_SESSION_IDLE_MINUTES: '5',
      GATEHOUSE_SESSION_HOURS: '2',
    });
  }, 120_000);
  afterAll(() => gateway.stop());

  /** As the application does it: the status, and the answer where there is one. */
  const application = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${gateway.url}/rest/usermanagement/1${path}`, {
      method,
      headers: {
        authorization: `Basic ${LOGIN}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
      body: body ? JSON.stringify(body) : null,
    });
    const text = await answer.text();
    return { status: answer.status, told: text === '' ? null : JSON.parse(text) };
  };
  /** As a browser does it. */
  const browser = async (query: string, token?: string) => {
    const cookie: Record<string, string> =
      token === undefined ? {} : { cookie: `${COOKIE}=${token}` };
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...cookie },
      body: JSON.stringify({ query }),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      told: JSON.parse(await answer.text()),
    };
  };
  const viewer = '{ viewer { name } }';

  it('goes from an application to the gateway and back, until somebody signs out', async () => {
    const { users } = await asAdmin(gateway).ask<{
      users: { nodes: { name: string; active: boolean }[] };
    }>('{ users { nodes { name active } } }');
    const name = users.nodes.find(({ active }) => active)?.name ?? 'nobody';
    const cookie = await application('GET', '/config/cookie');
    expect(cookie.told.name).toBe(COOKIE);

    const login = { username: name, password: PASSWORD, 'validation-factors': HERE };
    const opened = await application('POST', '/session', login);
    const { token, ...session } = opened.told;
    expect([opened.status, session['expiry-date'] - session['created-date']]).toEqual([
      201,
      5 * 60_000,
    ]);
    expect((await browser(viewer, token)).told.data.viewer).toEqual({ name });
    const { told } = await browser('{ sessions { nodes { application current } } }', token);
    expect(told.data.sessions.nodes).toEqual([{ application: 'bitbucket', current: true }]);
    await browser('mutation { signOut { ended } }', token);
    expect((await application('GET', `/session/${token}`)).status).toBe(404);

    const signIn = `mutation { signIn(name: "${name}", password: "${PASSWORD}") { viewer { name } } }`;
    const signedIn = await browser(signIn);
    const [, given = ''] =
      new RegExp(`^${COOKIE}=([\\w-]+);`).exec(signedIn.headers.get('set-cookie') ?? '') ?? [];
    expect(signedIn.told.data.signIn.viewer).toEqual({ name });
    const checked = await application('POST', `/session/${given}`, HERE);
    expect([checked.status, checked.told.user.name]).toEqual([200, name]);
    await application('DELETE', `/session/${given}`);
    expect((await browser(viewer, given)).status).toBe(401);
  });
});
