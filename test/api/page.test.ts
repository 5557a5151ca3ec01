import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { consolePage } from '../../src/console/index.js';
import { OPERATOR, type Served, serve } from './served.js';

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-encoding': 'gzip, deflate, br',
  'sec-fetch-site': 'none',
};

describe('the page at /graphql', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ page: consolePage });
  });
  afterAll(() => served.close());

  const get = (path: string, headers: Record<string, string> = BROWSER) =>
    served.send({ as: OPERATOR, method: 'GET', path, headers });

  it('is shown to a browser that has signed in, under a policy that lets nothing else in', async () => {
    const { status, headers, text } = await get('/graphql');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('<title>Gatehouse</title>');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.match(/script-src [^;]*/)?.[0]).toBe("script-src 'self'");
  });

  it('has no inline script and nothing from another host', async () => {
    const { text } = await get('/graphql');
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(text).not.toMatch(/\son\w+=/);
    expect(text).not.toMatch(/https?:|\/\/\w/);
  });

  it('finds all its files, each with a validator', async () => {
    const { text } = await get('/graphql');
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    expect(files).toHaveLength(5);
    for (const path of files) {
      const plain = await get(path, { accept: '*/*' });
      expect(plain.status).toBe(200);
      expect(plain.text.length).toBeGreaterThan(100);
      expect(plain.headers['content-type']).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      const packed = await get(path);
      expect(packed.headers['content-encoding']).toBe('gzip');
      const again = await get(path, { ...BROWSER, 'if-none-match': String(plain.headers.etag) });
      expect(again).toMatchObject({ status: 304, text: '' });
    }
  });

  it('speaks over the socket with what its bundle brings along', async () => {
    const { text } = await get('/graphql/assets/graphiql.js', { accept: '*/*' });
    expect(text).toContain('graphql-transport-ws');
    expect(text).toContain('createFetcher');
  });

  it.each([
    '/graphql/assets/',
    '/graphql/assets/nothing.js',
    '/graphql/assets/../../../package.json',
    '/graphql/assets/%2e%2e%2fpackage.json',
    '/graphql/assets/react.js/..',
    '/graphql/assets/__proto__',
  ])('serves its own files only (%s)', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each([
    undefined,
    '*/*',
    'application/json',
    'application/json, text/html',
    'application/graphql-response+json',
  ])('is not shown to a program that accepts %s', async (accept) => {
    const answer = await get('/graphql?query={revision}', accept === undefined ? {} : { accept });
    expect(JSON.parse(answer.text)).toHaveProperty('data.revision');
  });

  it('answers HEAD with the same headers and no body', async () => {
    const answer = await served.send({ as: OPERATOR, method: 'HEAD', headers: BROWSER });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });
});
