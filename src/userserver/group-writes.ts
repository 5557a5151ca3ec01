import { nameKey } from '../domain/index.js';
import { addGroup, deleteGroup, updateGroup } from '../usecase/index.js';
import { readGroupBody } from './entity-bodies.js';
import { Refusal } from './errors.js';
import type { Handler } from './exchange.js';
import { expandedGroup } from './expanded.js';
import { created, NO_CONTENT } from './reply.js';

export const createGroup: Handler = async ({ gateway, caller, links, readBody }) => {
  const group = await addGroup(gateway, caller, readGroupBody(await readBody()));
  return created(links.group(group.name));
};

/** Unlike users, groups are answered. */
export const replaceGroup: Handler = async (exchange) => {
  const { gateway, caller, query, readBody } = exchange;
  const name = query.required('groupname');
  const { name: given, ...details } = readGroupBody(await readBody());
  if (nameKey(given) !== nameKey(name)) {
    throw new Refusal(
      { status: 400, reason: 'INVALID_GROUP' },
      'the name must be that of the address: a group cannot be renamed',
    );
  }
  return expandedGroup(exchange, await updateGroup(gateway, caller, name, details));
};

export const removeGroup: Handler = async ({ gateway, caller, query }) => {
  await deleteGroup(gateway, caller, query.required('groupname'));
  return NO_CONTENT;
};
