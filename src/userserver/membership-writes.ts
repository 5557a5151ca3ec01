import { groupByName, putIntoGroup, takeOutOfGroup, userByName } from '../usecase/index.js';
import { readNameBody } from './entity-bodies.js';
import type { Handler } from './exchange.js';
import { namedInBody } from './named-in-body.js';
import { created, NO_CONTENT } from './reply.js';

/** Puts the user of the address into the group of the body. */
export const addGroupOfUser: Handler = async ({ gateway, caller, query, links, readBody }) => {
  const user = query.required('username');
  const group = readNameBody(await readBody(), 'group');
  await userByName(gateway, caller, user);
  await namedInBody('group', group, putIntoGroup(gateway, caller, group, { user }));
  return created(links.groupOfUser(user, group));
};

/** Puts the user of the body into the group of the address. */
export const addUserOfGroup: Handler = async ({ gateway, caller, query, links, readBody }) => {
  const group = query.required('groupname');
  const user = readNameBody(await readBody(), 'user');
  await namedInBody('user', user, putIntoGroup(gateway, caller, group, { user }));
  return created(links.userOfGroup(group, user));
};

/** Puts the group of the body into the group of the address. */
export const addChildGroup: Handler = async ({ gateway, caller, query, links, readBody }) => {
  const group = query.required('groupname');
  const child = readNameBody(await readBody(), 'group');
  await groupByName(gateway, caller, group);
  await namedInBody('group', child, putIntoGroup(gateway, caller, group, { group: child }));
  return created(links.childGroup(group, child));
};

/** Puts the group of the address into the group of the body. */
export const addParentGroup: Handler = async ({ gateway, caller, query, links, readBody }) => {
  const group = query.required('groupname');
  const parent = readNameBody(await readBody(), 'group');
  await groupByName(gateway, caller, group);
  await namedInBody('group', parent, putIntoGroup(gateway, caller, parent, { group }));
  return created(links.parentGroup(group, parent));
};

/** At `/user/group/direct` and at `/group/user/direct` alike. */
export const removeMembership: Handler = async ({ gateway, caller, query }) => {
  const user = query.required('username');
  await takeOutOfGroup(gateway, caller, query.required('groupname'), { user });
  return NO_CONTENT;
};

export const removeChildGroup: Handler = async ({ gateway, caller, query }) => {
  const child = query.required('child-groupname');
  await takeOutOfGroup(gateway, caller, query.required('groupname'), { group: child });
  return NO_CONTENT;
};
