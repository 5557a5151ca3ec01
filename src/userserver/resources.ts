import { authenticate } from './authentication-resource.js';
import { Refusal } from './errors.js';
import { readEvents, readEventToken } from './event-resources.js';
import type { Handler } from './exchange.js';
import {
  readChildGroups,
  readGroup,
  readMemberships,
  readUsersOfGroup,
} from './group-resources.js';
import { searchByDocument, searchByText } from './search-resource.js';
import { readGroupsOfUser, readUser } from './user-resources.js';

const LAST_PART = /^(.*)\/([^/]+)$/s;

type Methods = { readonly [Method in 'GET' | 'POST']?: Handler };

/** All there is below the base, by path and method. A star stands for the last part of a path. */
const RESOURCES: ReadonlyMap<string, Methods> = new Map<string, Methods>([
  ['/authentication', { POST: authenticate }],
  ['/event', { GET: readEventToken }],
  ['/event/*', { GET: readEvents }],
  ['/group', { GET: readGroup }],
  ['/group/child-group/direct', { GET: readChildGroups(false) }],
  ['/group/child-group/nested', { GET: readChildGroups(true) }],
  ['/group/membership', { GET: readMemberships }],
  ['/group/user/direct', { GET: readUsersOfGroup(false) }],
  ['/group/user/nested', { GET: readUsersOfGroup(true) }],
  ['/search', { GET: searchByText, POST: searchByDocument }],
  ['/user', { GET: readUser }],
  ['/user/group/direct', { GET: readGroupsOfUser(false) }],
  ['/user/group/nested', { GET: readGroupsOfUser(true) }],
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
  const handle =
    method === 'POST' ? methods.POST : method === 'GET' || method === 'HEAD' ? methods.GET : null;
  if (handle) return { handle, pathArgument: named ? '' : last };
  const allowed = [...(methods.GET ? ['GET', 'HEAD'] : []), ...(methods.POST ? ['POST'] : [])];
  throw new Refusal(
    { status: 405, reason: 'UNSUPPORTED_OPERATION' },
    `this resource offers ${allowed.join(', ')}`,
    { Allow: allowed.join(', ') },
  );
}
