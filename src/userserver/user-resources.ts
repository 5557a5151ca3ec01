import { asId, type DirectoryId, GatehouseError, type User } from '../domain/index.js';
import { groupOfMember, groupsOfUser, userByExternalId, userByName } from '../usecase/index.js';
import type { Exchange, Handler } from './exchange.js';
import { expandedGroup, expandedUser } from './expanded.js';

const KEY = /^(\d{1,15}):(.+)$/s;

/** By `username`, or, as newer servers offer, by `key`. */
export const readUser: Handler = async (exchange) => {
  const key = exchange.query.first('key');
  if (key !== null && exchange.query.first('username') === null) {
    return expandedUser(exchange, await userByKey(exchange, key));
  }
  const { gateway, caller, query } = exchange;
  return expandedUser(exchange, await userByName(gateway, caller, query.required('username')));
};

/** The groups of a user, or with `groupname` that group if the user is in it. */
export const readGroupsOfUser =
  (nested: boolean): Handler =>
  async (exchange) => {
    const { gateway, caller, query } = exchange;
    const user = query.required('username');
    const group = query.first('groupname');
    if (group === null) {
      const groups = groupsOfUser(gateway, caller, user, nested, query.list('group'));
      return { kind: 'groups', groups };
    }
    return expandedGroup(exchange, await groupOfMember(gateway, caller, group, user, nested));
  };

function userByKey({ gateway, caller }: Exchange, key: string): Promise<User> {
  const [, directory, externalId] = KEY.exec(key) ?? [];
  if (directory === undefined || externalId === undefined) {
    throw new GatehouseError('NOT_FOUND', { kind: 'user', name: key });
  }
  return userByExternalId(gateway, caller, asId<DirectoryId>(Number(directory)), externalId);
}
