import { readAttributes, removeAttribute, storeAttributes } from './attribute-resources.js';
import { answerSignedIn, authenticate } from './authentication-resource.js';
import { readAvatar } from './avatar-resource.js';
import { Refusal } from './errors.js';
import { readEvents, readEventToken } from './event-resources.js';
import type { Handler } from './exchange.js';
import {
  readChildGroups,
  readGroup,
  readMemberships,
  readParentGroups,
  readUsersOfGroup,
} from './group-resources.js';
import { createGroup, removeGroup, replaceGroup } from './group-writes.js';
import { mailPassword, mailUserNames } from './mail-resources.js';
import {
  addChildGroup,
  addGroupOfUser,
  addParentGroup,
  addUserOfGroup,
  removeChildGroup,
  removeMembership,
} from './membership-writes.js';
import { expirePasswords, removePassword, replacePassword } from './password-resources.js';
import { searchByDocument, searchByText } from './search-resource.js';
import {
  checkSession,
  createSession,
  readCookieConfig,
  removeSession,
  removeSessionsOfUser,
  showSession,
} from './session-resources.js';
import { readGroupsOfUser, readUser } from './user-resources.js';
import { createUser, giveNewName, removeUser, replaceUser } from './user-writes.js';
import { createWebhook, readWebhookById, removeWebhookById } from './webhook-resources.js';

const LAST_PART = /^(.*)\/([^/]+)$/s;

/** HEAD is answered as GET is, without the body. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const;

type Methods = { readonly [Method in Exclude<(typeof METHODS)[number], 'HEAD'>]?: Handler };

/** There are clients that send PUT. */
const attributesOf = (kind: 'user' | 'group'): Methods => ({
  GET: readAttributes(kind),
  POST: storeAttributes(kind),
  PUT: storeAttributes(kind),
  DELETE: removeAttribute(kind),
});

/** All there is below the base, by path and method. A star stands for the last part of a path. */
export const RESOURCES: ReadonlyMap<string, Methods> = new Map<string, Methods>([
  ['/authentication', { POST: authenticate }],
  ['/authentication/notify', { POST: answerSignedIn }],
  ['/config/cookie', { GET: readCookieConfig }],
  ['/event', { GET: readEventToken }],
  ['/event/*', { GET: readEvents }],
  ['/group', { GET: readGroup, POST: createGroup, PUT: replaceGroup, DELETE: removeGroup }],
  ['/group/attribute', attributesOf('group')],
  [
    '/group/child-group/direct',
    { GET: readChildGroups(false), POST: addChildGroup, DELETE: removeChildGroup },
  ],
  ['/group/child-group/nested', { GET: readChildGroups(true) }],
  ['/group/membership', { GET: readMemberships }],
  ['/group/parent-group/direct', { GET: readParentGroups(false), POST: addParentGroup }],
  ['/group/parent-group/nested', { GET: readParentGroups(true) }],
  [
    '/group/user/direct',
    { GET: readUsersOfGroup(false), POST: addUserOfGroup, DELETE: removeMembership },
  ],
  ['/group/user/nested', { GET: readUsersOfGroup(true) }],
  ['/search', { GET: searchByText, POST: searchByDocument }],
  ['/session', { POST: createSession, DELETE: removeSessionsOfUser }],
  ['/session/*', { GET: showSession, POST: checkSession, DELETE: removeSession }],
  ['/user', { GET: readUser, POST: createUser, PUT: replaceUser, DELETE: removeUser }],
  ['/user/attribute', attributesOf('user')],
  ['/user/avatar', { GET: readAvatar }],
  ['/user/expire-all-passwords', { POST: expirePasswords }],
  [
    '/user/group/direct',
    { GET: readGroupsOfUser(false), POST: addGroupOfUser, DELETE: removeMembership },
  ],
  ['/user/group/nested', { GET: readGroupsOfUser(true) }],
  ['/user/mail/password', { POST: mailPassword }],
  ['/user/mail/usernames', { POST: mailUserNames }],
  ['/user/password', { PUT: replacePassword, DELETE: removePassword }],
  ['/user/rename', { POST: giveNewName }],
  ['/webhook', { POST: createWebhook }],
  ['/webhook/*', { GET: readWebhookById, DELETE: removeWebhookById }],
]);

interface Resource {
  readonly handle: Handler;
  /** What stands for the star; empty where there is none. */
  readonly pathArgument: string;
}

/** @throws Refusal 404 for a path that is not there, 405 for a method that it does not offer. */
export function findResource(path: string, method: string): Resource {
  const named = RESOURCES.get(path);
  const [, parent, last] = (named ? null : LAST_PART.exec(path)) ?? [];
  const methods = named ?? (parent === undefined ? undefined : RESOURCES.get(`${parent}/*`));
  if (!methods) {
    // python-crowd asks for a path that nobody has, and takes this status as "logged in".
    throw new Refusal(
      { status: 404, reason: 'UNSUPPORTED_OPERATION' },
      'there is no such resource',
    );
  }
  const known = METHODS.find((candidate) => candidate === method);
  const handle = known && handlerFor(methods, known);
  if (handle) return { handle, pathArgument: named ? '' : last };
  const allowed = METHODS.filter((candidate) => handlerFor(methods, candidate));
  throw new Refusal(
    { status: 405, reason: 'UNSUPPORTED_OPERATION' },
    `this resource offers ${allowed.join(', ')}`,
    { Allow: allowed.join(', ') },
  );
}

function handlerFor(methods: Methods, method: (typeof METHODS)[number]): Handler | undefined {
  return methods[method === 'HEAD' ? 'GET' : method];
}
