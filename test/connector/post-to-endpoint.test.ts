import { afterEach, describe, expect, it } from '@jest/globals';
import {
  AddressNotPermitted,
  permittedLookup,
} from '../../src/connector/endpoint/permitted-lookup.js';
import { createEndpointPost } from '../../src/connector/index.js';
import { endpointFault, retryDelayMs } from '../../src/domain/index.js';
import { makeCertificate } from '../support/crowd-certificate.js';
import {
  type Behaviour,
  forEver,
  type LocalServer,
  refusedPort,
  startServer,
  startSocketServer,
  writeAll,
} from '../support/misbehaving-server.js';

/** Where no answer comes; others have the time that a busy machine needs. */
const SHORTLY_MS = 200;
const LONG_MS = 50_000;
const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const post = createEndpointPost(LONG_MS);
const hasty = createEndpointPost(SHORTLY_MS);
const call = (url: string, body: string | null = null) => post({ url, headers: {}, body });

async function serverThat(behaviour: Behaviour): Promise<LocalServer> {
  const server = await startServer(behaviour);
  servers.push(server);
  return server;
}

describe('a call of an endpoint', () => {
  it('posts what it was given and no more', async () => {
    const server = await serverThat((_, response) => {
      response.writeHead(204).end();
    });
    const url = `${server.url}/crowd/hook?for=stash`;
    expect(await post({ url, headers: { authorization: 'Basic t' }, body: null })).toBeNull();
    expect(await post({ url, headers: {}, body: '{"a":1}' })).toBeNull();
    const [empty, full] = server.requests;
    expect(empty).toMatchObject({ method: 'POST', path: '/crowd/hook', body: '' });
    expect(empty.query.get('for')).toBe('stash');
    expect(empty.headers).toMatchObject({ authorization: 'Basic t', 'content-length': '0' });
    expect(empty.headers['content-type']).toBeUndefined();
    expect(full.body).toBe('{"a":1}');
    expect(full.headers.authorization).toBeUndefined();
  });

  it.each([200, 201, 202, 204])('has succeeded with status %i', async (status) => {
    const { url } = await serverThat((_, response) => {
      response.writeHead(status).end();
    });
    expect(await call(url)).toBeNull();
  });

  it.each([
    { status: 301, fault: 'REDIRECTED' },
    { status: 307, fault: 'REDIRECTED' },
    { status: 401, fault: 'REFUSED' },
    { status: 404, fault: 'REFUSED' },
    { status: 500, fault: 'REFUSED' },
  ])('has failed with status $status', async ({ status, fault }) => {
    const elsewhere = await serverThat((_, response) => {
      response.writeHead(200).end();
    });
    const { url } = await serverThat((_, response) => {
      response.writeHead(status, { location: elsewhere.url }).end();
    });
    expect(await call(url)).toEqual({ fault, status });
    expect(elsewhere.requests).toEqual([]);
  });

  it('waits for no body, however long', async () => {
    let left = (): void => undefined;
    const leaving = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { url } = await serverThat((_, response) => {
      response.on('close', left);
      response.writeHead(200);
      return writeAll(response, forEver('x'.repeat(65_536)));
    });
    expect(await call(url)).toBeNull();
    await leaving;
  });

  it('ends when no answer comes', async () => {
    const { url } = await serverThat(() => undefined);
    const silence = { fault: 'TIMED_OUT', status: null };
    expect(await hasty({ url, headers: {}, body: null })).toEqual(silence);
    const silent = await startSocketServer(() => undefined);
    servers.push(silent);
    const silentUrl = `http://127.0.0.1:${silent.port}`;
    expect(await hasty({ url: silentUrl, headers: {}, body: null })).toEqual(silence);
  });

  it('finds nobody, or somebody who speaks no HTTP', async () => {
    const unreachable = { fault: 'UNREACHABLE', status: null };
    expect(await call(`http://127.0.0.1:${await refusedPort()}`)).toEqual(unreachable);
    expect(await call('http://no-such-host.invalid/')).toEqual(unreachable);
    const rude = await startSocketServer((socket) => socket.end('SSH-2.0-nothing\r\n'));
    servers.push(rude);
    expect(await call(`http://127.0.0.1:${rude.port}`)).toEqual(unreachable);
    const { url } = await serverThat((_, response) => {
      response.destroy();
    });
    expect(await call(url)).toEqual(unreachable);
  });
});

const certificate = makeCertificate();
(certificate ? describe : describe.skip)('a call over TLS', () => {
  it('is made to nobody whose certificate is not trusted', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200).end();
    }, certificate ?? undefined);
    servers.push(server);
    expect(await call(server.url)).toEqual({ fault: 'TLS', status: null });
    expect(server.requests).toEqual([]);
  });
});

describe('an address that is never called', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fd20:ce::254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://224.0.0.1/',
  ])('is %s', async (url) => {
    expect(await call(url)).toEqual({ fault: 'ADDRESS_NOT_PERMITTED', status: null });
  });

  it('is left out of what a name is found to mean', async () => {
    const found = (host: string, all: boolean) =>
      new Promise((resolve) => {
        permittedLookup(host, { all }, (error, address) => resolve(error ?? address));
      });
    expect(await found('169.254.169.254', true)).toBeInstanceOf(AddressNotPermitted);
    expect(await found('fe80::1', false)).toBeInstanceOf(AddressNotPermitted);
    expect(await found('127.0.0.1', false)).toBe('127.0.0.1');
    expect(await found('10.0.0.1', true)).toEqual([{ address: '10.0.0.1', family: 4 }]);
    expect(await found('no-such-host.invalid', true)).toMatchObject({ syscall: 'getaddrinfo' });
  });
});

describe('the URL of an endpoint', () => {
  it.each(['http://stash:7990/hook', 'https://[::1]:8443/', 'HTTP://EXAMPLE.ORG'])(
    'may be %s',
    (url) => {
      expect(endpointFault(url)).toBeNull();
    },
  );

  it.each([
    '',
    'stash/hook',
    '/hook',
    'ftp://stash/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://user@stash/',
    'http://:secret@stash/',
    'http://',
    `http://stash/${'x'.repeat(2_048)}`,
  ])('may not be %s', (url) => {
    expect(endpointFault(url)).not.toBeNull();
  });
});

describe('the pause before the next call', () => {
  it('grows to an hour', () => {
    expect([1, 2, 3, 9, 10, 5_000].map(retryDelayMs)).toEqual([
      10_000, 20_000, 40_000, 2_560_000, 3_600_000, 3_600_000,
    ]);
  });
});
