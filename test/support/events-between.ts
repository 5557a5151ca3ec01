import type { RemoteEvent } from '../../src/connector/index.js';
import type { UserFacts } from '../../src/domain/index.js';
import type { RemoteDocument } from './scripted-remote.js';

/**
 * What a server tells that has come from one state to another, in the order of Crowd's events: who
 * goes, groups, who comes or changes, memberships. Groups of these documents only come.
 */
export function eventsBetween(before: RemoteDocument, after: RemoteDocument): RemoteEvent[] {
  const sameUser = (one: UserFacts) => (other: UserFacts) =>
    one.externalId === null || other.externalId === null
      ? one.name.toLowerCase() === other.name.toLowerCase()
      : one.externalId === other.externalId;
  const gone = before.users.filter((user) => !after.users.some(sameUser(user)));
  const put = after.users.filter(
    (user) => !before.users.some((held) => JSON.stringify(held) === JSON.stringify(user)),
  );
  const groups = after.groups.filter(
    ({ name }) => !before.groups.some((group) => group.name === name),
  );
  const parentsOf = ({ memberships }: RemoteDocument, name: string) =>
    memberships.filter(({ users }) => users.includes(name)).map(({ group }) => group);
  return [
    ...gone.map((user): RemoteEvent => ({ subject: 'USER', operation: 'DELETED', user })),
    ...groups.map((group): RemoteEvent => ({ subject: 'GROUP', operation: 'CREATED', group })),
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
