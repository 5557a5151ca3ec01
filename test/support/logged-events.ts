import type { RemoteEvent } from '../../src/connector/index.js';
import { type GroupFacts, nameKey, type UserFacts } from '../../src/domain/index.js';
import type { RemoteDocument } from './scripted-remote.js';

/**
 * What a server logs that comes from one state to another, in the order of Crowd's events: who goes
 * and what, groups, who comes or changes, memberships that are others. A group of another spelling is
 * told by its new one; groups are in no groups.
 */
export function loggedEvents(before: RemoteDocument, after: RemoteDocument): RemoteEvent[] {
  const sameUser = (one: UserFacts) => (other: UserFacts) =>
    one.externalId === null || other.externalId === null
      ? nameKey(one.name) === nameKey(other.name)
      : one.externalId === other.externalId;
  const gone = before.users.filter((user) => !after.users.some(sameUser(user)));
  const put = after.users.filter(
    (user) => !before.users.some((held) => JSON.stringify(held) === JSON.stringify(user)),
  );
  const sameGroup = (one: GroupFacts) => (other: GroupFacts) =>
    nameKey(one.name) === nameKey(other.name);
  const goneGroups = before.groups.filter((group) => !after.groups.some(sameGroup(group)));
  const groups = after.groups.filter(
    ({ name }) => !before.groups.some((group) => group.name === name),
  );
  const parentsOf = ({ memberships }: RemoteDocument, name: string) =>
    memberships.filter(({ users }) => users.includes(name)).map(({ group }) => group);
  return [
    ...gone.map((user): RemoteEvent => ({ subject: 'USER', operation: 'DELETED', user })),
    ...goneGroups.map((group): RemoteEvent => ({ subject: 'GROUP', operation: 'DELETED', group })),
    ...groups.map((group): RemoteEvent => {
      const operation = before.groups.some(sameGroup(group)) ? 'UPDATED' : 'CREATED';
      return { subject: 'GROUP', operation, group };
    }),
    ...put.map((user): RemoteEvent => {
      const operation = before.users.some(sameUser(user)) ? 'UPDATED' : 'CREATED';
      return { subject: 'USER', operation, user };
    }),
    ...after.users.flatMap((user): RemoteEvent[] => {
      const held = before.users.find(sameUser(user));
      const parents = parentsOf(after, user.name);
      const heldParents = held ? parentsOf(before, held.name) : [];
      if (parents.join() === heldParents.join()) return [];
      return [{ subject: 'MEMBERSHIP', operation: 'UPDATED', user: user.name, parents }];
    }),
  ];
}
