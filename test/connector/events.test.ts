import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { replay, xml } from '../support/crowd-answers.js';
import { connectTo, failureOf } from '../support/crowd-connection.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { remoteUser } from '../support/scripted-remote.js';
import { told } from '../support/told-events.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

const readEvents = (token = '1:2') => connectTo(server.url).readEvents(token);

describe('events after a token', () => {
  it('of a current Crowd come in the order of the document', async () => {
    server.behave(replay('crowd-5-events'));
    expect(await readEvents()).toEqual({
      outcome: 'READ',
      token: 'eyJ0IjoxNzE1MDAwMDYwMDAwLCJkIjpbMSwyXX0=',
      events: [
        told.membership('DELETED', 'carol', ['devs']),
        told.nesting('DELETED', 'juniors', ['devs']),
        told.tombstone('ann'),
        told.group('DELETED', 'empty & idle'),
        told.group('CREATED', 'ops', { description: 'Those who run it' }),
        {
          subject: 'USER',
          operation: 'UPDATED',
          user: {
            name: 'anna',
            displayName: 'Anna Lee',
            firstName: 'Anna',
            lastName: 'Lee & Söhne',
            email: 'anna@example.org',
            active: false,
            externalId: '32769:6f2c8a3e-0001',
          },
        },
        told.membership('CREATED', 'anna', ['ops', 'devs']),
      ],
    });
  });

  it('of an old Crowd come with attributes and kinds of their own', async () => {
    server.behave(replay('crowd-2-events'));
    expect(await readEvents()).toEqual({
      outcome: 'READ',
      token: '5a1f0c1e-7777-4f4f-9d9d-0123456789ab:4716',
      events: [
        {
          subject: 'USER',
          operation: 'UPDATED',
          user: remoteUser('bob', {
            displayName: "Bob O'Brien",
            firstName: 'Bob',
            externalId: null,
          }),
        },
        told.nesting('UPDATED', 'devs', [], ['juniors', 'Entwickler Süd']),
        told.membership('UPDATED', 'bob', []),
        { subject: 'OTHER', element: 'aliasEvent' },
      ],
    });
  });

  it('may be none', async () => {
    server.behave(replay('crowd-5-event'));
    expect(await readEvents()).toEqual({
      outcome: 'READ',
      token: 'eyJ0IjoxNzE1MDAwMDAwMDAwLCJkIjpbMSwyXX0=',
      events: [],
    });
  });

  it('are asked for with the token as one part of the path', async () => {
    server.behave(replay('crowd-5-event'));
    await readEvents('a/b=?1:2');
    expect(server.requests.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/rest/usermanagement/1/event/a%2Fb%3D%3F1%3A2'],
    ]);
  });
});

describe('no events after a token', () => {
  it.each([
    { name: 'it has expired', behaviour: replay('crowd-5-token-expired'), outcome: 'EXPIRED' },
    { name: 'it has expired, without a body', behaviour: xml('', 410), outcome: 'EXPIRED' },
    {
      name: 'it has expired, whatever the status',
      behaviour: xml('<error><reason>EVENT_TOKEN_EXPIRED</reason></error>', 400),
      outcome: 'EXPIRED',
    },
    {
      name: 'there are none any more',
      behaviour: replay('crowd-5-events-unavailable'),
      outcome: 'NOT_SUPPORTED',
    },
    {
      name: 'an old Crowd keeps none',
      behaviour: replay('crowd-2-no-events'),
      outcome: 'NOT_SUPPORTED',
    },
    {
      name: 'there is no such resource',
      behaviour: replay('jira-9-group-not-found'),
      outcome: 'NOT_SUPPORTED',
    },
  ])('are told: $name', async ({ behaviour, outcome }) => {
    server.behave(behaviour);
    expect(await readEvents()).toEqual({ outcome });
  });

  it.each([
    { name: 'in trouble', behaviour: xml('<error/>', 500), code: 'UNREACHABLE' },
    { name: 'that refuses us', behaviour: replay('tomcat-403'), code: 'ADDRESS_REFUSED' },
    { name: 'that asks for a sign-in', behaviour: replay('jira-login-page'), code: 'PROTOCOL' },
    {
      name: 'that does something else',
      behaviour: xml(
        '<events newEventToken="1"><userEvent><operation>MOVED</operation><user name="a"/></userEvent></events>',
      ),
      code: 'PROTOCOL',
    },
    {
      name: 'that does what every object can',
      behaviour: xml(
        '<events newEventToken="1"><userEvent><operation>constructor</operation><user name="a"/></userEvent></events>',
      ),
      code: 'PROTOCOL',
    },
    {
      name: 'that does not say to whom',
      behaviour: xml(
        '<events newEventToken="1"><userEvent><operation>CREATED</operation></userEvent></events>',
      ),
      code: 'PROTOCOL',
    },
    { name: 'that gives no new token', behaviour: xml('<events/>'), code: 'PROTOCOL' },
    {
      name: 'that stops in the middle',
      behaviour: xml('<events newEventToken="1"><userEvent><operation>DELETED</operation>'),
      code: 'PROTOCOL',
    },
  ])('come from a server $name', async ({ behaviour, code }) => {
    server.behave(behaviour);
    expect(await failureOf(readEvents())).toMatchObject({ code });
  });
});
