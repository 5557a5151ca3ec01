import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { replay, xml } from '../support/crowd-answers.js';
import { connectTo, failureOf } from '../support/crowd-connection.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

describe('signing in at the server', () => {
  it('returns the user as the server knows them', async () => {
    server.behave(replay('jira-9-user'));
    expect(await connectTo(server.url).authenticate('ANN', 'right')).toEqual({
      outcome: 'SIGNED_IN',
      user: {
        name: 'ann',
        displayName: 'Ann Lee',
        firstName: 'Ann',
        lastName: 'Lee',
        email: 'ann@example.org',
        active: true,
        externalId: '1:6f2c8a3e-0001',
      },
    });
  });

  it('carries any name and password XML can hold', async () => {
    server.behave(replay('crowd-5-unknown-user'));
    await connectTo(server.url).authenticate('ann + b&b=ü 1', '<&>"\'\t\r\n pässwörd 🔑 ]]>');
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request?.method).toBe('POST');
    expect(request?.path).toBe('/rest/usermanagement/1/authentication');
    expect(request?.query.get('username')).toBe('ann + b&b=ü 1');
    expect(request?.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><password><value>' +
        '&lt;&amp;&gt;&quot;&apos;&#9;&#13;&#10; pässwörd 🔑 ]]&gt;</value></password>',
    );
  });

  it.each([
    { name: 'a wrong password', stem: 'jira-9-wrong-password', outcome: 'WRONG_PASSWORD' },
    { name: 'an unknown user at an old server', stem: 'crowd-2-unknown-user', outcome: 'UNKNOWN' },
    { name: 'an unknown user as 404', stem: 'crowd-5-unknown-user', outcome: 'UNKNOWN' },
    { name: 'an inactive account', stem: 'crowd-5-inactive', outcome: 'INACTIVE' },
    { name: 'an expired password', stem: 'crowd-5-expired', outcome: 'CREDENTIAL_EXPIRED' },
    { name: 'a user who may not use us', stem: 'crowd-5-access-denied', outcome: 'ACCESS_DENIED' },
    { name: 'no permission', stem: 'crowd-5-permission-denied', outcome: 'ACCESS_DENIED' },
  ])('tells $name', async ({ stem, outcome }) => {
    server.behave(replay(stem));
    expect(await connectTo(server.url).authenticate('ann', 'secret')).toEqual({ outcome });
  });

  it.each([
    {
      name: 'a password with a control character',
      user: 'ann',
      password: 'a\u0000b',
      outcome: 'WRONG_PASSWORD',
    },
    { name: 'an empty password', user: 'ann', password: '', outcome: 'WRONG_PASSWORD' },
    {
      name: 'a password with half a character',
      user: 'ann',
      password: '\uD83D',
      outcome: 'WRONG_PASSWORD',
    },
    { name: 'a name with a control character', user: 'a\u0001', password: 'x', outcome: 'UNKNOWN' },
    { name: 'a name with half a character', user: '\uDC00', password: 'x', outcome: 'UNKNOWN' },
    { name: 'an empty name', user: '', password: 'x', outcome: 'UNKNOWN' },
    {
      name: 'a name longer than names can be',
      user: 'a'.repeat(256),
      password: 'x',
      outcome: 'UNKNOWN',
    },
  ])('does not send $name', async ({ user, password, outcome }) => {
    expect(await connectTo(server.url).authenticate(user, password)).toEqual({ outcome });
    expect(server.requests).toEqual([]);
  });

  it('does not take another user for the one who was asked for', async () => {
    server.behave(replay('jira-9-user'));
    expect(await failureOf(connectTo(server.url).authenticate('bob', 'x'))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'name',
        reason: 'is that of another user than was asked for',
      },
    });
  });

  it.each([
    {
      name: 'a reason it does not know',
      behaviour: xml('<error><reason>MOON_PHASE</reason></error>', 400),
      field: 'reason',
      reason: 'is MOON_PHASE (status 400)',
    },
    {
      name: 'a 400 without a reason',
      behaviour: xml('', 400),
      field: 'status',
      reason: 'is 400 where 200 was due',
    },
    {
      name: 'a reason with the wrong status',
      behaviour: xml('<error><reason>INVALID_USER_AUTHENTICATION</reason></error>', 404),
      field: 'reason',
      reason: 'is INVALID_USER_AUTHENTICATION (status 404)',
    },
  ])('does not guess what $name means', async ({ behaviour, field, reason }) => {
    server.behave(behaviour);
    expect(await failureOf(connectTo(server.url).authenticate('ann', 'x'))).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field, reason },
    });
  });

  it('takes 401 and an HTML 403 for the application, never for the user', async () => {
    const remote = connectTo(server.url);
    server.behave((_request, response) => {
      response.writeHead(401, { 'X-Embedded-Crowd-Version': 'Crowd/5.1.0' });
      response.end('Application failed to authenticate');
    });
    expect((await failureOf(remote.authenticate('ann', 'x'))).code).toBe('AUTH');
    server.behave(replay('tomcat-403'));
    expect((await failureOf(remote.authenticate('ann', 'x'))).code).toBe('ADDRESS_REFUSED');
  });
});
