import type { RemoteEvent, RemoteEvents, RemoteMembership } from '../connector/index.js';
import { type DirectoryConnection, likeAnyOf } from '../domain/index.js';
import type { RemoteSource } from './run-scope.js';

type Likeness = (name: string) => boolean;

/**
 * The same directory as if its server had no other users and groups than those whose names are like
 * the directory's patterns. Events are told accordingly, so a filtered copy follows them as any
 * other: who is renamed out of the patterns is deleted, and edges with an end outside are not told.
 */
export function filterRemote(
  remote: RemoteSource,
  { onlyUsers, onlyGroups }: DirectoryConnection,
): RemoteSource {
  if (onlyUsers.length === 0 && onlyGroups.length === 0) return remote;
  const isUser = likeAnyOf(onlyUsers);
  const isGroup = likeAnyOf(onlyGroups);
  return {
    readUsers: () => pagesOf(remote.readUsers(), isUser),
    readGroups: () => pagesOf(remote.readGroups(), isGroup),
    readMemberships: () => memberships(remote.readMemberships(), isUser, isGroup),
    readEvents: async (token) => filteredEvents(await remote.readEvents(token), isUser, isGroup),
    currentEventToken: () => remote.currentEventToken(),
    usage: () => remote.usage(),
  };
}

async function* pagesOf<Entity extends { readonly name: string }>(
  pages: AsyncIterable<readonly Entity[]>,
  isWanted: Likeness,
): AsyncGenerator<readonly Entity[], void, void> {
  for await (const page of pages) yield page.filter(({ name }) => isWanted(name));
}

async function* memberships(
  records: AsyncIterable<RemoteMembership>,
  isUser: Likeness,
  isGroup: Likeness,
): AsyncGenerator<RemoteMembership, void, void> {
  for await (const { group, users, childGroups } of records) {
    if (!isGroup(group)) continue;
    yield { group, users: users.filter(isUser), childGroups: childGroups.filter(isGroup) };
  }
}

function filteredEvents(read: RemoteEvents, isUser: Likeness, isGroup: Likeness): RemoteEvents {
  if (read.outcome !== 'READ') return read;
  return { ...read, events: read.events.flatMap((event) => filtered(event, isUser, isGroup)) };
}

function filtered(event: RemoteEvent, isUser: Likeness, isGroup: Likeness): RemoteEvent[] {
  switch (event.subject) {
    case 'USER':
      // Whoever has the external id under another name has left the patterns.
      return [isUser(event.user.name) ? event : { ...event, operation: 'DELETED' }];
    case 'GROUP':
      return isGroup(event.group.name) ? [event] : [];
    case 'MEMBERSHIP':
      if (!isUser(event.user)) return [];
      return [{ ...event, parents: event.parents.filter(isGroup) }];
    case 'NESTING':
      if (!isGroup(event.group)) return [];
      return [
        {
          ...event,
          parents: event.parents.filter(isGroup),
          children: event.children.filter(isGroup),
        },
      ];
    case 'OTHER':
      return [event];
  }
}
