import { USER_PASSWORD } from '../company.js';
import { call, like, type Step, TOKEN } from './tour.js';

/** Where an answer has no body the client gives its status. */
const CREATED = 201;
const NO_CONTENT = 204;

const USERS: readonly Step[] = [
  // The client expects no body here; with one it gives nothing all the same (its lib/user.js:223).
  call('user.create', 'Kim', 'Poe', 'Kim Poe', 'kim@example.org', 'kim', 'pw').givesNothing(),
  call('user.create', 'Kim', 'Poe', 'Kim Poe', 'kim@example.org', 'kim', 'pw').fails(
    'INVALID_USER',
  ),
  call('user.find', 'kim').gives(
    like({
      name: 'kim',
      'first-name': 'Kim',
      'last-name': 'Poe',
      'display-name': 'Kim Poe',
      email: 'kim@example.org',
      active: true,
    }),
  ),
  call('user.find', 'nobody').fails('USER_NOT_FOUND'),
  // The client writes names into addresses as they are (its lib/user.js:180): what is behind `&` is
  // another parameter, and what no address can hold it cannot ask for.
  call('user.find', 'kim&ann').gives(like({ name: 'kim' })),
  call('user.find', 'Kim Poe').fails('ERR_UNESCAPED_CHARACTERS'),
  call('user.find', 'Kim%20Poe').fails('USER_NOT_FOUND'),
  call('user.active', 'kim').gives(true),
  call('user.active', 'nobody').fails('USER_NOT_FOUND'),
  call('user.authenticate', 'kim', 'pw').gives(like({ name: 'kim', email: 'kim@example.org' })),
  call('user.authenticate', 'kim', 'a wrong one').fails('INVALID_USER_AUTHENTICATION'),
  call('user.authenticate', 'nobody', 'x').fails('USER_NOT_FOUND'),
  call('user.changepassword', 'kim', 'ein zweites ß').gives(NO_CONTENT),
  call('user.authenticate', 'kim', 'ein zweites ß').gives(like({ name: 'kim' })),
  call('user.authenticate', 'kim', 'pw').fails('INVALID_USER_AUTHENTICATION'),
  call('user.changepassword', 'nobody', 'x').fails('USER_NOT_FOUND'),
];

/** The client sends a body with each of these, unannounced where it asks or removes (its lib/user.js:327 and 368). */
const ATTRIBUTES: readonly Step[] = [
  call('user.attributes', 'kim').gives({}),
  call('user.setAttributes', 'kim', 'colour', ['red', 'blue']).gives(NO_CONTENT),
  call('user.setAttributes', 'kim', 'shoe', '42').gives(NO_CONTENT),
  call('user.setAttributes', 'nobody', 'shoe', '42').fails('USER_NOT_FOUND'),
  call('user.attributes', 'kim').gives({ colour: ['red', 'blue'], shoe: ['42'] }),
  call('user.attributes', 'nobody').fails('USER_NOT_FOUND'),
  call('user.removeAttribute', 'kim', 'colour').gives(NO_CONTENT),
  call('user.attributes', 'kim').gives({ shoe: ['42'] }),
  call('user.removeAttribute', 'nobody', 'colour').fails('USER_NOT_FOUND'),
];

const GROUPS: readonly Step[] = [
  call('groups.create', 'crew', 'all hands').gives(CREATED),
  call('groups.create', 'crew', 'again').fails('INVALID_GROUP'),
  call('groups.create', 'bridge', '').gives(CREATED),
  call('groups.find', 'crew').gives(
    like({ name: 'crew', description: 'all hands', type: 'GROUP', active: true }),
  ),
  call('groups.find', 'nothing').fails('GROUP_NOT_FOUND'),
  call('groups.active', 'crew').gives(true),
  call('groups.active', 'nothing').fails('GROUP_NOT_FOUND'),
  call('groups.createNested', 'crew', 'bridge', '').gives(CREATED),
  // Despite its name the client only nests a group (its lib/groups.js:58).
  call('groups.createNested', 'crew', 'nothing', '').fails('GROUP_NOT_FOUND'),
  call('groups.addmember', 'kim', 'bridge').gives(CREATED),
  call('groups.addmember', 'kim', 'bridge').fails('MEMBERSHIP_ALREADY_EXISTS'),
  call('groups.addmember', 'kim', 'nothing').fails('GROUP_NOT_FOUND'),
  call('groups.addmember', 'nobody', 'bridge').fails('USER_NOT_FOUND'),
  call('groups.directmembers', 'bridge').gives(['kim']),
  call('groups.directmembers', 'crew').gives([]),
  call('groups.directmembers', 'nothing').fails('GROUP_NOT_FOUND'),
  call('groups.nestedmembers', 'crew').gives(['kim']),
  call('groups.nestedmembers', 'nothing').fails('GROUP_NOT_FOUND'),
  call('user.groups', 'kim').gives(['bridge', 'crew']),
  call('user.groups', 'bob').gives([]),
  call('user.groups', 'nobody').fails('USER_NOT_FOUND'),
];

const SEARCHES: readonly Step[] = [
  call('search', 'user', 'name=k* OR name=ann').gives(
    like({ users: [like({ name: 'ann' }), like({ name: 'kim' })] }),
  ),
  call('search', 'user', 'name=nobody').gives(like({ users: [] })),
  call('search', 'group', 'name=crew').gives(like({ groups: [like({ name: 'crew' })] })),
  call('search', 'user', 'kim').fails('ILLEGAL_ARGUMENT'),
];

/** The clock stands still at the beginning of 2024; half an hour is the server's own default. */
const SESSION = like({
  token: TOKEN,
  'created-date': Date.UTC(2024, 0, 1),
  'expiry-date': Date.UTC(2024, 0, 1, 0, 30),
});

const SESSIONS: readonly Step[] = [
  call('session.create', 'ann', 'a wrong one', '198.51.100.7').fails('INVALID_USER_AUTHENTICATION'),
  call('session.create', 'somebody', 'x', '198.51.100.7').fails('USER_NOT_FOUND'),
  call('session.create', 'ann', USER_PASSWORD, '198.51.100.7').gives(TOKEN),
  call('session.find', TOKEN).gives(SESSION),
  call('session.find', TOKEN).gives(like({ user: like({ 'display-name': 'Ann Lee' }) })),
  call('session.authenticate', TOKEN, '198.51.100.7').gives(SESSION),
  call('session.authenticate', TOKEN, '203.0.113.1').fails('INVALID_SSO_TOKEN'),
  // Without an address the client says that the user is on the same machine.
  call('session.authenticate', TOKEN).fails('INVALID_SSO_TOKEN'),
  call('session.destroy', TOKEN).gives(NO_CONTENT),
  call('session.destroy', TOKEN).gives(NO_CONTENT),
  call('session.find', TOKEN).fails('INVALID_SSO_TOKEN'),
  call('session.create', 'ann', USER_PASSWORD).gives(TOKEN),
  call('session.authenticate', TOKEN).gives(SESSION),
];

const LEAVING: readonly Step[] = [
  call('groups.removemember', 'kim', 'bridge').gives(NO_CONTENT),
  call('groups.removemember', 'kim', 'bridge').fails('MEMBERSHIP_NOT_FOUND'),
  call('groups.removemember', 'nobody', 'bridge').fails('USER_NOT_FOUND'),
  call('user.groups', 'kim').gives([]),
  call('groups.remove', 'bridge').gives(NO_CONTENT),
  call('groups.remove', 'bridge').fails('GROUP_NOT_FOUND'),
  call('groups.find', 'bridge').fails('GROUP_NOT_FOUND'),
  call('user.remove', 'kim').givesNothing(),
  call('user.remove', 'kim').fails('USER_NOT_FOUND'),
  call('user.find', 'kim').fails('USER_NOT_FOUND'),
];

/** Everything that `atlassian-crowd-patched` 0.5.1 offers, in the company that is settled for writes. */
export const CROWD_PATCHED_TOUR: readonly Step[] = [
  call('ping').gives({ domain: '', name: 'crowd.token_key', secure: false }),
  ...USERS,
  ...ATTRIBUTES,
  ...GROUPS,
  ...SEARCHES,
  ...SESSIONS,
  ...LEAVING,
];
