import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createUserServer } from '../../src/userserver/index.js';
import { APPLICATION, addApplication, buildCompany } from './company.js';
import { loginHeader, type Served, serve } from './served.js';

let served: Served;

beforeAll(async () => {
  served = await serve();
  await buildCompany(served.gateway);
  await addApplication(served.gateway);
});
afterAll(() => served.close());

const XML = 'application/xml';
const SEARCH = '/search?entity-type=user';

describe('a request that breaks off', () => {
  it('leaves the server as it was and is no error of ours', async () => {
    const { hostname, port } = new URL(served.origin);
    const { authorization } = loginHeader();
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(
      [
        'POST /rest/usermanagement/1/search?entity-type=user HTTP/1.1',
        'Host: a',
        `Authorization: ${authorization}`,
        'Content-Type: application/xml',
        'Content-Length: 100',
        '',
        '<null',
      ].join('\r\n'),
    );
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await served.ask('/user?username=ann')).status).toBe(200);
    expect(served.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a client that leaves before its body is read', () => {
  it('is not waited for', async () => {
    const { gateway } = served;
    const reached = new EventEmitter();
    const { applicationByName } = gateway.store.reader;
    // What is remembered of it is not read.
    gateway.rows.forgetApplication(APPLICATION.name);
    Object.defineProperty(gateway.store.reader, 'applicationByName', {
      configurable: true,
      value: async (name: string) => {
        reached.emit('asked');
        await once(reached, 'go on');
        return applicationByName.call(gateway.store.reader, name);
      },
    });
    const handle = createUserServer(gateway, { version: '1.2.3', trustedProxies: [] });
    const server = createServer((request, response) => {
      request.once('close', () => reached.emit('go on'));
      handle(request, response).then(() => reached.emit('ended'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const { authorization } = loginHeader();
    socket.write(
      `POST /rest/usermanagement/1${SEARCH} HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Type: ${XML}\r\nContent-Length: 100\r\n\r\n<null`,
    );
    await once(reached, 'asked');
    const ended = once(reached, 'ended');
    socket.destroy();
    await ended;
    Object.defineProperty(gateway.store.reader, 'applicationByName', {
      configurable: true,
      value: applicationByName,
    });
    server.close();
    await once(server, 'close');
  });
});
