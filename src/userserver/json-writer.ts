import type { Group, User } from '../domain/index.js';
import type { FollowerEvent, FoundList } from '../usecase/index.js';
import { type ListDocument, type ShortDocument, userKey } from './documents.js';
import type { Links } from './links.js';

/**
 * A document as JSON. No entity has a key `reason` or `message` at its top: npm clients take such an
 * answer for an error.
 */
export function shortJson(document: ShortDocument, links: Links): string {
  switch (document.kind) {
    case 'user':
      return JSON.stringify(userJson(document.user, links));
    case 'group':
      return JSON.stringify(groupJson(document.group, links));
    case 'event-token':
      return JSON.stringify({
        newEventToken: document.token,
        incrementalSynchronisationAvailable: true,
        events: [],
      });
    case 'error':
      return JSON.stringify({ reason: document.reason, message: document.message ?? undefined });
  }
}

/** Writes a list as JSON, a piece at a time. */
export async function* writeJson(
  document: ListDocument,
  links: Links,
): AsyncGenerator<string, void, void> {
  switch (document.kind) {
    case 'users':
      yield* listJson('user', 'users', document.users, ({ name, facts }) =>
        facts ? userJson(facts, links) : { link: links.user(name), name },
      );
      return;
    case 'groups':
      yield* listJson('group', 'groups', document.groups, ({ name, facts }) =>
        facts ? groupJson(facts, links) : { link: links.group(name), name },
      );
      return;
    case 'events':
      yield* eventsJson(document.token, document.events, links);
      return;
  }
}

async function* listJson<Facts>(
  expand: string,
  key: string,
  list: FoundList<Facts>,
  toJson: (found: { readonly name: string; readonly facts: Facts | null }) => object,
): AsyncGenerator<string, void, void> {
  yield `{"expand":"${expand}","${key}":[`;
  let separator = '';
  for await (const part of list) {
    if (part.length === 0) continue;
    yield separator + part.map((found) => JSON.stringify(toJson(found))).join(',');
    separator = ',';
  }
  yield ']}';
}

async function* eventsJson(
  token: string,
  events: AsyncIterable<FollowerEvent>,
  links: Links,
): AsyncGenerator<string, void, void> {
  yield `{"newEventToken":${JSON.stringify(token)},"events":[`;
  let separator = '';
  for await (const event of events) {
    yield separator + JSON.stringify(eventJson(event, links));
    separator = ',';
  }
  yield ']}';
}

/** Each event under its name, as the XML has it as an element; no client is known that reads them. */
function eventJson(event: FollowerEvent, links: Links): object {
  const user = (name: string) => ({ link: links.user(name), name });
  const group = (name: string) => ({ link: links.group(name), name });
  switch (event.kind) {
    case 'user':
      return { userEvent: { operation: event.operation, user: userJson(event.user, links) } };
    case 'user-removed':
      return { userEvent: { operation: 'DELETED', user: user(event.name) } };
    case 'group':
      return { groupEvent: { operation: event.operation, group: groupJson(event.group, links) } };
    case 'group-removed':
      return { groupEvent: { operation: 'DELETED', group: group(event.name) } };
    case 'user-membership': {
      const { operation, member, groups } = event;
      const parentGroups = { groups: groups.map(group) };
      return { userMembershipEvent: { operation, childUser: user(member), parentGroups } };
    }
    case 'group-membership': {
      const { operation, member, groups } = event;
      const lists = { parentGroups: { groups: groups.map(group) }, childGroups: { groups: [] } };
      return { groupMembershipEvent: { operation, group: group(member), ...lists } };
    }
  }
}

/** Absent values are left out, as in XML: `undefined` is not written. */
function userJson(user: User, links: Links): object {
  const { name } = user;
  return {
    expand: 'attributes',
    link: links.user(name),
    name,
    'first-name': user.firstName || undefined,
    'last-name': user.lastName || undefined,
    'display-name': user.displayName || undefined,
    email: user.email || undefined,
    password: { link: links.userPassword(name) },
    key: userKey(user) ?? undefined,
    active: user.active,
    attributes: { attributes: [], link: links.userAttributes(name) },
  };
}

function groupJson(group: Group, links: Links): object {
  const { name } = group;
  return {
    expand: 'attributes',
    link: links.group(name),
    name,
    description: group.description || undefined,
    type: 'GROUP',
    active: group.active,
    attributes: { attributes: [], link: links.groupAttributes(name) },
  };
}
