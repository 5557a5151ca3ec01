import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Courier } from '../../src/jobs/courier.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { EndpointPost } from '../support/endpoint-post.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { until } from '../support/until.js';
import { type Served, serve } from './served.js';
import { addWriter, settle } from './written-company.js';

/** What an application writes, in order, and whether a follower is told of it at `/event`. */
const WRITES: readonly (readonly [send: string, body: object | null, isTold: boolean])[] = [
  ['POST /user', { name: 'zoe', password: { value: 'secret' } }, true],
  ['PUT /user?username=zoe', { name: 'zoe', email: 'zoe@example.org' }, true],
  ['PUT /user/password?username=zoe', { value: 'another' }, false],
  ['POST /user/expire-all-passwords?confirm=true', null, false],
  ['POST /user/attribute?username=zoe', { attributes: [{ name: 'a', values: ['1'] }] }, true],
  ['POST /group', { name: 'qa', type: 'GROUP' }, true],
  ['POST /user/group/direct?username=zoe', { name: 'qa' }, true],
  ['POST /group/child-group/direct?groupname=devs', { name: 'qa' }, true],
  ['POST /user/rename?username=zoe', { 'new-name': 'zora' }, true],
  ['DELETE /user?username=zora', null, true],
  ['DELETE /group?groupname=qa', null, true],
];

describeEachDatabase('what an application writes', (database) => {
  let url: string;
  let served: Served;
  let endpoint: LocalServer;
  let courier: Courier;

  beforeAll(async () => {
    url = await database.create();
    endpoint = await startServer((_, response) => {
      response.writeHead(200).end();
    });
    served = await serve({ url, post: new EndpointPost().post });
    await settle(served, await addWriter(served));
    // Long enough for what it is not woken for to be missed.
    courier = new Courier(served.gateway, 3_600_000, (error) => {
      throw error;
    });
  });
  afterAll(async () => {
    await courier.stop();
    await served.close();
    await endpoint.close();
  });

  const send = async (write: string, body: object | null) => {
    const [method, path] = write.split(' ');
    const headers = { 'content-type': 'application/json' };
    const answer = await served.ask(path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : '',
    });
    return answer.status < 300;
  };
  /** Once nothing is left to be told; a write that nobody is told of leaves nothing. */
  const settled = (revision: number) =>
    until(async () => {
      const [row] = await rawRows(url, 'SELECT told_revision AS told, claim FROM webhook');
      return Number(row.told) >= revision && row.claim === null;
    });

  it('calls its webhooks, once for each write that followers are told of', async () => {
    expect(await send('POST /webhook', { endpointUrl: endpoint.url })).toBe(true);
    const called: boolean[] = [];
    for (const [write, body, isTold] of WRITES) {
      const before = endpoint.requests.length;
      const { revision } = served.gateway.live.index;
      expect([write, await send(write, body)]).toEqual([write, true]);
      expect(served.gateway.live.index.revision).toBe(revision + 1);
      if (isTold) await settled(revision + 1);
      called.push(endpoint.requests.length === before + 1);
    }
    expect(called).toEqual(WRITES.map(([, , isTold]) => isTold));
    expect(endpoint.requests).toHaveLength(WRITES.filter(([, , isTold]) => isTold).length);
  });
});
