import { expect, test } from '@jest/globals';
import {
  APPLICATION_PERMISSIONS,
  type ApplicationPermission,
  type Directory,
  nameKey,
} from '../../src/domain/index.js';
import { groupFacts, OPERATOR, userFacts } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { type Format, named, sendTo, stageOn, testWrites, type Write } from './writes.js';

const json = (text: string): Record<Format, string> => ({ XML: '', JSON: text });
const zoe = json('{"name":"zoe","password":{"value":"secret"}}');
const password = json('{"value":"secret"}');
const attributes = json('{"attributes":[{"name":"phone","values":["1"]}]}');

type Sent = Pick<Write, 'send' | 'body'>;

/** What each permission is for. */
const NEEDS: readonly (Sent & { readonly permission: ApplicationPermission })[] = [
  { permission: 'ADD_USER', send: 'POST /user', body: zoe },
  { permission: 'MODIFY_USER', send: 'PUT /user?username=ann', body: named('user', 'ann') },
  { permission: 'MODIFY_USER', send: 'POST /user/rename?username=ann', body: json('{"name":"a"}') },
  { permission: 'MODIFY_USER', send: 'PUT /user/password?username=ann', body: password },
  { permission: 'MODIFY_USER', send: 'DELETE /user/password?username=ann' },
  { permission: 'MODIFY_USER', send: 'POST /user/attribute?username=ann', body: attributes },
  { permission: 'MODIFY_USER', send: 'POST /user/expire-all-passwords?confirm=true' },
  { permission: 'REMOVE_USER', send: 'DELETE /user?username=ann' },
  { permission: 'ADD_GROUP', send: 'POST /group', body: named('group', 'qa') },
  { permission: 'MODIFY_GROUP', send: 'PUT /group?groupname=devs', body: named('group', 'devs') },
  { permission: 'MODIFY_GROUP', send: 'POST /group/attribute?groupname=devs', body: attributes },
  { permission: 'REMOVE_GROUP', send: 'DELETE /group?groupname=devs' },
  {
    permission: 'ADD_MEMBERSHIP',
    send: 'POST /user/group/direct?username=bob',
    body: named('group', 'devs'),
  },
  {
    permission: 'ADD_MEMBERSHIP',
    send: 'POST /group/child-group/direct?groupname=juniors',
    body: named('group', 'admins'),
  },
  {
    permission: 'REMOVE_MEMBERSHIP',
    send: 'DELETE /user/group/direct?username=ann&groupname=devs',
  },
  {
    permission: 'REMOVE_MEMBERSHIP',
    send: 'DELETE /group/child-group/direct?groupname=devs&child-groupname=juniors',
  },
];

describeEachDatabase('what an application may write', (database) => {
  const stage = stageOn(database);
  const give = (patch: {
    readonly permissions?: readonly ApplicationPermission[];
    readonly directories?: readonly (readonly [Directory, readonly ApplicationPermission[]])[];
  }) =>
    stage.served.gateway.store.transact(OPERATOR, (transaction) =>
      transaction.changeApplication(stage.application.id, {
        permissions: patch.permissions ?? [],
        directories:
          patch.directories?.map(([{ id }, permissions]) => ({ directoryId: id, permissions })) ??
          null,
      }),
    );
  const outcome = async (sent: Sent) => {
    const { status, body } = await sendTo(stage, sent, 'JSON');
    return status >= 400 ? `${status} ${JSON.parse(body).reason}` : String(status);
  };
  const DENIED = '403 APPLICATION_PERMISSION_DENIED';
  const directoriesOf = async (name: string) => {
    const { staff, copy, guests } = stage.company;
    const { reader } = stage.served.gateway.store;
    const found: string[] = [];
    for (const each of [staff, copy, guests]) {
      const users = await reader.usersByKeys(each.id, [nameKey(name)]);
      if (users.length > 0) found.push(each.name);
    }
    return found;
  };

  test.each(NEEDS)('$send needs $permission', async ({ permission, ...sent }) => {
    await give({ permissions: APPLICATION_PERMISSIONS.filter((each) => each !== permission) });
    const before = stage.served.gateway.live.index.revision;
    expect(await outcome(sent)).toBe(DENIED);
    expect(stage.served.gateway.live.index.revision).toBe(before);
    await give({ permissions: [permission] });
    expect(await outcome(sent)).toMatch(/^20[014]$/);
  });

  test('reading needs no permission', async () => {
    await give({ permissions: [] });
    expect(await outcome({ send: 'GET /user/attribute?username=ann' })).toBe('200');
    expect(await outcome({ send: 'GET /group/parent-group/direct?groupname=juniors' })).toBe('200');
  });

  const refusedAt = (does: string, sent: Sent): Write => {
    return { does, ...sent, status: 403, reason: 'APPLICATION_PERMISSION_DENIED', logged: [] };
  };

  testWrites(stage, [
    refusedAt('a copy is not changed: a user', {
      send: 'PUT /user?username=max',
      body: named('user', 'max'),
    }),
    refusedAt('a copy is not changed: a user who goes', { send: 'DELETE /user?username=max' }),
    refusedAt('a copy is not changed: a password', {
      send: 'DELETE /user/password?username=max',
    }),
    refusedAt('a copy is not changed: a group', { send: 'DELETE /group?groupname=remote' }),
    refusedAt('a copy is not changed: a membership', {
      send: 'DELETE /user/group/direct?username=max&groupname=remote',
    }),
    refusedAt('nobody becomes an administrator by a membership', {
      send: 'POST /user/group/direct?username=bob',
      body: named('group', 'admins'),
    }),
    refusedAt('nobody becomes an administrator by a group in a group', {
      send: 'POST /group/child-group/direct?groupname=admins',
      body: named('group', 'devs'),
    }),
    refusedAt('nobody is no administrator any more by a membership', {
      send: 'DELETE /user/group/direct?username=root&groupname=admins',
    }),
    refusedAt('nobody is no administrator any more by a group that goes', {
      send: 'DELETE /group?groupname=admins',
    }),
    refusedAt('an administrator is not removed', { send: 'DELETE /user?username=root' }),
    refusedAt('an administrator is not deactivated', {
      send: 'PUT /user?username=root',
      body: {
        XML: '<user name="root"><active>false</active></user>',
        JSON: '{"name":"root","active":false}',
      },
    }),
    refusedAt('an administrator is not renamed', {
      send: 'POST /user/rename?username=root',
      body: { XML: '<n>toor</n>', JSON: '{"new-name":"toor"}' },
    }),
    refusedAt('an administrator gets no password', {
      send: 'PUT /user/password?username=root',
      body: {
        XML: '<password><value>secret</value></password>',
        JSON: '{"value":"secret"}',
      },
    }),
    refusedAt('an administrator loses no password', {
      send: 'DELETE /user/password?username=root',
    }),
  ]);

  test('nobody is made an administrator for later, when they are switched on or unmasked', async () => {
    const { staff, guests } = stage.company;
    await stage.served.gateway.store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(staff.id, [userFacts('idle', { active: false })]);
      await transaction.addUsers(guests.id, [userFacts('bob')]);
      await transaction.addGroups(guests.id, [groupFacts('guides')]);
      const grant = { permission: 'ADMIN', subjectType: 'GROUP', subjectName: 'guides' } as const;
      await transaction.addGrant(grant);
    });
    for (const [user, group] of [
      ['idle', 'admins'],
      ['bob', 'guides'],
    ]) {
      const send = `POST /user/group/direct?username=${user}`;
      expect(await outcome({ send, body: named('group', group) })).toBe(DENIED);
    }
  });

  test('nobody takes the name that administration was granted to', async () => {
    const grant = { permission: 'ADMIN', subjectType: 'USER', subjectName: 'zoe' } as const;
    await stage.served.gateway.store.transact(OPERATOR, (transaction) =>
      transaction.addGrant(grant),
    );
    expect(await outcome({ send: 'POST /user', body: zoe })).toBe(DENIED);
    const rename = { send: 'POST /user/rename?username=ann', body: json('{"name":"zoe"}') };
    expect(await outcome(rename)).toBe(DENIED);
  });

  test('nobody is put in front of an administrator of another directory', async () => {
    const { staff, copy, guests } = stage.company;
    await stage.served.gateway.store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(copy.id, [userFacts('zoe')]);
      const grant = { permission: 'ADMIN', subjectType: 'USER', subjectName: 'zoe' } as const;
      await transaction.addGrant(grant);
    });
    await give({
      directories: [
        [staff, APPLICATION_PERMISSIONS],
        [guests, APPLICATION_PERMISSIONS],
      ],
    });
    expect(await outcome({ send: 'POST /user', body: zoe })).toBe(DENIED);
  });

  test('what is added goes into the first directory in its order in which it may add', async () => {
    const { staff, copy, guests } = stage.company;
    await give({
      directories: [
        [copy, APPLICATION_PERMISSIONS],
        [guests, ['ADD_USER']],
        [staff, APPLICATION_PERMISSIONS],
      ],
    });
    expect(await outcome({ send: 'POST /user', body: zoe })).toBe('201');
    expect(await directoriesOf('zoe')).toEqual(['guests']);
    expect(await outcome({ send: 'DELETE /user?username=zoe' })).toBe(DENIED);
    expect(await outcome({ send: 'POST /group', body: named('group', 'qa') })).toBe('201');
    const { reader } = stage.served.gateway.store;
    expect(await reader.groupsByKeys(staff.id, [nameKey('qa')])).toHaveLength(1);
    // In this order the copy's ann stands in front.
    expect(await outcome({ send: 'DELETE /user?username=ann' })).toBe(DENIED);
  });

  test('a name that nobody has whom it sees may be added, and others are not there', async () => {
    const { guests } = stage.company;
    await give({ directories: [[guests, APPLICATION_PERMISSIONS]] });
    expect(await outcome({ send: 'DELETE /user?username=bob' })).toBe('404 USER_NOT_FOUND');
    const bob = json('{"name":"bob","password":{"value":"secret"}}');
    expect(await outcome({ send: 'POST /user', body: bob })).toBe('201');
    expect(await directoriesOf('bob')).toEqual(['staff', 'guests']);
  });

  test('without a directory that can be changed nothing is added', async () => {
    const { copy } = stage.company;
    await give({ directories: [[copy, APPLICATION_PERMISSIONS]] });
    expect(await outcome({ send: 'POST /user', body: zoe })).toBe(DENIED);
    expect(await outcome({ send: 'POST /user/expire-all-passwords?confirm=true' })).toBe(DENIED);
  });

  test('the log tells which application it was, and from where', async () => {
    const { reader } = stage.served.gateway.store;
    const after = stage.served.gateway.live.end();
    await outcome({ send: 'POST /user', body: zoe });
    const [entry] = await reader.changes({ after, limit: 1 });
    expect(entry.origin).toEqual({ type: 'APPLICATION', name: 'Stash', address: '127.0.0.1' });
  });
});
