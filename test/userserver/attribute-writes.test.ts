import { expect, test } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { eventsSince, tokenOf } from './events.js';
import { BASE, JSON_ONLY } from './served.js';
import { DECLARATION, type Format, named, sendTo, stageOn, testWrites } from './writes.js';

const attributes = (...given: readonly [string, ...string[]][]): Record<Format, string> => ({
  XML: `<attributes>${given
    .map(
      ([name, ...values]) =>
        `<attribute name="${name}"><link href="x" rel="self"/><values>${values
          .map((value) => `<value>${value}</value>`)
          .join('')}</values></attribute>`,
    )
    .join('')}<link href="x" rel="self"/></attributes>`,
  JSON: JSON.stringify({
    attributes: given.map(([name, ...values]) => ({ name, values })),
    link: { href: 'x', rel: 'self' },
  }),
});

/** The attributes of ann, as they are within a user and alone. */
const ANNS: Record<Format, string> = {
  XML: [
    '<attributes><attribute name="a&amp;b">',
    '<link href="B/user/attribute?username=ann&amp;attributename=a%26b" rel="self"/>',
    '<values><value>x</value></values></attribute><attribute name="phone">',
    '<link href="B/user/attribute?username=ann&amp;attributename=phone" rel="self"/>',
    '<values><value>2</value><value>1</value></values></attribute>',
    '<link href="B/user/attribute?username=ann" rel="self"/></attributes>',
  ].join(''),
  JSON: JSON.stringify({
    attributes: [
      {
        name: 'a&b',
        values: ['x'],
        link: { href: 'B/user/attribute?username=ann&attributename=a%26b', rel: 'self' },
      },
      {
        name: 'phone',
        values: ['2', '1'],
        link: { href: 'B/user/attribute?username=ann&attributename=phone', rel: 'self' },
      },
    ],
    link: { href: 'B/user/attribute?username=ann', rel: 'self' },
  }),
};

describeEachDatabase('attributes over the wire', (database) => {
  const stage = stageOn(database);
  const store = (of: string, body: Record<Format, string>) =>
    sendTo(stage, { send: `POST ${of}`, body }, 'XML');
  const storeAnns = () =>
    store('/user/attribute?username=ann', {
      ...attributes(),
      XML: attributes(['phone', '2', '1'], ['a&amp;b', 'x']).XML,
    });
  const read = async (path: string, format: Format) => {
    const { status, body } = await stage.served.ask(path, {
      headers: format === 'JSON' ? JSON_ONLY : {},
    });
    expect(status).toBe(200);
    return body.replaceAll(stage.served.origin + BASE, 'B');
  };

  testWrites(stage, [
    {
      does: 'attributes of a user are stored',
      send: 'POST /user/attribute?username=ann',
      body: attributes(['phone', '1', '2'], ['desk', '7']),
      status: 204,
      logged: ['UserAttributesChanged ann desk phone'],
    },
    {
      does: 'PUT does the same',
      send: 'PUT /user/attribute?username=ann',
      body: attributes(['phone', '1']),
      status: 204,
      logged: ['UserAttributesChanged ann phone'],
    },
    {
      does: 'nobody unknown has attributes',
      send: 'POST /user/attribute?username=zoe',
      body: attributes(['phone', '1']),
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a value that is too long is not stored',
      send: 'POST /user/attribute?username=ann',
      body: attributes(['desk', '7'], ['phone', 'x'.repeat(256)]),
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'an attribute without a name is not stored',
      send: 'POST /user/attribute?username=ann',
      body: attributes(['', '7']),
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'what holds no list of attributes is not stored',
      send: 'POST /user/attribute?username=ann',
      body: { XML: '<attribute name="phone"/>', JSON: '{"attributes":"phone"}' },
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'an attribute that there is not is removed without an error',
      send: 'DELETE /user/attribute?username=ann&attributename=phone',
      status: 204,
      logged: [],
    },
    {
      does: 'the attribute to remove must be named',
      send: 'DELETE /user/attribute?username=ann',
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'nobody unknown loses attributes',
      send: 'DELETE /user/attribute?username=zoe&attributename=phone',
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'attributes of a group are stored',
      send: 'POST /group/attribute?groupname=devs',
      body: attributes(['colour', 'red']),
      status: 204,
      logged: ['GroupAttributesChanged devs colour'],
    },
    {
      does: 'no unknown group has attributes',
      send: 'GET /group/attribute?groupname=nowhere',
      status: 404,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a user is added with attributes',
      send: 'POST /user',
      body: {
        XML: `<user name="zoe"><password><value>secret</value></password>${attributes(['phone', '1']).XML}</user>`,
        JSON: `{"name":"zoe","password":{"value":"secret"},"attributes":${attributes(['phone', '1']).JSON}}`,
      },
      status: 201,
      location: '/user?username=zoe',
      answer: {
        XML: [
          `${DECLARATION}<user name="zoe" expand="attributes">`,
          '<link href="B/user?username=zoe" rel="self"/><display-name>zoe</display-name>',
          '<password><link href="B/user/password?username=zoe" rel="edit"/></password>',
          '<key>K</key><active>true</active><attributes><attribute name="phone">',
          '<link href="B/user/attribute?username=zoe&amp;attributename=phone" rel="self"/>',
          '<values><value>1</value></values></attribute>',
          '<link href="B/user/attribute?username=zoe" rel="self"/></attributes></user>',
        ].join(''),
        JSON: JSON.stringify({
          expand: 'attributes',
          link: { href: 'B/user?username=zoe', rel: 'self' },
          name: 'zoe',
          'display-name': 'zoe',
          password: { link: { href: 'B/user/password?username=zoe', rel: 'edit' } },
          key: 'K',
          active: true,
          attributes: {
            attributes: [
              {
                name: 'phone',
                values: ['1'],
                link: { href: 'B/user/attribute?username=zoe&attributename=phone', rel: 'self' },
              },
            ],
            link: { href: 'B/user/attribute?username=zoe', rel: 'self' },
          },
        }),
      },
      logged: ['UserAdded zoe', 'UserPasswordChanged zoe', 'UserAttributesChanged zoe phone'],
    },
  ]);

  test('are told alone, sorted by name', async () => {
    await storeAnns();
    const at = '/user/attribute?username=ann';
    expect(await read(at, 'XML')).toBe(DECLARATION + ANNS.XML);
    expect(await read(at, 'JSON')).toBe(ANNS.JSON);
  });

  test('are told with a user only when they are asked for', async () => {
    await storeAnns();
    expect(await read('/user?username=ann&expand=attributes', 'XML')).toContain(ANNS.XML);
    expect(await read('/user?username=ann&expand=attributes', 'JSON')).toContain(ANNS.JSON);
    expect(await read('/user?username=ann', 'XML')).not.toContain('phone');
    expect(await read('/user?username=ann', 'JSON')).not.toContain('phone');
  });

  test.each([
    '/search?entity-type=user',
    '/search?entity-type=user&restriction=email%3Dann%40example.org',
    '/search?entity-type=user&restriction=name%3Dann',
    '/group/user/direct?groupname=devs',
    '/group/user/nested?groupname=devs',
  ])('are told with the users of %s', async (path) => {
    await storeAnns();
    for (const format of ['XML', 'JSON'] as const) {
      expect(await read(`${path}&expand=user,attributes`, format)).toContain(ANNS[format]);
      expect(await read(`${path}&expand=user`, format)).not.toContain('phone');
      expect(await read(`${path}&expand=attributes`, format)).not.toContain('phone');
    }
  });

  test('are told with groups', async () => {
    await store('/group/attribute?groupname=devs', attributes(['colour', 'red']));
    for (const path of [
      '/group?groupname=devs',
      '/search?entity-type=group',
      '/user/group/direct?username=ann',
      '/user/group/direct?username=ann&groupname=devs',
      '/group/parent-group/nested?groupname=juniors',
    ]) {
      expect(await read(`${path}&expand=group,attributes`, 'XML')).toContain(
        '<values><value>red</value></values>',
      );
      expect(await read(`${path}&expand=group`, 'JSON')).not.toContain('red');
    }
  });

  test('one is removed, the others stay', async () => {
    await storeAnns();
    const send = 'DELETE /user/attribute?username=ann&attributename=phone';
    expect((await sendTo(stage, { send }, 'JSON')).status).toBe(204);
    const left = await read('/user/attribute?username=ann', 'JSON');
    expect(JSON.parse(left).attributes.map(({ name }: { name: string }) => name)).toEqual(['a&b']);
  });

  test('stay with a rename and go with the user', async () => {
    await storeAnns();
    const body = { XML: '<a>anna</a>', JSON: '{"newName":"anna"}' };
    await sendTo(stage, { send: 'POST /user/rename?username=ann', body }, 'JSON');
    expect(await read('/user/attribute?username=anna', 'JSON')).toContain('phone');
    await sendTo(stage, { send: 'DELETE /user?username=anna' }, 'JSON');
    const again = { XML: '', JSON: '{"name":"anna","password":{"value":"secret"}}' };
    await sendTo(stage, { send: 'POST /user', body: again }, 'JSON');
    expect(await read('/user/attribute?username=anna', 'JSON')).not.toContain('phone');
  });

  test('a follower is told each write as the state that was reached', async () => {
    const { served } = stage;
    const since = async (write: Parameters<typeof sendTo>[1]) => {
      const token = await tokenOf(served);
      expect((await sendTo(stage, write, 'JSON')).status).toBeLessThan(300);
      return (await eventsSince(served, token)).lines;
    };
    const json = (text: string) => ({ XML: '', JSON: text });
    expect(
      await since({
        send: 'POST /user/attribute?username=ann',
        body: attributes(['phone', '1']),
      }),
    ).toEqual(['userEvent UPDATED ann']);
    expect(
      await since({
        send: 'POST /group/attribute?groupname=devs',
        body: attributes(['colour', 'red']),
      }),
    ).toEqual(['groupEvent UPDATED devs']);
    expect(
      await since({ send: 'POST /user', body: json('{"name":"zoe","password":{"value":"x"}}') }),
    ).toEqual(['userEvent CREATED zoe', 'userMembershipEvent UPDATED zoe in']);
    expect(
      await since({ send: 'PUT /user?username=zoe', body: json('{"name":"zoe","active":false}') }),
    ).toEqual(['userEvent UPDATED zoe']);
    expect(
      await since({ send: 'POST /user/group/direct?username=zoe', body: named('group', 'devs') }),
    ).toEqual(['userMembershipEvent CREATED zoe in devs']);
    expect(await since({ send: 'DELETE /user/group/direct?username=zoe&groupname=devs' })).toEqual([
      'userMembershipEvent DELETED zoe in devs',
    ]);
    expect(await since({ send: 'DELETE /user?username=zoe' })).toEqual(['userEvent DELETED zoe']);
    expect(await since({ send: 'POST /group', body: named('group', 'qa') })).toEqual([
      'groupEvent CREATED qa',
    ]);
    expect(
      await since({
        send: 'POST /group/child-group/direct?groupname=qa',
        body: named('group', 'juniors'),
      }),
    ).toEqual(['groupMembershipEvent CREATED juniors in qa']);
    expect(await since({ send: 'DELETE /user/password?username=ann' })).toEqual([]);
    expect(await since({ send: 'POST /user/expire-all-passwords?confirm=true' })).toEqual([]);
    expect(await since({ send: 'DELETE /group?groupname=qa' })).toEqual(['groupEvent DELETED qa']);
  });
});
