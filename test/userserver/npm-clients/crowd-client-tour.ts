import { expect } from '@jest/globals';
import { USER_PASSWORD } from '../company.js';
import { call, like, type Step, TOKEN } from './tour.js';

/** What the program makes one of the client's models of. */
const model = (name: string, ...of: readonly unknown[]) => ({ model: name, of });
const group = (name: string, description: string) => model('Group', name, description);
const attributes = (values: object) => model('Attributes', values);
const factors = (address: string) => model('ValidationFactors', { remote_address: address });

const KIM = model('User', 'Kim', 'Poe', 'Kim Poe', 'kim@example.org', 'kim', 'a first password');
const LOU = model('User', 'Lou', 'Roe', 'Lou Roe', 'lou@example.org', 'lou', 'pw of lou');

const kim = (facts: object = {}) => ({
  firstname: 'Kim',
  lastname: 'Poe',
  displayname: 'Kim Poe',
  email: 'kim@example.org',
  username: 'kim',
  active: true,
  attributes: [],
  ...facts,
});
const toldGroup = (groupname: string, description: string) => {
  return { groupname, description, active: true, attributes: [] };
};

const USERS: readonly Step[] = [
  call('user.create', KIM).gives(kim()),
  call('user.create', KIM).fails('INVALID_USER'),
  call('user.create', LOU).gives(like({ username: 'lou', email: 'lou@example.org' })),
  call('user.get', 'kim').gives(kim()),
  call('user.get', 'KIM').gives(kim()),
  call('user.get', 'kim', true).gives(kim({ attributes: {} })),
  call('user.get', 'nobody').fails('USER_NOT_FOUND'),
  call(
    'user.update',
    'kim',
    model('User', 'Kim', 'Ray', 'Kim Ray', 'ray@example.org', 'kim', null, false),
  ).gives(
    kim({ lastname: 'Ray', displayname: 'Kim Ray', email: 'ray@example.org', active: false }),
  ),
  call('authentication.authenticate', 'kim', 'a first password').fails('INACTIVE_ACCOUNT'),
  call('user.update', 'kim', KIM).gives(kim()),
  call('user.update', 'kim', LOU).fails('ILLEGAL_ARGUMENT'),
  call('user.update', 'nobody', model('User', 'N', 'N', 'N', '', 'nobody')).fails('USER_NOT_FOUND'),
  call('user.rename', 'lou', 'Lou & ß+').gives(like({ name: 'Lou & ß+', 'last-name': 'Roe' })),
  call('user.get', 'Lou & ß+').gives(like({ username: 'Lou & ß+' })),
  call('user.get', 'lou').fails('USER_NOT_FOUND'),
  call('user.rename', 'Lou & ß+', 'kim').fails('INVALID_USER'),
  call('user.rename', 'nobody', 'somebody').fails('USER_NOT_FOUND'),
  call('user.rename', 'Lou & ß+', 'lou').gives(like({ name: 'lou' })),
];

const PASSWORDS: readonly Step[] = [
  call('authentication.authenticate', 'kim', 'a first password').gives(kim()),
  call('authentication.authenticate', 'kim', 'a wrong one').fails('INVALID_USER_AUTHENTICATION'),
  call('authentication.authenticate', 'nobody', 'x').fails('USER_NOT_FOUND'),
  call('user.password.set', 'kim', 'ein zweites ß').givesNothing(),
  call('authentication.authenticate', 'kim', 'ein zweites ß').gives(kim()),
  call('authentication.authenticate', 'kim', 'a first password').fails(
    'INVALID_USER_AUTHENTICATION',
  ),
  call('user.password.set', 'kim', '').fails('INVALID_CREDENTIAL'),
  call('user.password.set', 'nobody', 'x').fails('USER_NOT_FOUND'),
];

const ATTRIBUTES: readonly Step[] = [
  call('user.attributes.set', 'kim', attributes({ phone: 17, tags: ['a', 'b'] })).gives({
    attributes: { phone: 17, tags: ['a', 'b'] },
  }),
  call('user.attributes.set', 'kim', attributes({ phone: 18 })).gives({
    attributes: { phone: 18, tags: ['a', 'b'] },
  }),
  call('user.attributes.list', 'kim').gives({ attributes: { phone: 18, tags: ['a', 'b'] } }),
  call('user.get', 'kim', true).gives(kim({ attributes: { phone: 18, tags: ['a', 'b'] } })),
  call('user.attributes.remove', 'kim', 'phone').givesNothing(),
  call('user.attributes.list', 'kim').gives({ attributes: { tags: ['a', 'b'] } }),
  call('user.attributes.list', 'nobody').fails('USER_NOT_FOUND'),
  call('user.attributes.set', 'nobody', attributes({ a: 1 })).fails('USER_NOT_FOUND'),
  call('user.attributes.remove', 'nobody', 'tags').fails('USER_NOT_FOUND'),
];

const MAILS: readonly Step[] = [
  call('user.password.reset', 'kim').givesNothing(),
  call('user.password.reset', 'nobody').fails('USER_NOT_FOUND'),
  // Has no e-mail address.
  call('user.password.reset', 'bob').fails('INVALID_EMAIL'),
  // Is a copy of a server's.
  call('user.password.reset', 'max').fails('APPLICATION_PERMISSION_DENIED'),
  call('user.username.request', 'kim@example.org').givesNothing(),
  // It is not told whether somebody has the address.
  call('user.username.request', 'nobody@example.org').givesNothing(),
  call('user.username.request', 'nowhere').fails('INVALID_EMAIL'),
  // The client does not encode the address (its lib/client.js:198), and a plus is a space there.
  call('user.username.request', 'kim+lou@example.org').fails('INVALID_EMAIL'),
];

const GROUPS: readonly Step[] = [
  call('group.create', group('crew', 'all hands')).gives(toldGroup('crew', 'all hands')),
  call('group.create', group('crew', 'again')).fails('INVALID_GROUP'),
  call('group.create', group('bridge', '')).gives(toldGroup('bridge', '')),
  call('group.create', group('ship', '')).gives(toldGroup('ship', '')),
  call('group.get', 'crew').gives(toldGroup('crew', 'all hands')),
  call('group.get', 'nothing').fails('GROUP_NOT_FOUND'),
  call('group.update', 'crew', group('crew', 'who sails')).gives(toldGroup('crew', 'who sails')),
  call('group.get', 'crew').gives(toldGroup('crew', 'who sails')),
  call('group.update', 'crew', group('bridge', '')).fails('INVALID_GROUP'),
  call('group.update', 'nothing', group('nothing', '')).fails('GROUP_NOT_FOUND'),
  call('group.attributes.set', 'crew', attributes({ cost: 'x1' })).gives({
    attributes: { cost: 'x1' },
  }),
  call('group.attributes.list', 'crew').gives({ attributes: { cost: 'x1' } }),
  // The client leaves a group's attributes as the server writes them (its lib/client.js:285).
  call('group.get', 'crew', true).gives({
    ...toldGroup('crew', 'who sails'),
    attributes: [like({ name: 'cost', values: ['"x1"'] })],
  }),
  call('group.attributes.remove', 'crew', 'cost').givesNothing(),
  call('group.attributes.list', 'crew').gives({ attributes: {} }),
  call('group.attributes.list', 'nothing').fails('GROUP_NOT_FOUND'),
];

/** Ends with kim in crew, lou in bridge, bridge in crew and crew in ship. */
const JOINING: readonly Step[] = [
  call('user.groups.add', 'kim', 'crew').givesNothing(),
  call('user.groups.add', 'kim', 'crew').fails('MEMBERSHIP_ALREADY_EXISTS'),
  call('user.groups.add', 'kim', 'nothing').fails('GROUP_NOT_FOUND'),
  call('user.groups.add', 'nobody', 'crew').fails('USER_NOT_FOUND'),
  call('group.users.add', 'bridge', 'lou').givesNothing(),
  call('group.users.add', 'bridge', 'lou').fails('MEMBERSHIP_ALREADY_EXISTS'),
  call('group.users.add', 'bridge', 'nobody').fails('USER_NOT_FOUND'),
  call('group.users.add', 'nothing', 'lou').fails('GROUP_NOT_FOUND'),
  call('group.children.add', 'crew', 'bridge').givesNothing(),
  call('group.children.add', 'crew', 'nothing').fails('GROUP_NOT_FOUND'),
  call('group.children.add', 'bridge', 'crew').fails('INVALID_MEMBERSHIP'),
  call('group.parents.add', 'crew', 'ship').givesNothing(),
  call('group.parents.add', 'ship', 'bridge').fails('INVALID_MEMBERSHIP'),
  call('group.parents.add', 'crew', 'nothing').fails('GROUP_NOT_FOUND'),
  call('group.children.add', 'visitors', 'late').fails('NESTED_GROUPS_NOT_SUPPORTED'),
];

const MEMBERSHIPS: readonly Step[] = [
  call('user.groups.get', 'kim', 'crew').gives('crew'),
  call('user.groups.get', 'kim', 'ship').fails('MEMBERSHIP_NOT_FOUND'),
  call('user.groups.get', 'kim', 'ship', true).gives('ship'),
  call('user.groups.list', 'lou').gives(['bridge']),
  call('user.groups.list', 'lou', true).gives(['bridge', 'crew', 'ship']),
  call('user.groups.list', 'lou', true, 1, 1).gives(['crew']),
  call('user.groups.list', 'lou', true, 3).gives([]),
  call('user.groups.list', 'nobody').fails('USER_NOT_FOUND'),
  call('group.users.get', 'crew', 'kim').gives('kim'),
  call('group.users.get', 'crew', 'lou').fails('MEMBERSHIP_NOT_FOUND'),
  call('group.users.get', 'crew', 'lou', true).gives('lou'),
  call('group.users.list', 'crew').gives(['kim']),
  call('group.users.list', 'crew', true).gives(['kim', 'lou']),
  call('group.users.list', 'crew', true, 0, 1, true).gives([kim()]),
  call('group.users.list', 'nothing').fails('GROUP_NOT_FOUND'),
  // The client gives the whole answer (its lib/client.js:511), although it promises the name.
  call('group.children.get', 'crew', 'bridge').gives(like({ name: 'bridge' })),
  call('group.children.get', 'ship', 'bridge').fails('MEMBERSHIP_NOT_FOUND'),
  call('group.children.get', 'ship', 'bridge', true).gives(like({ name: 'bridge' })),
  call('group.children.list', 'ship').gives(['crew']),
  call('group.children.list', 'ship', true).gives(['bridge', 'crew']),
  call('group.children.list', 'ship', true, 1, 1).gives(['crew']),
  call('group.parents.get', 'bridge', 'crew').gives('crew'),
  call('group.parents.get', 'bridge', 'ship').fails('MEMBERSHIP_NOT_FOUND'),
  call('group.parents.get', 'bridge', 'ship', true).gives('ship'),
  call('group.parents.list', 'bridge').gives(['crew']),
  call('group.parents.list', 'bridge', true).gives(['crew', 'ship']),
  call('group.parents.list', 'bridge', true, 1).gives(['ship']),
  call('group.membership').gives(
    expect.stringContaining(
      '<membership group="crew"><users><user name="kim"/></users><groups><group name="bridge"/></groups></membership>',
    ),
  ),
];

const SEARCHES: readonly Step[] = [
  call('search.user', 'name=k*').gives(['kim']),
  call('search.user', 'email=kim@example.org OR name=lou', true).gives([
    kim(),
    like({ username: 'lou', lastname: 'Roe' }),
  ]),
  call('search.user', '').gives(['ann', 'bob', 'gus', 'kim', 'lou', 'max', 'root']),
  call('search.user', '', false, 3, 2).gives(['kim', 'lou']),
  call('search.user', 'name=nobody').gives([]),
  call('search.user', 'name>').fails('ILLEGAL_ARGUMENT'),
  call('search.group', 'name=b* OR name=crew').gives(['bridge', 'crew']),
  call('search.group', 'name=crew', true).gives([toldGroup('crew', 'who sails')]),
  call('search.group', '', false, 1, 2).gives(['bridge', 'crew']),
  call('search.group', 'shoe=42').fails('ILLEGAL_ARGUMENT'),
];

/** The clock stands still at the beginning of 2024. */
const session = (seconds: number) => ({
  token: TOKEN,
  createdAt: '2024-01-01T00:00:00.000Z',
  expiresAt: new Date(Date.UTC(2024, 0, 1, 0, 0, seconds)).toISOString(),
});
const HOME = factors('198.51.100.7');

const SESSIONS: readonly Step[] = [
  call('session.create', 'ann', 'a wrong one').fails('INVALID_USER_AUTHENTICATION'),
  call('session.create', 'somebody', 'x').fails('USER_NOT_FOUND'),
  // Ten minutes are the client's own default.
  call('session.create', 'ann', USER_PASSWORD, HOME).gives(session(600)),
  call('session.validate', TOKEN, HOME).gives(session(600)),
  call('session.validate', TOKEN).fails('INVALID_SSO_TOKEN'),
  call('session.validate', TOKEN, factors('203.0.113.1')).fails('INVALID_SSO_TOKEN'),
  call('session.getUser', TOKEN).gives(like({ username: 'ann', displayname: 'Ann Lee' })),
  call('session.remove', TOKEN).givesNothing(),
  call('session.remove', TOKEN).givesNothing(),
  call('session.getUser', TOKEN).fails('INVALID_SSO_TOKEN'),
  call('session.create', 'ann', USER_PASSWORD).gives(session(600)),
  call('session.validate', TOKEN).gives(session(600)),
  call('session.createUnvalidated', 'nobody').fails('INVALID_USER_AUTHENTICATION'),
  call('session.createUnvalidated', 'ann', HOME, 60).gives(session(60)),
  call('session.removeAll', 'ann', TOKEN).givesNothing(),
  call('session.getUser', TOKEN).gives(like({ username: 'ann' })),
  call('session.removeAll', 'ann').givesNothing(),
  call('session.validate', TOKEN, HOME).fails('INVALID_SSO_TOKEN'),
];

const LEAVING: readonly Step[] = [
  call('group.children.remove', 'crew', 'bridge').givesNothing(),
  call('group.children.remove', 'crew', 'bridge').fails('MEMBERSHIP_NOT_FOUND'),
  call('group.children.list', 'crew').gives([]),
  call('group.users.remove', 'bridge', 'lou').givesNothing(),
  call('group.users.remove', 'bridge', 'lou').fails('MEMBERSHIP_NOT_FOUND'),
  call('group.users.list', 'bridge').gives([]),
  call('user.groups.remove', 'kim', 'crew').givesNothing(),
  call('user.groups.remove', 'kim', 'crew').fails('MEMBERSHIP_NOT_FOUND'),
  call('user.groups.remove', 'nobody', 'crew').fails('USER_NOT_FOUND'),
  call('user.groups.list', 'kim', true).gives([]),
  call('group.remove', 'crew').givesNothing(),
  call('group.remove', 'crew').fails('GROUP_NOT_FOUND'),
  call('group.parents.list', 'bridge').gives([]),
  call('user.remove', 'kim').givesNothing(),
  call('user.remove', 'kim').fails('USER_NOT_FOUND'),
  call('user.get', 'kim').fails('USER_NOT_FOUND'),
];

const OTHERS: readonly Step[] = [
  call('config.cookie').gives({ domain: '', name: 'crowd.token_key', secure: false }),
  call('request', 'GET', '/user?username=ann').gives(like({ name: 'ann' })),
  call('request', 'GET', '/non-existent/location').fails('UNSUPPORTED_OPERATION'),
  call('request', 'POST', '/user/expire-all-passwords?confirm=true', {}).givesNothing(),
  call('authentication.authenticate', 'ann', USER_PASSWORD).fails('EXPIRED_CREDENTIAL'),
  // Speaks to nobody, and prints only where the client was told to.
  call('log', 'said').givesNothing(),
];

/** Everything that `atlassian-crowd-client` 2.0.0 offers, in the company that is settled for writes. */
export const CROWD_CLIENT_TOUR: readonly Step[] = [
  ...USERS,
  ...PASSWORDS,
  ...ATTRIBUTES,
  ...MAILS,
  ...GROUPS,
  ...JOINING,
  ...MEMBERSHIPS,
  ...SEARCHES,
  ...SESSIONS,
  ...LEAVING,
  ...OTHERS,
];
