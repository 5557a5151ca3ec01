import type { Group, User } from '../domain/index.js';
import { attributesOfGroup, attributesOfUser } from '../usecase/index.js';
import type { Document } from './documents.js';
import type { Exchange } from './exchange.js';

/** A user, with attributes when the request asks for them. */
export async function expandedUser({ gateway, query }: Exchange, user: User): Promise<Document> {
  if (!query.expands('attributes')) return { kind: 'user', user };
  return { kind: 'user', user, attributes: await attributesOfUser(gateway, user.id) };
}

/** The same of a group. */
export async function expandedGroup({ gateway, query }: Exchange, group: Group): Promise<Document> {
  if (!query.expands('attributes')) return { kind: 'group', group };
  return { kind: 'group', group, attributes: await attributesOfGroup(gateway, group.id) };
}
