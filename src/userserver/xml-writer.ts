import type { Attribute, Group, User } from '../domain/index.js';
import type {
  FollowerEvent,
  Found,
  FoundList,
  SessionSettings,
  ToldSession,
} from '../usecase/index.js';
import {
  type AttributesDocument,
  type ListDocument,
  type ShortDocument,
  userKey,
} from './documents.js';
import type { Link, Links } from './links.js';

export const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

const PLAIN = /^[\w .@:/-]*$/;
const EACH_SPECIAL = /[&<>"'\t\n\r]/g;
// What the production Char of XML 1.0 leaves out; with the `u` flag half a surrogate pair as well.
const EACH_FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Readers turn these into other white space unless they are references.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * A document as XML. The order of elements is Crowd's; there is nothing between them, and no comment,
 * because cwdapache's reader knows no white space or comments there.
 */
export function shortXml(document: ShortDocument, links: Links): string {
  return DECLARATION + rootXml(document, links);
}

function rootXml(document: ShortDocument, links: Links): string {
  switch (document.kind) {
    case 'user':
      return userXml(document.user, links, document.attributes);
    case 'group':
      return groupXml(document.group, links, document.attributes);
    case 'attributes':
      return attributesXml(document, links);
    case 'event-token':
      return `<events newEventToken="${escapeXml(document.token)}" incrementalSynchronisationAvailable="true"/>`;
    case 'session':
      return sessionXml(document.session, document.user, links);
    case 'cookie-config':
      return cookieConfigXml(document.cookie);
    case 'webhook': {
      const { id, endpointUrl } = document.webhook;
      return `<webhook>${element('id', String(id))}${element('endpointUrl', endpointUrl)}</webhook>`;
    }
    case 'error':
      return `<error>${element('reason', document.reason)}${optional('message', document.message ?? '')}</error>`;
  }
}

/** Writes a list as XML, a piece at a time. */
export async function* writeXml(
  document: ListDocument,
  links: Links,
): AsyncGenerator<string, void, void> {
  yield DECLARATION;
  switch (document.kind) {
    case 'users':
      yield '<users expand="user">';
      yield* entries(
        document.users,
        (user, attributes) => userXml(user, links, attributes),
        minimalUser(links),
      );
      yield '</users>';
      return;
    case 'groups':
      yield '<groups expand="group">';
      yield* entries(
        document.groups,
        (group, attributes) => groupXml(group, links, attributes),
        minimalGroup(links),
      );
      yield '</groups>';
      return;
    case 'events':
      yield `<events newEventToken="${escapeXml(document.token)}">`;
      for await (const event of document.events) yield eventXml(event, links);
      yield '</events>';
      return;
  }
}

/** Text as it stands in an element or a quoted attribute. What XML cannot carry is left out. */
export function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(EACH_FORBIDDEN, '')
    .replace(EACH_SPECIAL, (character) => REFERENCES[character] ?? character);
}

async function* entries<Facts>(
  list: FoundList<Facts>,
  full: (facts: Facts, attributes?: readonly Attribute[]) => string,
  minimal: (name: string) => string,
): AsyncGenerator<string, void, void> {
  const written = ({ name, facts, attributes }: Found<Facts>) =>
    facts ? full(facts, attributes) : minimal(name);
  for await (const part of list) yield part.map(written).join('');
}

function userXml(user: User, links: Links, attributes: readonly Attribute[] = []): string {
  const { name } = user;
  return [
    `<user name="${escapeXml(name)}" expand="attributes">`,
    linkXml(links.user(name)),
    optional('first-name', user.firstName),
    optional('last-name', user.lastName),
    optional('display-name', user.displayName),
    optional('email', user.email),
    `<password>${linkXml(links.userPassword(name))}</password>`,
    optional('key', userKey(user) ?? ''),
    element('active', String(user.active)),
    attributesXml({ of: 'user', name, attributes }, links),
    '</user>',
  ].join('');
}

function groupXml(group: Group, links: Links, attributes: readonly Attribute[] = []): string {
  const { name } = group;
  return [
    `<group name="${escapeXml(name)}" expand="attributes">`,
    linkXml(links.group(name)),
    optional('description', group.description),
    element('type', 'GROUP'),
    element('active', String(group.active)),
    attributesXml({ of: 'group', name, attributes }, links),
    '</group>',
  ].join('');
}

/** The token comes first and the user next: cwdapache looks for them there. */
function sessionXml(session: ToldSession, user: User | null, links: Links): string {
  const { token, createdAt, endsAt } = session;
  return [
    '<session expand="user">',
    element('token', token),
    user ? userXml(user, links) : minimalUser(links)(session.user.name),
    linkXml(links.session(token)),
    element('created-date', createdAt.toISOString()),
    element('expiry-date', endsAt.toISOString()),
    '</session>',
  ].join('');
}

function cookieConfigXml({ domain, secure, name }: SessionSettings['cookie']): string {
  return [
    '<cookie-config>',
    domain === null ? '<domain/>' : element('domain', domain),
    element('secure', String(secure)),
    element('name', name),
    '</cookie-config>',
  ].join('');
}

function attributesXml(
  { of, name: owner, attributes }: Omit<AttributesDocument, 'kind'>,
  links: Links,
): string {
  const inner = attributes.map(({ name, values }) => {
    const link =
      of === 'user' ? links.userAttribute(owner, name) : links.groupAttribute(owner, name);
    const texts = values.map((value) => element('value', value)).join('');
    return `<attribute name="${escapeXml(name)}">${linkXml(link)}<values>${texts}</values></attribute>`;
  });
  const link = of === 'user' ? links.userAttributes(owner) : links.groupAttributes(owner);
  return `<attributes>${inner.join('')}${linkXml(link)}</attributes>`;
}

const minimalUser =
  (links: Links, tag = 'user') =>
  (name: string) =>
    `<${tag} name="${escapeXml(name)}">${linkXml(links.user(name))}</${tag}>`;
const minimalGroup = (links: Links) => (name: string) =>
  `<group name="${escapeXml(name)}">${linkXml(links.group(name))}</group>`;

function eventXml(event: FollowerEvent, links: Links): string {
  const user = minimalUser(links);
  const group = minimalGroup(links);
  switch (event.kind) {
    case 'user':
      return wrapped('userEvent', event.operation, userXml(event.user, links));
    case 'user-removed':
      return wrapped('userEvent', 'DELETED', user(event.name));
    case 'group':
      return wrapped('groupEvent', event.operation, groupXml(event.group, links));
    case 'group-removed':
      return wrapped('groupEvent', 'DELETED', group(event.name));
    case 'user-membership':
      return wrapped(
        'userMembershipEvent',
        event.operation,
        minimalUser(links, 'childUser')(event.member) +
          `<parentGroups>${event.groups.map(group).join('')}</parentGroups>`,
      );
    case 'group-membership':
      return wrapped(
        'groupMembershipEvent',
        event.operation,
        `${group(event.member)}<parentGroups>${event.groups.map(group).join('')}</parentGroups>` +
          '<childGroups></childGroups>',
      );
  }
}

function wrapped(tag: string, operation: string, inner: string): string {
  return `<${tag}>${element('operation', operation)}${inner}</${tag}>`;
}

function linkXml({ href, rel }: Link): string {
  return `<link href="${escapeXml(href)}" rel="${rel}"/>`;
}

function element(tag: string, text: string): string {
  return `<${tag}>${escapeXml(text)}</${tag}>`;
}

function optional(tag: string, text: string): string {
  return text === '' ? '' : element(tag, text);
}
