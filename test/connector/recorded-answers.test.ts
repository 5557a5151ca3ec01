import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inTurn, replay } from '../support/crowd-answers.js';
import { APPLICATION, allOf, connectTo, PASSWORD } from '../support/crowd-connection.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

describe('what servers answer', () => {
  it('reads the users of a current Jira with their keys', async () => {
    server.behave(inTurn(replay('jira-9-users'), replay('jira-9-no-users')));
    expect(await allOf(connectTo(server.url).readUsers())).toEqual([
      [
        {
          name: 'ann',
          displayName: 'Ann Lee',
          firstName: 'Ann',
          lastName: 'Lee',
          email: 'ann@example.org',
          active: true,
          externalId: '1:6f2c8a3e-0001',
        },
        {
          name: "Bob O'Brien",
          displayName: "Bob O'Brien",
          firstName: 'Bob',
          lastName: "O'Brien & Söhne",
          email: 'bob@example.org',
          active: false,
          externalId: '32769:77',
        },
      ],
    ]);
  });

  it('reads the users of an old Crowd, which have no keys and may lack fields', async () => {
    server.behave(inTurn(replay('crowd-2-users'), replay('jira-9-no-users')));
    expect(await allOf(connectTo(server.url).readUsers())).toEqual([
      [
        {
          name: 'ann',
          displayName: 'Ann Lee',
          firstName: 'Ann',
          lastName: 'Lee',
          email: 'ann@example.org',
          active: true,
          externalId: null,
        },
        {
          name: 'carol',
          displayName: 'Carol <Ops>',
          firstName: '',
          lastName: '',
          email: '',
          active: true,
          externalId: null,
        },
      ],
    ]);
  });

  it('reads a list of minimal users', async () => {
    server.behave(inTurn(replay('jira-9-group-members'), replay('jira-9-no-users')));
    const [page = []] = await allOf(connectTo(server.url).readUsers());
    expect(page.map(({ name, email }) => ({ name, email }))).toEqual([
      { name: 'ann', email: '' },
      { name: 'bob', email: '' },
    ]);
  });

  it.each([
    {
      jira: 'an old',
      stem: 'jira-4-groups',
      groups: [
        { name: 'jira-users', description: 'Everybody', active: true },
        { name: 'Entwickler Süd', description: '', active: false },
      ],
    },
    {
      jira: 'a current',
      stem: 'jira-9-groups',
      groups: [{ name: 'devs', description: '', active: true }],
    },
  ])('reads groups of $jira Jira', async ({ stem, groups }) => {
    server.behave(inTurn(replay(stem), replay('jira-9-no-groups')));
    expect(await allOf(connectTo(server.url).readGroups())).toEqual([groups]);
  });

  it('reads memberships, empty groups and child groups included', async () => {
    server.behave(replay('jira-9-memberships'));
    expect(await allOf(connectTo(server.url).readMemberships())).toEqual([
      { group: 'devs', users: ['ann', "Bob O'Brien"], childGroups: ['juniors'] },
      { group: 'empty & idle', users: [], childGroups: [] },
      { group: 'juniors', users: ['carol'], childGroups: [] },
    ]);
  });

  it.each([
    {
      name: 'an old Crowd',
      stem: 'crowd-2-event',
      token: '5a1f0c1e-7777-4f4f-9d9d-0123456789ab:4711',
    },
    {
      name: 'a current Crowd',
      stem: 'crowd-5-event',
      token: 'eyJ0IjoxNzE1MDAwMDAwMDAwLCJkIjpbMSwyXX0=',
    },
    {
      name: 'a server whose directories give no events',
      stem: 'crowd-5-event-unavailable',
      token: null,
    },
    { name: 'an old Crowd that refuses events', stem: 'crowd-2-no-events', token: null },
    { name: 'a server without the resource', stem: 'jira-9-group-not-found', token: null },
  ])('reads the event token of $name', async ({ stem, token }) => {
    server.behave(replay(stem));
    expect(await connectTo(server.url).currentEventToken()).toBe(token);
  });
});

describe('what is asked', () => {
  it('sends nothing when it connects', () => {
    const remote = connectTo(server.url);
    expect(remote.usage()).toEqual({ requests: 0, bytes: 0 });
    expect(server.requests).toEqual([]);
  });

  it('identifies a server by the connection test of the products', async () => {
    server.behave(replay('jira-9-users'));
    expect(await connectTo(`${server.url}/context/`).identify()).toEqual({
      product: 'JIRA',
      version: '9.12.0',
    });
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request?.method).toBe('POST');
    expect(request?.path).toBe('/context/rest/usermanagement/1/search');
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      'entity-type': 'user',
      'start-index': '0',
      'max-results': '1',
      expand: 'user',
    });
    expect(request?.body).toBe('<?xml version="1.0" encoding="UTF-8"?><null-search-restriction/>');
  });

  it('sends its credentials with the first request, asks for XML and opts out of the form check', async () => {
    server.behave(replay('jira-9-users'));
    await connectTo(server.url).identify();
    const basic = Buffer.from(`${APPLICATION}:${PASSWORD}`).toString('base64');
    expect(server.requests.map(({ headers }) => headers)).toEqual([
      expect.objectContaining({
        authorization: `Basic ${basic}`,
        accept: 'application/xml',
        'content-type': 'application/xml',
        'x-atlassian-token': 'no-check',
      }),
    ]);
  });

  it('counts its requests and the bytes of all bodies', async () => {
    const body = '<events newEventToken="1"/>';
    server.behave((_request, response) => {
      response.writeHead(200, {
        'X-Embedded-Crowd-Version': 'Crowd/5.1.0',
        'Content-Type': 'text/xml; charset="utf-8"',
      });
      response.end(body);
    });
    const remote = connectTo(server.url);
    await remote.currentEventToken();
    await remote.currentEventToken();
    expect(remote.usage()).toEqual({ requests: 2, bytes: 2 * body.length });
  });
});
