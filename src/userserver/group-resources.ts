import {
  childGroupsOfGroup,
  groupByName,
  memberByName,
  parentGroupsOfGroup,
  requireChildGroup,
  usersOfGroup,
} from '../usecase/index.js';
import type { Handler } from './exchange.js';
import { expandedGroup, expandedUser } from './expanded.js';

export const readGroup: Handler = async (exchange) => {
  const { gateway, caller, query } = exchange;
  return expandedGroup(exchange, await groupByName(gateway, caller, query.required('groupname')));
};

/** Who is directly in which group, all of it. */
export const readMemberships: Handler = ({ gateway, caller, memberships }) =>
  memberships.document(gateway, caller);

/** The users of a group, or with `username` that user if they are in it. */
export const readUsersOfGroup =
  (nested: boolean): Handler =>
  async (exchange) => {
    const { gateway, caller, query } = exchange;
    const group = query.required('groupname');
    const user = query.first('username');
    if (user === null) {
      const users = usersOfGroup(gateway, caller, group, nested, query.list('user'));
      return { kind: 'users', users };
    }
    return expandedUser(exchange, await memberByName(gateway, caller, group, user, nested));
  };

/** The groups in a group, or with `child-groupname` that group if it is in it. */
export const readChildGroups =
  (nested: boolean): Handler =>
  async (exchange) => {
    const { gateway, caller, query } = exchange;
    const group = query.required('groupname');
    const childGroup = query.first('child-groupname');
    if (childGroup === null) {
      const groups = childGroupsOfGroup(gateway, caller, group, nested, query.list('group'));
      return { kind: 'groups', groups };
    }
    requireChildGroup(gateway, caller, group, childGroup, nested);
    return expandedGroup(exchange, await groupByName(gateway, caller, childGroup));
  };

/**
 * The groups that a group is in, or one of them: clients name it by `parent-groupname`, and old ones
 * by `child-groupname`, although it is the parent.
 */
export const readParentGroups =
  (nested: boolean): Handler =>
  async (exchange) => {
    const { gateway, caller, query } = exchange;
    const group = query.required('groupname');
    const parent = query.first('parent-groupname') ?? query.first('child-groupname');
    if (parent === null) {
      const groups = parentGroupsOfGroup(gateway, caller, group, nested, query.list('group'));
      return { kind: 'groups', groups };
    }
    requireChildGroup(gateway, caller, parent, group, nested);
    return expandedGroup(exchange, await groupByName(gateway, caller, parent));
  };
