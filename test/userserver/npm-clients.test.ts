import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { APPLICATION_PERMISSIONS } from '../../src/domain/index.js';
import { changeApplication } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { addApplication } from './company.js';
import { type Given, NpmClient, type NpmClientName } from './npm-client.js';
import { type Served, serve } from './served.js';

/** A call, its arguments, and what it must give. */
type Step = readonly [call: string, args: readonly unknown[], given: Given];

const nothing: Given = { value: null };
const gives = (value: unknown): Given => ({ value });
const refused = (error: string): Given => ({ error });
const like = (fields: object) => expect.objectContaining(fields) as unknown;
const model = (name: string, ...of: readonly unknown[]) => ({ model: name, of });

const ANN = model('User', 'Ann', 'Lee', 'Ann Lee', 'ann@example.org', 'ann', 'a first password');
const FACTORS = model('ValidationFactors', { remote_address: '192.0.2.7' });

/** Everything that `atlassian-crowd-client` 2.0.0 offers, but for sessions and mails. */
const WITH_PROMISES: readonly Step[] = [
  ['config.cookie', [], gives(like({ name: 'crowd.token_key', secure: false }))],

  ['user.create', [ANN], gives(like({ username: 'ann', displayname: 'Ann Lee', active: true }))],
  ['user.create', [ANN], refused('INVALID_USER')],
  [
    'user.create',
    [model('User', 'B', 'B', 'B B', 'b@example.org', 'bob', 'pw of bob')],
    gives(like({ username: 'bob' })),
  ],
  [
    'user.get',
    ['ann'],
    gives(like({ firstname: 'Ann', lastname: 'Lee', email: 'ann@example.org' })),
  ],
  ['user.get', ['ann', true], gives(like({ username: 'ann', attributes: { attributes: {} } }))],
  ['user.get', ['nobody'], refused('USER_NOT_FOUND')],
  [
    'user.update',
    ['ann', model('User', 'Ann', 'Ray', 'Ann Ray', 'ann@example.org', 'ann', null, true)],
    gives(like({ lastname: 'Ray', displayname: 'Ann Ray' })),
  ],
  [
    'user.update',
    ['nobody', model('User', 'N', 'N', 'N', 'n@example.org', 'nobody')],
    refused('USER_NOT_FOUND'),
  ],
  ['user.rename', ['bob', 'Bob & Co'], gives(like({ name: 'Bob & Co' }))],
  ['user.rename', ['nobody', 'somebody'], refused('USER_NOT_FOUND')],
  ['user.rename', ['Bob & Co', 'bob'], gives(like({ name: 'bob' }))],

  [
    'user.attributes.set',
    ['ann', model('Attributes', { phone: 17, tags: ['a', 'b'] })],
    gives({ attributes: { phone: 17, tags: ['a', 'b'] } }),
  ],
  ['user.attributes.list', ['ann'], gives({ attributes: { phone: 17, tags: ['a', 'b'] } })],
  [
    'user.get',
    ['ann', true],
    gives(like({ attributes: { attributes: { phone: 17, tags: ['a', 'b'] } } })),
  ],
  ['user.attributes.remove', ['ann', 'phone'], nothing],
  ['user.attributes.list', ['ann'], gives({ attributes: { tags: ['a', 'b'] } })],
  ['user.attributes.list', ['nobody'], refused('USER_NOT_FOUND')],

  ['authentication.authenticate', ['ann', 'a first password'], gives(like({ username: 'ann' }))],
  ['authentication.authenticate', ['ann', 'a wrong one'], refused('INVALID_USER_AUTHENTICATION')],
  ['authentication.authenticate', ['nobody', 'x'], refused('USER_NOT_FOUND')],
  ['user.password.set', ['ann', 'ein zweites ß'], nothing],
  ['authentication.authenticate', ['ann', 'ein zweites ß'], gives(like({ username: 'ann' }))],
  ['user.password.set', ['nobody', 'x'], refused('USER_NOT_FOUND')],

  [
    'group.create',
    [model('Group', 'devs', 'all developers')],
    gives(like({ groupname: 'devs', description: 'all developers' })),
  ],
  ['group.create', [model('Group', 'devs', 'again')], refused('INVALID_GROUP')],
  ['group.create', [model('Group', 'juniors', '')], gives(like({ groupname: 'juniors' }))],
  ['group.create', [model('Group', 'all', '')], gives(like({ groupname: 'all' }))],
  ['group.get', ['devs'], gives(like({ groupname: 'devs', active: true }))],
  ['group.get', ['devs', true], gives(like({ groupname: 'devs' }))],
  ['group.get', ['nothing'], refused('GROUP_NOT_FOUND')],
  [
    'group.update',
    ['devs', model('Group', 'devs', 'those who develop')],
    gives(like({ description: 'those who develop' })),
  ],
  [
    'group.attributes.set',
    ['devs', model('Attributes', { cost: 'x1' })],
    gives({ attributes: { cost: 'x1' } }),
  ],
  ['group.attributes.list', ['devs'], gives({ attributes: { cost: 'x1' } })],
  ['group.attributes.remove', ['devs', 'cost'], nothing],
  ['group.attributes.list', ['devs'], gives({ attributes: {} })],

  ['user.groups.add', ['ann', 'devs'], nothing],
  ['user.groups.add', ['ann', 'devs'], refused('MEMBERSHIP_ALREADY_EXISTS')],
  ['user.groups.add', ['ann', 'nothing'], refused('GROUP_NOT_FOUND')],
  ['group.users.add', ['juniors', 'bob'], nothing],
  ['group.users.add', ['juniors', 'nobody'], refused('USER_NOT_FOUND')],
  ['group.children.add', ['devs', 'juniors'], nothing],
  ['group.children.add', ['devs', 'nothing'], refused('GROUP_NOT_FOUND')],
  ['group.parents.add', ['devs', 'all'], nothing],
  ['group.parents.add', ['all', 'juniors'], refused('INVALID_MEMBERSHIP')],

  ['user.groups.get', ['ann', 'devs'], gives('devs')],
  ['user.groups.get', ['ann', 'all'], refused('MEMBERSHIP_NOT_FOUND')],
  ['user.groups.get', ['ann', 'all', true], gives('all')],
  ['user.groups.list', ['bob'], gives(['juniors'])],
  ['user.groups.list', ['bob', true], gives(['all', 'devs', 'juniors'])],
  ['user.groups.list', ['bob', true, 1, 1], gives(['devs'])],
  ['group.users.get', ['devs', 'ann'], gives('ann')],
  ['group.users.get', ['devs', 'bob'], refused('MEMBERSHIP_NOT_FOUND')],
  ['group.users.get', ['devs', 'bob', true], gives('bob')],
  ['group.users.list', ['devs'], gives(['ann'])],
  ['group.users.list', ['devs', true], gives(['ann', 'bob'])],
  [
    'group.users.list',
    ['devs', true, 0, 1, true],
    gives([like({ username: 'ann', lastname: 'Ray' })]),
  ],
  ['group.children.get', ['devs', 'juniors'], gives(like({ name: 'juniors' }))],
  ['group.children.list', ['all'], gives(['devs'])],
  ['group.children.list', ['all', true], gives(['devs', 'juniors'])],
  ['group.parents.get', ['juniors', 'devs'], gives('devs')],
  ['group.parents.get', ['juniors', 'all', true], gives('all')],
  ['group.parents.list', ['juniors'], gives(['devs'])],
  ['group.parents.list', ['juniors', true], gives(['all', 'devs'])],
  [
    'group.membership',
    [],
    gives(
      expect.stringContaining(
        '<membership group="juniors"><users><user name="bob"/></users><groups></groups></membership>',
      ),
    ),
  ],

  ['search.user', ['name=a*'], gives(['ann'])],
  [
    'search.user',
    ['email=*example.org*', true],
    gives([like({ username: 'ann' }), like({ username: 'bob' })]),
  ],
  ['search.user', ['', false, 1, 1], gives(['bob'])],
  ['search.user', ['name>'], refused('ILLEGAL_ARGUMENT')],
  ['search.group', ['name=d* OR name=all'], gives(['all', 'devs'])],
  [
    'search.group',
    ['name=devs', true],
    gives([like({ groupname: 'devs', description: 'those who develop' })]),
  ],

  ['group.children.remove', ['devs', 'juniors'], nothing],
  ['group.children.remove', ['devs', 'juniors'], refused('MEMBERSHIP_NOT_FOUND')],
  ['group.users.remove', ['juniors', 'bob'], nothing],
  ['group.users.remove', ['juniors', 'bob'], refused('MEMBERSHIP_NOT_FOUND')],
  ['user.groups.remove', ['ann', 'devs'], nothing],
  ['user.groups.list', ['ann', true], gives([])],
  ['group.remove', ['juniors'], nothing],
  ['group.remove', ['juniors'], refused('GROUP_NOT_FOUND')],
];

/** The token of the session that was made last; as an argument, `#token` stands for it. */
const last = { token: '' };
const THE_TOKEN = { asymmetricMatch: (value: unknown) => value === last.token };

/** The same of its sessions. */
const SESSIONS: readonly Step[] = [
  ['session.create', ['ann', 'a wrong one'], refused('INVALID_USER_AUTHENTICATION')],
  ['session.create', ['ann', 'ein zweites ß', FACTORS], gives(like({ token: expect.any(String) }))],
  ['session.validate', ['#token', FACTORS], gives(like({ token: THE_TOKEN }))],
  ['session.validate', ['#token'], refused('INVALID_SSO_TOKEN')],
  ['session.getUser', ['#token'], gives(like({ username: 'ann', lastname: 'Ray' }))],
  ['session.remove', ['#token'], nothing],
  ['session.getUser', ['#token'], refused('INVALID_SSO_TOKEN')],
  ['session.createUnvalidated', ['ann', FACTORS, 60], gives(like({ token: expect.any(String) }))],
  ['session.removeAll', ['ann', '#token'], nothing],
  ['session.getUser', ['#token'], gives(like({ username: 'ann' }))],
  ['session.removeAll', ['ann'], nothing],
  ['session.validate', ['#token', FACTORS], refused('INVALID_SSO_TOKEN')],
];

/** Everything that `atlassian-crowd-patched` 0.5.1 offers; it answers many calls with their status. */
const WITH_CALLBACKS: readonly Step[] = [
  ['ping', [], gives(like({ name: 'crowd.token_key' }))],
  ['user.create', ['Kim', 'Poe', 'Kim Poe', 'kim@example.org', 'kim', 'pw of kim'], nothing],
  ['user.find', ['kim'], gives(like({ name: 'kim', 'display-name': 'Kim Poe' }))],
  ['user.find', ['nobody'], refused('USER_NOT_FOUND')],
  ['user.active', ['kim'], gives(true)],
  ['user.authenticate', ['kim', 'pw of kim'], gives(like({ name: 'kim' }))],
  ['user.authenticate', ['kim', 'a wrong one'], refused('INVALID_USER_AUTHENTICATION')],
  ['user.changepassword', ['kim', 'another of kim'], gives(204)],
  ['user.authenticate', ['kim', 'another of kim'], gives(like({ name: 'kim' }))],
  ['user.setAttributes', ['kim', 'colour', ['red', 'blue']], gives(204)],
  ['user.attributes', ['kim'], gives({ colour: ['red', 'blue'] })],
  ['user.removeAttribute', ['kim', 'colour'], gives(204)],
  ['groups.create', ['crew', 'all hands'], gives(201)],
  ['groups.create', ['crew', 'again'], refused('INVALID_GROUP')],
  ['groups.create', ['bridge', ''], gives(201)],
  ['groups.find', ['crew'], gives(like({ name: 'crew', description: 'all hands' }))],
  ['groups.active', ['crew'], gives(true)],
  ['groups.createNested', ['crew', 'bridge', ''], gives(201)],
  ['groups.createNested', ['crew', 'nothing', ''], refused('GROUP_NOT_FOUND')],
  ['groups.addmember', ['kim', 'bridge'], gives(201)],
  ['groups.directmembers', ['crew'], gives([])],
  ['groups.nestedmembers', ['crew'], gives(['kim'])],
  ['user.groups', ['kim'], gives(['bridge', 'crew'])],
  ['search', ['user', 'name=kim'], gives(like({ users: [like({ name: 'kim' })] }))],
  ['session.create', ['kim', 'another of kim', '192.0.2.8'], gives(expect.any(String))],
  ['session.find', ['#token'], gives(like({ token: THE_TOKEN, user: like({ name: 'kim' }) }))],
  ['session.authenticate', ['#token', '192.0.2.8'], gives(like({ token: THE_TOKEN }))],
  ['session.authenticate', ['#token', '192.0.2.9'], refused('INVALID_SSO_TOKEN')],
  ['session.destroy', ['#token'], gives(204)],
  ['session.find', ['#token'], refused('INVALID_SSO_TOKEN')],
  ['groups.removemember', ['kim', 'bridge'], gives(204)],
  ['groups.remove', ['bridge'], gives(204)],
  ['groups.remove', ['crew'], gives(204)],
  ['user.remove', ['kim'], nothing],
  ['user.find', ['kim'], refused('USER_NOT_FOUND')],
];

describeEachDatabase('clients from npm', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    const { id } = await addApplication(served.gateway);
    await changeApplication(served.gateway, served.operator, {
      id,
      everyDirectory: APPLICATION_PERMISSIONS,
    });
    await served.gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.addDirectory({
        name: 'staff',
        type: 'INTERNAL',
        nestedGroups: true,
        connection: null,
        password: null,
      }),
    );
  });
  afterAll(() => served.close());

  it.each([
    {
      name: 'atlassian-crowd-client',
      steps: [...WITH_PROMISES, ...SESSIONS],
      base: '',
    },
    { name: 'atlassian-crowd-patched', steps: WITH_CALLBACKS, base: '/crowd' },
  ] as const)('$name makes every call it offers', async ({ name, steps, base }) => {
    const client = await NpmClient.start(name as NpmClientName, served.origin + base);
    try {
      for (const [call, args, given] of steps) {
        const meant = (value: unknown) => (value === '#token' ? last.token : value);
        const got = await client.call(call, ...args.map(meant));
        last.token = newToken(call, got) ?? last.token;
        const label = `${call} ${JSON.stringify(args)}`;
        expect({ label, ...got }).toEqual({ label, ...given });
      }
      expect([...client.made].sort()).toEqual(client.offered);
    } finally {
      await client.close();
    }
  });
});

/** One of the clients gives the session, the other its token. */
function newToken(call: string, given: Given): string | null {
  if (!call.startsWith('session.create') || !('value' in given)) return null;
  const { value } = given;
  return typeof value === 'string' ? value : (value as { readonly token: string }).token;
}
