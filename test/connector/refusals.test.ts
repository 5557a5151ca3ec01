import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JIRA_HEADERS, replay, XML_HEADERS, xml } from '../support/crowd-answers.js';
import { connectTo, failureOf } from '../support/crowd-connection.js';
import { type Behaviour, type LocalServer, startServer } from '../support/misbehaving-server.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

/** Answers with a status and headers of its own, and a body that would do in any other answer. */
function answer(
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array = '<users/>',
): Behaviour {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

async function identifyFailure(behaviour: Behaviour) {
  server.behave(behaviour);
  return failureOf(connectTo(server.url).identify());
}

describe('the application', () => {
  it.each([
    { name: 'with the text of Crowd', body: 'Application failed to authenticate' },
    { name: 'without a body', body: '' },
  ])('is told that its credentials are wrong $name', async ({ body }) => {
    const headers = { ...JIRA_HEADERS, 'WWW-Authenticate': 'BASIC realm="Crowd REST Service"' };
    expect(await identifyFailure(answer(401, headers, body))).toEqual({
      code: 'AUTH',
      details: { server: server.url },
    });
  });

  it.each([
    {
      name: 'a page of Tomcat',
      behaviour: replay('tomcat-403'),
      says:
        'HTTP Status 403 – Forbidden Type Status Report Message Client with address "0:0:0:0:0:0:0:1" is ' +
        'forbidden from making requests to the application, gatehouse. Description The server understood the requ',
    },
    {
      name: 'a page of Jira',
      behaviour: replay('jira-9-403'),
      says:
        "Forbidden (403) Encountered a '403 - Forbidden' error while loading this page. " +
        'client.forbidden.exception',
    },
    {
      name: 'plain text',
      behaviour: answer(403, { ...JIRA_HEADERS, 'Content-Type': 'text/plain' }, 'not <you>\n'),
      says: 'not <you>',
    },
    { name: 'nothing', behaviour: answer(403, JIRA_HEADERS, ''), says: null },
    {
      name: 'a page that does not close what it hides',
      behaviour: answer(403, { ...JIRA_HEADERS, 'Content-Type': 'text/html' }, 'No.<script>var a'),
      says: 'No.',
    },
    {
      name: 'a page with letters that are longer in lower case',
      behaviour: answer(
        403,
        { ...JIRA_HEADERS, 'Content-Type': 'text/html' },
        'İzin İstanbul İ<script>var a</script>yok',
      ),
      says: 'İzin İstanbul İ yok',
    },
  ])('is told that its address is refused, by $name', async ({ behaviour, says }) => {
    expect(await identifyFailure(behaviour)).toEqual({
      code: 'ADDRESS_REFUSED',
      details: { server: server.url, says },
    });
  });

  it('is not told to look at its address when a permission is missing', async () => {
    expect(await identifyFailure(replay('crowd-5-permission-denied'))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'reason',
        reason: 'is APPLICATION_PERMISSION_DENIED (status 403)',
      },
    });
  });
});

describe('a server in trouble', () => {
  it.each([500, 502, 503, 504, 429, 408])('is unreachable when it answers %d', async (status) => {
    expect(await identifyFailure(xml('<error/>', status))).toEqual({
      code: 'UNREACHABLE',
      details: { server: server.url, reason: `answers ${status}` },
    });
  });

  it.each([
    {
      name: 'a code of the protocol',
      behaviour: replay('jira-9-illegal-argument'),
      field: 'reason',
      reason: 'is ILLEGAL_ARGUMENT (status 400)',
    },
    {
      name: 'a missing resource',
      behaviour: answer(404, JIRA_HEADERS, ''),
      field: 'status',
      reason: 'is 404 where 200 was due',
    },
    {
      name: 'no content',
      behaviour: answer(204, JIRA_HEADERS, ''),
      field: 'status',
      reason: 'is 204 where 200 was due',
    },
    {
      name: 'something else than XML that says so',
      behaviour: answer(400, XML_HEADERS, '{"reason":"X"}'),
      field: 'status',
      reason: 'is 400 where 200 was due',
    },
  ])('is quoted with $name', async ({ behaviour, field, reason }) => {
    expect(await identifyFailure(behaviour)).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field, reason },
    });
  });
});

describe('the version header', () => {
  const xmlOnly = { 'Content-Type': 'application/xml' };
  const version = (value: string) => ({ ...xmlOnly, 'X-Embedded-Crowd-Version': value });

  it.each([200, 401, 403, 404, 500])('decides before the status %d', async (status) => {
    expect(await identifyFailure(answer(status, xmlOnly))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'X-Embedded-Crowd-Version',
        reason: `is missing: this is no Jira or Crowd user server, or a proxy in between answered (status ${status})`,
      },
    });
  });

  it('is what a proxy lacks', async () => {
    expect(await identifyFailure(replay('proxy-502'))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'X-Embedded-Crowd-Version',
        reason: expect.stringContaining('status 502'),
      },
    });
  });

  it.each(['JIRA/4.2.4', 'JIRA/3.13', 'Jira/4', 'JIRA/unknown'])('refuses %s', async (value) => {
    const said = value.slice(value.indexOf('/') + 1);
    expect(await identifyFailure(answer(200, version(value)))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'X-Embedded-Crowd-Version',
        reason: `says Jira ${said}; Jira 4.3 or later is needed`,
      },
    });
  });

  it.each(['', '5.1.0', '/5.1.0', 'Crowd/'])('cannot be %j', async (value) => {
    expect(await identifyFailure(answer(200, version(value)))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'X-Embedded-Crowd-Version',
        reason: `is \`${value}\`, not \`product/version\``,
      },
    });
  });

  it.each([
    { value: 'JIRA/4.3', product: 'JIRA', version: '4.3' },
    { value: 'JIRA/10.0.1-rc2#10000', product: 'JIRA', version: '10.0.1-rc2#10000' },
    { value: 'Crowd/2.0.1', product: 'Crowd', version: '2.0.1' },
  ])('may be $value', async ({ value, ...server_ }) => {
    server.behave(answer(200, version(value)));
    expect(await connectTo(server.url).identify()).toEqual(server_);
  });
});

describe('a body', () => {
  it.each([
    {
      name: 'a sign-in page with status 200',
      behaviour: replay('jira-login-page'),
      field: 'Content-Type',
      reason:
        "is `text/html;charset=UTF-8`, not XML: this may be a sign-in page; check the URL's path",
    },
    {
      name: 'without a type',
      behaviour: answer(200, JIRA_HEADERS),
      field: 'Content-Type',
      reason: 'is missing',
    },
    {
      name: 'in another character set',
      behaviour: answer(200, { ...JIRA_HEADERS, 'Content-Type': 'text/xml; charset=ISO-8859-1' }),
      field: 'Content-Type',
      reason: 'names the character set `iso-8859-1`; only UTF-8 is read',
    },
    {
      name: 'that declares another character set',
      behaviour: xml('<?xml version="1.0" encoding="windows-1252"?><users/>'),
      field: 'encoding',
      reason: 'is `windows-1252` in the XML declaration; only UTF-8 is read',
    },
    {
      name: 'that is not UTF-8 after all',
      behaviour: answer(
        200,
        XML_HEADERS,
        Buffer.from('<users><user name="J\xfcrgen"/></users>', 'latin1'),
      ),
      field: 'body',
      reason: 'is not UTF-8',
    },
    {
      name: 'compressed without being asked',
      behaviour: answer(200, { ...XML_HEADERS, 'Content-Encoding': 'gzip' }),
      field: 'Content-Encoding',
      reason: 'is `gzip` although none was asked for; check the proxy in between',
    },
  ])('$name is refused', async ({ behaviour, field, reason }) => {
    expect(await identifyFailure(behaviour)).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field, reason },
    });
  });

  it('may have a byte order mark and any spelling of its type', async () => {
    const headers = { ...JIRA_HEADERS, 'Content-Type': 'TEXT/XML ; Charset="UTF-8"' };
    server.behave(answer(200, headers, '\uFEFF<?xml version="1.0" encoding="utf-8"?><users/>'));
    expect(await connectTo(server.url).identify()).toEqual({ product: 'JIRA', version: '9.12.0' });
  });
});

describe('a redirect', () => {
  it('to another host is not followed', async () => {
    const other = await startServer(xml('<users/>'));
    try {
      const location = `${other.url.replace('127.0.0.1', 'localhost')}/rest?token=1`;
      expect(await identifyFailure(answer(302, { ...JIRA_HEADERS, Location: location }))).toEqual({
        code: 'PROTOCOL',
        details: {
          server: server.url,
          field: 'status',
          reason: 'is 302, a redirect to another host; redirects are not followed',
        },
      });
      expect(server.requests).toHaveLength(1);
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it.each([
    { name: 'a path', location: '/login.jsp?os_destination=x', told: ', a redirect to /login.jsp' },
    {
      name: 'https on the same host',
      location: 'https://127.0.0.1/jira',
      told: ', a redirect to /jira over https',
    },
    { name: 'nowhere', location: 'http://[', told: '' },
  ])('to $name is not followed', async ({ location, told }) => {
    expect(await identifyFailure(answer(301, { Location: location }))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'status',
        reason: `is 301${told}; redirects are not followed`,
      },
    });
    expect(server.requests).toHaveLength(1);
  });
});

it('a URL that is none is refused before anything is sent', () => {
  expect(() => connectTo('ftp://127.0.0.1')).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      details: { field: 'serverUrl', reason: 'is no http or https URL' },
    }),
  );
});
