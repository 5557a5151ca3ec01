import type { Group, User } from '../domain/index.js';
import { attributesOfGroup, attributesOfUser } from '../usecase/index.js';
import type { Document } from './documents.js';
import type { Exchange } from './exchange.js';

/** A user, with attributes when the request asks for them. */
export function expandedUser(
  { gateway, query }: Exchange,
  user: User,
): Document | Promise<Document> {
  if (!query.expands('attributes')) return { kind: 'user', user };
  return attributesOfUser(gateway, user.id).then((attributes) => {
    return { kind: 'user', user, attributes };
  });
}

/** The same of a group. */
export function expandedGroup(
  { gateway, query }: Exchange,
  group: Group,
): Document | Promise<Document> {
  if (!query.expands('attributes')) return { kind: 'group', group };
  return attributesOfGroup(gateway, group.id).then((attributes) => {
    return { kind: 'group', group, attributes };
  });
}
