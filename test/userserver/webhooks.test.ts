import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { APPLICATION, addApplication } from './company.js';
import { type Asking, JSON_ONLY, reasonIn, type Served, serve } from './served.js';

const XML = { 'content-type': 'application/xml' };
const JSON_BODY = { 'content-type': 'application/json', ...JSON_ONLY };
const OTHER = { name: 'Other', password: 'secret' };
const URL_OF_HOOK = 'https://stash.example.org/hook?a=1&b=2';

describeEachDatabase('webhooks at the user server', (database) => {
  let served: Served;
  let url: string;

  beforeAll(async () => {
    url = await database.create();
    served = await serve({ url });
    await addApplication(served.gateway);
    await addApplication(served.gateway, OTHER);
  });
  afterAll(() => served.close());

  const ask = (method: string, path: string, asking: Asking = {}) =>
    served.ask(path, { method, ...asking });
  const register = (fields: object, login: Asking['login'] = APPLICATION) =>
    ask('POST', '/webhook', { headers: JSON_BODY, body: JSON.stringify(fields), login });
  const idOf = ({ body }: { body: string }) => Number(JSON.parse(body).id);
  const path = (id: number) => `/webhook/${id}`;

  it('are registered, shown and removed in XML', async () => {
    const escaped = URL_OF_HOOK.replaceAll('&', '&amp;');
    const body = `<webhook><endpointUrl>${escaped}</endpointUrl><token>t0ken</token></webhook>`;
    const made = await ask('POST', '/webhook', { headers: XML, body });
    const id = /<id>(\d+)<\/id>/.exec(made.body)?.[1];
    const document = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><webhook><id>${id}</id><endpointUrl>${escaped}</endpointUrl></webhook>`;
    expect([made.status, made.body]).toEqual([201, document]);
    expect(made.headers.location).toBe(`${served.origin}/rest/usermanagement/1/webhook/${id}`);
    expect(await ask('GET', `/webhook/${id}`)).toMatchObject({ status: 200, body: document });
    expect(await ask('DELETE', `/webhook/${id}`)).toMatchObject({ status: 204, body: '' });
    const gone = await ask('GET', `/webhook/${id}`);
    expect([gone.status, reasonIn(gone)]).toEqual([404, 'WEBHOOK_NOT_FOUND']);
    const again = await ask('DELETE', `/webhook/${id}`);
    expect([again.status, reasonIn(again)]).toEqual([404, 'WEBHOOK_NOT_FOUND']);
  });

  it('are the same for the same address, in JSON', async () => {
    const made = await register({ endpointUrl: URL_OF_HOOK });
    const id = idOf(made);
    expect(made).toMatchObject({
      status: 201,
      body: JSON.stringify({ id, endpointUrl: URL_OF_HOOK }),
    });
    expect(made.headers['content-type']).toBe('application/json');
    expect(idOf(await register({ endpointUrl: URL_OF_HOOK, token: 'x' }))).toBe(id);
    expect(idOf(await register({ endpointUrl: `${URL_OF_HOOK}/` }))).not.toBe(id);
    expect(idOf(await register({ endpointUrl: URL_OF_HOOK }, OTHER))).not.toBe(id);
  });

  it("are nobody's but their application's", async () => {
    const id = idOf(await register({ endpointUrl: 'http://own.example.org' }));
    for (const method of ['GET', 'DELETE']) {
      const answer = await ask(method, path(id), { login: OTHER });
      expect([answer.status, reasonIn(answer)]).toEqual([404, 'WEBHOOK_NOT_FOUND']);
    }
    expect((await ask('GET', path(id))).status).toBe(200);
  });

  it.each(['0', '9999', 'x', '-1', '1e3', '9'.repeat(30)])('are not found as %s', async (id) => {
    const answer = await ask('GET', `/webhook/${id}`);
    expect([answer.status, reasonIn(answer)]).toEqual([404, 'WEBHOOK_NOT_FOUND']);
  });

  it.each([
    { name: 'no address', fields: {} },
    { name: 'an empty address', fields: { endpointUrl: ' ' } },
    { name: 'a relative address', fields: { endpointUrl: '/hook' } },
    { name: 'another scheme', fields: { endpointUrl: 'ftp://stash/' } },
    { name: 'a password in the address', fields: { endpointUrl: 'http://a:b@stash/' } },
    { name: 'a long address', fields: { endpointUrl: `http://stash/${'x'.repeat(2_048)}` } },
    { name: 'a token of two lines', fields: { endpointUrl: 'http://stash/', token: 'a\r\nb: c' } },
    { name: 'a token beyond ASCII', fields: { endpointUrl: 'http://stash/', token: 'é' } },
    { name: 'a long token', fields: { endpointUrl: 'http://stash/', token: 'x'.repeat(256) } },
  ])('with $name are refused', async ({ fields }) => {
    const answer = await register(fields);
    expect([answer.status, JSON.parse(answer.body).reason]).toEqual([400, 'ILLEGAL_ARGUMENT']);
  });

  it('are at most twenty, and one that was removed makes room', async () => {
    const crowded = { name: 'Crowded', password: 'secret' };
    await addApplication(served.gateway, crowded);
    const add = (i: number) => register({ endpointUrl: `http://stash/${i}` }, crowded);
    const all = await Promise.all(Array.from({ length: 25 }, (_, i) => add(i)));
    const made = all.filter(({ status }) => status === 201);
    expect(made).toHaveLength(20);
    expect(all.filter(({ status }) => status === 400)).toHaveLength(5);
    expect((await register(JSON.parse(made[0].body), crowded)).status).toBe(201);
    expect((await add(99)).status).toBe(400);
    await ask('DELETE', path(idOf(made[0])), { login: crowded });
    expect((await add(99)).status).toBe(201);
  });

  it('go with their application', async () => {
    const leaving = { name: 'Leaving', password: 'secret' };
    const { id: application } = await addApplication(served.gateway, leaving);
    const id = idOf(await register({ endpointUrl: 'http://leaving.example.org' }, leaving));
    await served.gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.removeApplication(application),
    );
    expect(await rawRows(url, `SELECT id FROM webhook WHERE id = ${id}`)).toEqual([]);
  });

  it('keep their token sealed', async () => {
    const token = 'a-token-nobody-shall-read';
    const answer = await register({ endpointUrl: 'http://sealed.example.org', token });
    const [row] = await rawRows(url, `SELECT token FROM webhook WHERE id = ${idOf(answer)}`);
    expect(String(row.token)).toMatch(/^v1\./);
    expect(JSON.stringify([row, answer.body, served.logged])).not.toContain(token);
  });
});
