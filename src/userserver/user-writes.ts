import { nameKey } from '../domain/index.js';
import { addUser, attributesOfUser, deleteUser, renameUser, updateUser } from '../usecase/index.js';
import { readNewNameBody, readUserBody } from './entity-bodies.js';
import { badInput } from './errors.js';
import type { Handler } from './exchange.js';
import { expandedUser } from './expanded.js';
import { requireCredential } from './password-resources.js';
import { created, NO_CONTENT } from './reply.js';

/** Always with the new user: an npm client fails on an empty answer. */
export const createUser: Handler = async ({ gateway, caller, links, readBody }) => {
  const { name, details, password, attributes } = readUserBody(await readBody());
  if (password === null) throw badInput('password', 'is missing');
  requireCredential(password);
  const user = await addUser(gateway, caller, { name, ...details, password, attributes });
  const kept = await attributesOfUser(gateway, user.id);
  return created(links.user(user.name), { kind: 'user', user, attributes: kept });
};

/** All fields are replaced; those that are left out are empty then. A password is passed over. */
export const replaceUser: Handler = async ({ gateway, caller, query, readBody }) => {
  const name = query.required('username');
  const body = readUserBody(await readBody());
  if (nameKey(body.name) !== nameKey(name)) {
    throw badInput('name', 'must be that of the address; a user is renamed at /user/rename');
  }
  await updateUser(gateway, caller, name, body.details);
  return NO_CONTENT;
};

export const removeUser: Handler = async ({ gateway, caller, query }) => {
  await deleteUser(gateway, caller, query.required('username'));
  return NO_CONTENT;
};

export const giveNewName: Handler = async (exchange) => {
  const { gateway, caller, query, readBody } = exchange;
  const name = query.required('username');
  const newName = readNewNameBody(await readBody());
  return expandedUser(exchange, await renameUser(gateway, caller, name, newName));
};
