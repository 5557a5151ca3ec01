import type { Group, User } from '../domain/index.js';
import type { FollowerEvent, FoundList } from '../usecase/index.js';
import { type ListDocument, type ShortDocument, userKey } from './documents.js';
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
      return userXml(document.user, links);
    case 'group':
      return groupXml(document.group, links);
    case 'event-token':
      return `<events newEventToken="${escapeXml(document.token)}" incrementalSynchronisationAvailable="true"/>`;
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
      yield* entries(document.users, (user) => userXml(user, links), minimalUser(links));
      yield '</users>';
      return;
    case 'groups':
      yield '<groups expand="group">';
      yield* entries(document.groups, (group) => groupXml(group, links), minimalGroup(links));
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
  full: (facts: Facts) => string,
  minimal: (name: string) => string,
): AsyncGenerator<string, void, void> {
  for await (const part of list) {
    yield part.map(({ name, facts }) => (facts ? full(facts) : minimal(name))).join('');
  }
}

function userXml(user: User, links: Links): string {
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
    `<attributes>${linkXml(links.userAttributes(name))}</attributes>`,
    '</user>',
  ].join('');
}

function groupXml(group: Group, links: Links): string {
  const { name } = group;
  return [
    `<group name="${escapeXml(name)}" expand="attributes">`,
    linkXml(links.group(name)),
    optional('description', group.description),
    element('type', 'GROUP'),
    element('active', String(group.active)),
    `<attributes>${linkXml(links.groupAttributes(name))}</attributes>`,
    '</group>',
  ].join('');
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
