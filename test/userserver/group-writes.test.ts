import { expect, test } from '@jest/globals';
import { nameKey } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { namesIn } from './served.js';
import { DECLARATION, type Format, named, sendTo, stageOn, testWrites } from './writes.js';

const group = (name: string, description: string): Record<Format, string> => ({
  XML: `<group name="${name}"><type>GROUP</type><description>${description}</description><active>false</active></group>`,
  JSON: JSON.stringify({ name, type: 'GROUP', description, active: 'false' }),
});

const DEVS_ANSWER: Record<Format, string> = {
  XML: [
    `${DECLARATION}<group name="devs" expand="attributes">`,
    '<link href="B/group?groupname=devs" rel="self"/><description>builders</description>',
    '<type>GROUP</type><active>false</active>',
    '<attributes><link href="B/group/attribute?groupname=devs" rel="self"/></attributes></group>',
  ].join(''),
  JSON: JSON.stringify({
    expand: 'attributes',
    link: { href: 'B/group?groupname=devs', rel: 'self' },
    name: 'devs',
    description: 'builders',
    type: 'GROUP',
    active: false,
    attributes: {
      attributes: [],
      link: { href: 'B/group/attribute?groupname=devs', rel: 'self' },
    },
  }),
};

describeEachDatabase('writes of groups', (database) => {
  const stage = stageOn(database);

  testWrites(stage, [
    {
      does: 'a group is added',
      send: 'POST /group',
      body: named('group', 'qa'),
      status: 201,
      location: '/group?groupname=qa',
      logged: ['GroupAdded qa'],
    },
    {
      does: 'a name that a group has is not added',
      send: 'POST /group',
      body: named('group', 'DEVS'),
      status: 400,
      reason: 'INVALID_GROUP',
      logged: [],
    },
    {
      does: 'a name that a group of another directory has is not added',
      send: 'POST /group',
      body: named('group', 'remote'),
      status: 400,
      reason: 'INVALID_GROUP',
      logged: [],
    },
    {
      does: 'a name that cannot be one is not added',
      send: 'POST /group',
      body: named('group', 'qa '),
      status: 400,
      reason: 'INVALID_GROUP',
      logged: [],
    },
    {
      does: 'there are no roles',
      send: 'POST /group',
      body: {
        XML: '<group name="qa"><type>LEGACY_ROLE</type></group>',
        JSON: '{"name":"qa","type":"LEGACY_ROLE"}',
      },
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'a user is no group',
      send: 'POST /group',
      body: { XML: '<user name="qa"/>', JSON: '["qa"]' },
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'a description that is too long is not kept',
      send: 'PUT /group?groupname=devs',
      body: group('devs', 'x'.repeat(256)),
      status: 400,
      reason: 'ILLEGAL_ARGUMENT',
      logged: [],
    },
    {
      does: 'a group is changed and answered',
      send: 'PUT /group?groupname=DEVS',
      body: group('Devs', 'builders'),
      status: 200,
      answer: DEVS_ANSWER,
      logged: ['GroupChanged devs'],
    },
    {
      does: 'a group is not renamed',
      send: 'PUT /group?groupname=devs',
      body: group('builders', 'builders'),
      status: 400,
      reason: 'INVALID_GROUP',
      logged: [],
    },
    {
      does: 'no unknown group is changed',
      send: 'PUT /group?groupname=qa',
      body: group('qa', ''),
      status: 404,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a group is removed',
      send: 'DELETE /group?groupname=devs',
      status: 204,
      logged: [
        'MembershipRemoved ann in devs',
        'NestingRemoved juniors in devs',
        'GroupRemoved devs',
      ],
    },
    {
      does: 'no unknown group is removed',
      send: 'DELETE /group?groupname=qa',
      status: 404,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
  ]);

  test('a group that is not said to be inactive is active', async () => {
    await sendTo(stage, { send: 'POST /group', body: named('group', 'qa') }, 'JSON');
    const { staff } = stage.company;
    const keys = [nameKey('qa')];
    const [added] = await stage.served.gateway.store.reader.groupsByKeys(staff.id, keys);
    expect(added).toMatchObject({ name: 'qa', description: '', active: true });
  });
});

describeEachDatabase('writes of memberships', (database) => {
  const stage = stageOn(database);

  testWrites(stage, [
    {
      does: 'a user is put into a group, from the user',
      send: 'POST /user/group/direct?username=bob',
      body: named('group', 'devs'),
      status: 201,
      location: '/user/group/direct?username=bob&groupname=devs',
      logged: ['MembershipAdded bob in devs'],
    },
    {
      does: 'nobody unknown is put into a group',
      send: 'POST /user/group/direct?username=zoe',
      body: named('group', 'nowhere'),
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'nobody is put into an unknown group',
      send: 'POST /user/group/direct?username=bob',
      body: named('group', 'nowhere'),
      status: 400,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'nobody is put into a group twice',
      send: 'POST /user/group/direct?username=ann',
      body: named('group', 'devs'),
      status: 409,
      reason: 'MEMBERSHIP_ALREADY_EXISTS',
      logged: [],
    },
    {
      does: 'a user of another directory is not there, from the user',
      send: 'POST /user/group/direct?username=gus',
      body: named('group', 'devs'),
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a user is put into a group, from the group',
      send: 'POST /group/user/direct?groupname=juniors',
      body: named('user', 'ann'),
      status: 201,
      location: '/group/user/direct?groupname=juniors&username=ann',
      logged: ['MembershipAdded ann in juniors'],
    },
    {
      does: 'an unknown group takes nobody',
      send: 'POST /group/user/direct?groupname=nowhere',
      body: named('user', 'zoe'),
      status: 404,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a group takes nobody unknown',
      send: 'POST /group/user/direct?groupname=devs',
      body: named('user', 'zoe'),
      status: 400,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a user of another directory is not there, from the group',
      send: 'POST /group/user/direct?groupname=devs',
      body: named('user', 'gus'),
      status: 400,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a user is taken out of a group, from the user',
      send: 'DELETE /user/group/direct?username=ann&groupname=devs',
      status: 204,
      logged: ['MembershipRemoved ann in devs'],
    },
    {
      does: 'a user is taken out of a group, from the group',
      send: 'DELETE /group/user/direct?groupname=devs&username=ann',
      status: 204,
      logged: ['MembershipRemoved ann in devs'],
    },
    {
      does: 'nobody is taken out who is not in it',
      send: 'DELETE /user/group/direct?username=bob&groupname=devs',
      status: 404,
      reason: 'MEMBERSHIP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'nobody unknown is taken out',
      send: 'DELETE /user/group/direct?username=zoe&groupname=devs',
      status: 404,
      reason: 'USER_NOT_FOUND',
      logged: [],
    },
    {
      does: 'nobody is taken out of an unknown group',
      send: 'DELETE /group/user/direct?username=ann&groupname=nowhere',
      status: 404,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a group is put into a group, from the parent',
      send: 'POST /group/child-group/direct?groupname=juniors',
      body: named('group', 'admins'),
      status: 201,
      location: '/group/child-group/direct?groupname=juniors&child-groupname=admins',
      logged: ['NestingAdded admins in juniors'],
    },
    {
      does: 'an unknown group takes no group',
      send: 'POST /group/child-group/direct?groupname=nowhere',
      body: named('group', 'nobody'),
      status: 404,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a group takes no unknown group',
      send: 'POST /group/child-group/direct?groupname=devs',
      body: named('group', 'nobody'),
      status: 400,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a group of another directory is not there',
      send: 'POST /group/child-group/direct?groupname=devs',
      body: named('group', 'visitors'),
      status: 400,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'no group is put into a group twice',
      send: 'POST /group/child-group/direct?groupname=devs',
      body: named('group', 'juniors'),
      status: 409,
      reason: 'MEMBERSHIP_ALREADY_EXISTS',
      logged: [],
    },
    {
      does: 'no group is put into itself',
      send: 'POST /group/child-group/direct?groupname=devs',
      body: named('group', 'Devs'),
      status: 400,
      reason: 'INVALID_MEMBERSHIP',
      logged: [],
    },
    {
      does: 'no group is put into itself through another',
      send: 'POST /group/child-group/direct?groupname=juniors',
      body: named('group', 'devs'),
      status: 400,
      reason: 'INVALID_MEMBERSHIP',
      logged: [],
    },
    {
      does: 'no group is put into a group where that does not count',
      send: 'POST /group/child-group/direct?groupname=visitors',
      body: named('group', 'late'),
      status: 400,
      reason: 'NESTED_GROUPS_NOT_SUPPORTED',
      logged: [],
    },
    {
      does: 'a group is taken out of a group',
      send: 'DELETE /group/child-group/direct?groupname=devs&child-groupname=juniors',
      status: 204,
      logged: ['NestingRemoved juniors in devs'],
    },
    {
      does: 'no group is taken out that is not in it',
      send: 'DELETE /group/child-group/direct?groupname=juniors&child-groupname=devs',
      status: 404,
      reason: 'MEMBERSHIP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a group is put into a group, from the child',
      send: 'POST /group/parent-group/direct?groupname=admins',
      body: named('group', 'juniors'),
      status: 201,
      location: '/group/parent-group/direct?groupname=admins&parent-groupname=juniors',
      logged: ['NestingAdded admins in juniors'],
    },
    {
      does: 'no unknown group is put anywhere',
      send: 'POST /group/parent-group/direct?groupname=nobody',
      body: named('group', 'nowhere'),
      status: 404,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'no group is put into an unknown one',
      send: 'POST /group/parent-group/direct?groupname=devs',
      body: named('group', 'nowhere'),
      status: 400,
      reason: 'GROUP_NOT_FOUND',
      logged: [],
    },
    {
      does: 'a parent group has no removal of its own',
      send: 'DELETE /group/parent-group/direct?groupname=juniors&parent-groupname=devs',
      status: 405,
      reason: 'UNSUPPORTED_OPERATION',
      logged: [],
    },
  ]);

  test('the groups above a group are told, or one of them', async () => {
    const { served } = stage;
    const above = { send: 'POST /group/parent-group/direct?groupname=devs' };
    await sendTo(stage, { send: 'POST /group', body: named('group', 'all') }, 'XML');
    await sendTo(stage, { ...above, body: named('group', 'all') }, 'XML');
    const at = '/group/parent-group';
    expect(namesIn(await served.ask(`${at}/direct?groupname=juniors`))).toEqual(['devs']);
    expect(namesIn(await served.ask(`${at}/nested?groupname=juniors`))).toEqual(['all', 'devs']);
    expect(namesIn(await served.ask(`${at}/nested?groupname=juniors&start-index=1`))).toEqual([
      'devs',
    ]);
    for (const parameter of ['parent-groupname', 'child-groupname']) {
      const one = (kind: string) => served.ask(`${at}/${kind}?groupname=juniors&${parameter}=all`);
      expect((await one('nested')).body).toContain('<group name="all" expand="attributes">');
      expect(await one('direct')).toMatchObject({
        status: 404,
        body: expect.stringContaining('<reason>MEMBERSHIP_NOT_FOUND<'),
      });
    }
    expect(await served.ask(`${at}/direct?groupname=nowhere`)).toMatchObject({
      status: 404,
      body: expect.stringContaining('<reason>GROUP_NOT_FOUND<'),
    });
  });
});
