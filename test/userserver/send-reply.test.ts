import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Links } from '../../src/userserver/links.js';
import { asReply, created, NO_CONTENT, type Reply } from '../../src/userserver/reply.js';
import { sendReply } from '../../src/userserver/send-reply.js';

const LINKS = new Links('http://base');

/** What a client that accepts `accept` is sent for a reply. */
async function sent(reply: Reply, accept: string): Promise<Record<string, unknown>> {
  const server = createServer((request, response) => {
    sendReply(request, response, reply, LINKS).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`, { headers: { accept } });
  const body = await response.text();
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    length: response.headers.get('content-length'),
    location: response.headers.get('location'),
    body,
  };
}

describe('a reply', () => {
  it('with no content has neither body nor type', async () => {
    const nothing = { status: 204, type: null, length: null, location: null, body: '' };
    expect(await sent(NO_CONTENT, 'application/json')).toEqual(nothing);
    expect(await sent(NO_CONTENT, 'application/xml')).toEqual(nothing);
  });

  it('of something created says where it is, and has a type without a body too', async () => {
    const empty = {
      status: 201,
      length: '0',
      location: 'http://base/user?username=a%20b',
      body: '',
    };
    const reply = created(LINKS.user('a b'));
    expect(await sent(reply, 'application/json')).toEqual({ ...empty, type: 'application/json' });
    expect(await sent(reply, '*/*')).toEqual({ ...empty, type: 'application/xml' });
  });

  it('of something created may hold a document', async () => {
    const body = '{"newEventToken":"t","incrementalSynchronisationAvailable":true,"events":[]}';
    const reply = created(LINKS.group('g'), { kind: 'event-token', token: 't' });
    expect(await sent(reply, 'application/json')).toEqual({
      status: 201,
      type: 'application/json',
      length: String(body.length),
      location: 'http://base/group?groupname=g',
      body,
    });
  });

  it('of a document alone has status 200', async () => {
    const reply = asReply({ kind: 'event-token', token: 't' });
    expect(await sent(reply, 'application/json')).toMatchObject({ status: 200, location: null });
    expect(asReply(NO_CONTENT)).toBe(NO_CONTENT);
  });
});
