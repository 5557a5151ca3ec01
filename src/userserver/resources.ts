import { authenticate } from './authentication-resource.js';
import { Refusal } from './errors.js';
import type { Handler } from './exchange.js';
import {
  readChildGroups,
  readGroup,
  readMemberships,
  readUsersOfGroup,
} from './group-resources.js';
import { searchByDocument, searchByText } from './search-resource.js';
import { readGroupsOfUser, readUser } from './user-resources.js';

/** Events after a token are not offered, and clients that ask for one are told so (flag `false`). */
const readEventToken: Handler = () => ({ kind: 'events-unavailable' });

type Methods = { readonly [Method in 'GET' | 'POST']?: Handler };

/** All there is below the base, by path and method. */
const RESOURCES: ReadonlyMap<string, Methods> = new Map<string, Methods>([
  ['/authentication', { POST: authenticate }],
  ['/event', { GET: readEventToken }],
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

/** @throws Refusal 404 for a path that is not there, 405 for a method that it does not offer. */
export function findHandler(path: string, method: string): Handler {
  const methods = RESOURCES.get(path);
  if (!methods) {
    // python-crowd asks for a path that nobody has, and takes this status as "logged in".
    throw new Refusal(
      { status: 404, reason: 'UNSUPPORTED_OPERATION' },
      'there is no such resource',
    );
  }
  const handler =
    method === 'POST' ? methods.POST : method === 'GET' || method === 'HEAD' ? methods.GET : null;
  if (handler) return handler;
  const allowed = [...(methods.GET ? ['GET', 'HEAD'] : []), ...(methods.POST ? ['POST'] : [])];
  throw new Refusal(
    { status: 405, reason: 'UNSUPPORTED_OPERATION' },
    `this resource offers ${allowed.join(', ')}`,
    { Allow: allowed.join(', ') },
  );
}
