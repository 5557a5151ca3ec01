import { expect, test } from '@jest/globals';
import { nameKey } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { USER_PASSWORD } from './company.js';
import { DECLARATION, type Format, named, sendTo, stageOn, testWrites } from './writes.js';
import { keyOf, loggedAfter } from './written-company.js';

const ZOE: Record<Format, string> = {
  XML: [
    '<user name="zoe" expand="attributes" xmlns:x="urn:x"><link href="x" rel="self"/>',
    '<first-name>Zoe</first-name><last-name>Á &amp; B</last-name><email>zoe@example.org</email>',
    '<unknown><deep/></unknown><password><value> secret &lt;1&gt; </value></password></user>',
  ].join(''),
  JSON: JSON.stringify({
    name: 'zoe',
    'first-name': 'Zoe',
    lastName: 'Á & B',
    email: 'zoe@example.org',
    unknown: { deep: [] },
    password: { value: ' secret <1> ' },
  }),
};

const ZOE_ANSWER: Record<Format, string> = {
  XML: [
    `${DECLARATION}<user name="zoe" expand="attributes">`,
    '<link href="B/user?username=zoe" rel="self"/><first-name>Zoe</first-name>',
    '<last-name>Á &amp; B</last-name><display-name>Zoe Á &amp; B</display-name>',
    '<email>zoe@example.org</email>',
    '<password><link href="B/user/password?username=zoe" rel="edit"/></password>',
    '<key>K</key><active>true</active>',
    '<attributes><link href="B/user/attribute?username=zoe" rel="self"/></attributes></user>',
  ].join(''),
  JSON: JSON.stringify({
    expand: 'attributes',
    link: { href: 'B/user?username=zoe', rel: 'self' },
    name: 'zoe',
    'first-name': 'Zoe',
    'last-name': 'Á & B',
    'display-name': 'Zoe Á & B',
    email: 'zoe@example.org',
    password: { link: { href: 'B/user/password?username=zoe', rel: 'edit' } },
    key: 'K',
    active: true,
    attributes: {
      attributes: [],
      link: { href: 'B/user/attribute?username=zoe', rel: 'self' },
    },
  }),
};

const withPassword = (name: string, password: string): Record<Format, string> => ({
  XML: `<user name="${name}"><password><value>${password}</value></password></user>`,
  JSON: JSON.stringify({ name, password: { value: password } }),
});

const details = (name: string): Record<Format, string> => ({
  XML: `<user><name>${name}</name><display-name>Ann L.</display-name><active> false </active></user>`,
  JSON: JSON.stringify({ name, 'display-name': 'Ann L.', active: 'false' }),
});

const renamed = (name: string): Record<Format, string> => ({
  XML: `<new-name><new-name>${name}</new-name></new-name>`,
  JSON: JSON.stringify({ 'new-name': name }),
});

const password = (value: string): Record<Format, string> => ({
  XML: `<password><value>${value}</value></password>`,
  JSON: JSON.stringify({ value }),
});

const ANNA_ANSWER: Record<Format, string> = {
  XML: [
    `${DECLARATION}<user name="anna" expand="attributes">`,
    '<link href="B/user?username=anna" rel="self"/>',
    '<display-name>Ann Lee</display-name><email>ann@example.org</email>',
    '<password><link href="B/user/password?username=anna" rel="edit"/></password>',
    '<key>KEY</key><active>true</active>',
    '<attributes><link href="B/user/attribute?username=anna" rel="self"/></attributes></user>',
  ].join(''),
  JSON: JSON.stringify({
    expand: 'attributes',
    link: { href: 'B/user?username=anna', rel: 'self' },
    name: 'anna',
    'display-name': 'Ann Lee',
    email: 'ann@example.org',
    password: { link: { href: 'B/user/password?username=anna', rel: 'edit' } },
    key: 'KEY',
    active: true,
    attributes: {
      attributes: [],
      link: { href: 'B/user/attribute?username=anna', rel: 'self' },
    },
  }),
};

describeEachDatabase('writes of users', (database) => {
  const stage = stageOn(database);
  const signIn = (name: string, value: string) =>
    sendTo(stage, { send: `POST /authentication?username=${name}`, body: password(value) }, 'XML');

  testWrites(stage, [
    {
      does: 'a user is added and answered',
      send: 'POST /user',
      body: ZOE,
      status: 201,
      location: '/user?username=zoe',
      answer: ZOE_ANSWER,
      logged: ['UserAdded zoe', 'UserPasswordChanged zoe'],
    },
    {
      does: 'a name that somebody has is not added',
      send: 'POST /user',
      body: withPassword('ANN', 'secret'),
      status: 400,
      reason: 'INVALID_USER',
      logged: [],
    },
    {
      does: 'a name that somebody has in another directory is not added',
      send: 'POST /user',
      body: withPassword('gus', 'secret'),
      status: 400,
      reason: 'INVALID_USER',
      logged: [],
    },
    {
      does: 'a name that cannot be one is not added',
      send: 'POST /user',
      body: withPassword(' zoe', 'secret'),
      status: 400,
      reason: 'INVALID_USER',
      logged: [],
    },
    {
      does: 'an empty password is none',
      send: 'POST /user',
      body: withPassword('zoe', ''),
      status: 400,
      reason: 'INVALID_CREDENTIAL',
      logged: [],
    },
    {
      does: 'a user without password is not added',
      send: 'POST /user',
      body: named('user', 'zoe'),
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'a user without name is not added',
      send: 'POST /user',
      body: { XML: '<user/>', JSON: '{}' },
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'a user is changed',
      send: 'PUT /user?username=Ann',
      body: details('ANN'),
      status: 204,
      logged: ['UserChanged ann'],
    },
    {
      does: 'a change does not rename',
      send: 'PUT /user?username=ann',
      body: details('anna'),
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'nobody unknown is changed',
      send: 'PUT /user?username=zoe',
      body: details('zoe'),
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a user is removed',
      send: 'DELETE /user?username=ann',
      status: 204,
      logged: ['MembershipRemoved ann in devs', 'UserRemoved ann'],
    },
    {
      does: 'nobody unknown is removed',
      send: 'DELETE /user?username=zoe',
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'the address must name somebody',
      send: 'DELETE /user',
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'nobody unknown is renamed',
      send: 'POST /user/rename?username=zoe',
      body: renamed('anna'),
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'nobody takes the name of another one',
      send: 'POST /user/rename?username=ann',
      body: renamed('Gus'),
      status: 400,
      reason: 'INVALID_USER',
      logged: [],
    },
    {
      does: 'a new name must be given',
      send: 'POST /user/rename?username=ann',
      body: { XML: '<new-name/>', JSON: '{}' },
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'a password is set',
      send: 'PUT /user/password?username=ann',
      body: password('another'),
      status: 204,
      logged: ['UserPasswordChanged ann'],
    },
    {
      does: 'a password that is too long is not set',
      send: 'PUT /user/password?username=ann',
      body: password('x'.repeat(1_025)),
      status: 400,
      reason: 'INVALID_CREDENTIAL',
      logged: [],
    },
    {
      does: 'nobody unknown gets a password',
      send: 'PUT /user/password?username=zoe',
      body: password('another'),
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a password is taken away',
      send: 'DELETE /user/password?username=ann',
      status: 204,
      logged: ['UserPasswordChanged ann'],
    },
    {
      does: 'nobody unknown loses a password',
      send: 'DELETE /user/password?username=zoe',
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'passwords expire only when that is confirmed',
      send: 'POST /user/expire-all-passwords?confirm=yes',
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
  ]);

  test.each(['XML', 'JSON'] as const)(
    'a user is renamed and keeps the key, in %s',
    async (format) => {
      const { served, company } = stage;
      const before = served.gateway.live.index.revision;
      const write = { send: 'POST /user/rename?username=ann', body: renamed('anna') };
      const answer = await sendTo(stage, write, format);
      expect(answer.status).toBe(200);
      const key = await keyOf(served, company.staff, 'anna');
      expect(key).toBe(`${company.staff.id}:key of ann`);
      expect(answer.body.replaceAll(`${served.origin}/rest/usermanagement/1`, 'B')).toBe(
        ANNA_ANSWER[format].replace('KEY', key),
      );
      expect(await loggedAfter(served, before)).toEqual(['UserChanged anna']);
    },
  );

  test.each([
    ['XML', '<anything><newName>anna</newName></anything>'],
    ['XML', '<new-name>anna</new-name>'],
    ['JSON', '{"newName":"anna"}'],
  ] as const)('a new name is read from %s %s', async (format, text) => {
    const body = { XML: text, JSON: text };
    const answer = await sendTo(stage, { send: 'POST /user/rename?username=ann', body }, format);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('anna');
  });

  test('what a change leaves out is empty afterwards, and the display name is made of the others', async () => {
    await sendTo(stage, { send: 'PUT /user?username=ann', body: details('ann') }, 'JSON');
    const { reader } = stage.served.gateway.store;
    const facts = async () =>
      (await reader.usersByKeys(stage.company.staff.id, [nameKey('ann')]))[0];
    expect(await facts()).toMatchObject({
      name: 'ann',
      displayName: 'Ann L.',
      email: '',
      active: false,
      externalId: 'key of ann',
    });
    await sendTo(stage, { send: 'PUT /user?username=ann', body: named('user', 'ann') }, 'XML');
    expect(await facts()).toMatchObject({ displayName: 'ann', active: true });
  });

  test('whoever is added signs in with every character of the password', async () => {
    await sendTo(stage, { send: 'POST /user', body: ZOE }, 'XML');
    expect((await signIn('zoe', ' secret &lt;1&gt; ')).status).toBe(200);
    expect((await signIn('zoe', 'secret')).status).toBe(400);
  });

  test('a new password counts at once and the old one no more', async () => {
    expect((await signIn('bob', USER_PASSWORD.replace(/[&<>]/g, escaped))).status).toBe(200);
    const send = 'PUT /user/password?username=bob';
    await sendTo(stage, { send, body: password('another') }, 'XML');
    expect((await signIn('bob', USER_PASSWORD.replace(/[&<>]/g, escaped))).body).toContain(
      'INVALID_USER_AUTHENTICATION',
    );
    expect((await signIn('bob', 'another')).status).toBe(200);
    await sendTo(stage, { send: 'DELETE /user/password?username=bob' }, 'XML');
    expect((await signIn('bob', 'another')).body).toContain('INVALID_USER_AUTHENTICATION');
  });

  test('expired passwords are told as such until new ones are set; an administrator keeps theirs', async () => {
    const right = USER_PASSWORD.replace(/[&<>]/g, escaped);
    expect((await signIn('ann', right)).status).toBe(200);
    const before = stage.served.gateway.live.index.revision;
    const expire = { send: 'POST /user/expire-all-passwords?confirm=true' };
    expect((await sendTo(stage, expire, 'JSON')).status).toBe(204);
    const { staff, guests } = stage.company;
    expect(await loggedAfter(stage.served, before)).toEqual([
      `PasswordsExpired ${staff.id}`,
      `PasswordsExpired ${guests.id}`,
    ]);
    expect((await signIn('ann', right)).body).toContain('EXPIRED_CREDENTIAL');
    expect((await signIn('ann', 'wrong')).body).toContain('INVALID_USER_AUTHENTICATION');
    expect((await signIn('root', right)).status).toBe(200);
    await sendTo(
      stage,
      { send: 'PUT /user/password?username=ann', body: password('another') },
      'JSON',
    );
    expect((await signIn('ann', 'another')).status).toBe(200);
  });
});

function escaped(character: string): string {
  return { '&': '&amp;', '<': '&lt;', '>': '&gt;' }[character] ?? character;
}
