import type { Attribute, Group, User } from '../domain/index.js';
import type { FollowerEvent, Found, FoundList, ToldSession } from '../usecase/index.js';
import {
  type AttributesDocument,
  type ListDocument,
  type ShortDocument,
  userKey,
} from './documents.js';
import type { Links } from './links.js';

/**
 * A document as JSON. No entity has a key `reason` or `message` at its top: npm clients take such an
 * answer for an error.
 */
export function shortJson(document: ShortDocument, links: Links): string {
  return JSON.stringify(rootJson(document, links));
}

function rootJson(document: ShortDocument, links: Links): object {
  switch (document.kind) {
    case 'user':
      return userJson(document.user, links, document.attributes);
    case 'group':
      return groupJson(document.group, links, document.attributes);
    case 'attributes':
      return attributesJson(document, links);
    case 'event-token':
      return {
        newEventToken: document.token,
        incrementalSynchronisationAvailable: true,
        events: [],
      };
    case 'session':
      return sessionJson(document.session, document.user, links);
    case 'cookie-config': {
      const { domain, name, secure } = document.cookie;
      return { domain: domain ?? '', name, secure };
    }
    case 'webhook': {
      const { id, endpointUrl } = document.webhook;
      return { id, endpointUrl };
    }
    case 'error':
      return { reason: document.reason, message: document.message ?? undefined };
  }
}

/** Writes a list as JSON, a piece at a time. */
export async function* writeJson(
  document: ListDocument,
  links: Links,
): AsyncGenerator<string, void, void> {
  switch (document.kind) {
    case 'users':
      yield* listJson('user', 'users', document.users, ({ name, facts, attributes }) =>
        facts ? userJson(facts, links, attributes) : { link: links.user(name), name },
      );
      return;
    case 'groups':
      yield* listJson('group', 'groups', document.groups, ({ name, facts, attributes }) =>
        facts ? groupJson(facts, links, attributes) : { link: links.group(name), name },
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
  toJson: (found: Found<Facts>) => object,
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
      return {
        groupEvent: { operation: event.operation, group: groupJson(event.group, links) },
      };
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

/** Times are milliseconds since 1970. */
function sessionJson(session: ToldSession, user: User | null, links: Links): object {
  const { token, createdAt, endsAt } = session;
  const { name } = session.user;
  return {
    expand: 'user',
    token,
    user: user ? userJson(user, links) : { link: links.user(name), name },
    link: links.session(token),
    'created-date': createdAt.getTime(),
    'expiry-date': endsAt.getTime(),
  };
}

/** Absent values are left out, as in XML: `undefined` is not written. */
function userJson(user: User, links: Links, attributes: readonly Attribute[] = []): object {
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
    attributes: attributesJson({ of: 'user', name, attributes }, links),
  };
}

function groupJson(group: Group, links: Links, attributes: readonly Attribute[] = []): object {
  const { name } = group;
  return {
    expand: 'attributes',
    link: links.group(name),
    name,
    description: group.description || undefined,
    type: 'GROUP',
    active: group.active,
    attributes: attributesJson({ of: 'group', name, attributes }, links),
  };
}

function attributesJson(
  { of, name: owner, attributes }: Omit<AttributesDocument, 'kind'>,
  links: Links,
): object {
  return {
    attributes: attributes.map(({ name, values }) => ({
      name,
      values,
      link: of === 'user' ? links.userAttribute(owner, name) : links.groupAttribute(owner, name),
    })),
    link: of === 'user' ? links.userAttributes(owner) : links.groupAttributes(owner),
  };
}
