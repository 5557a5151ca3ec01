import type { ServerResponse } from 'node:http';
import { escapeXml } from '../../src/connector/crowd/xml-text.js';
import { sendXml } from './crowd-answers.js';
import type { Behaviour } from './misbehaving-server.js';
import { type RemoteDocument, remoteGroup, remoteMembers, remoteUser } from './scripted-remote.js';

/** What a run asks a server for. */
export const PARTS = ['users', 'groups', 'memberships'] as const;
export type Part = (typeof PARTS)[number];

/** One request of a run, and what an honest server answers. */
export interface AskedPart {
  readonly part: Part;
  /** Which request for this part it is, from 1. */
  readonly nth: number;
  /** The first entry that was asked for, and how many; 0 and -1 for memberships, which have no pages. */
  readonly startIndex: number;
  readonly maxResults: number;
  /** The honest answer. */
  readonly xml: string;
  /** That of other entries. */
  page(startIndex: number, maxResults: number): string;
}

/** Answers in place of the honest server. @returns false when it leaves the request to it. */
export type Fault = (asked: AskedPart, response: ServerResponse) => boolean;

export interface CompanySettings {
  /** Entries that the server gives at most, however many are asked for. */
  readonly pageSize?: number;
  readonly fault?: Fault;
}

/** A user server that holds `document`, has no events and takes every password for the right one. */
export function companyServer(
  document: RemoteDocument,
  { pageSize = 1_000, fault = () => false }: CompanySettings = {},
): Behaviour {
  const entries = { users: document.users.map(userXml), groups: document.groups.map(groupXml) };
  const requests = { users: 0, groups: 0, memberships: 0 };
  return ({ path, query }, response) => {
    const ask = (part: Part, page: AskedPart['page']) => {
      const startIndex = Number(query.get('start-index') ?? 0);
      const maxResults = Number(query.get('max-results') ?? -1);
      const xml = page(startIndex, Math.min(maxResults, pageSize));
      requests[part] += 1;
      const asked = { part, nth: requests[part], startIndex, maxResults, xml, page };
      if (!fault(asked, response)) sendXml(response, 200, xml);
    };
    const list = (part: 'users' | 'groups') =>
      ask(part, (start, max) => listXml(part, entries[part].slice(start, start + max)));
    if (path.endsWith('/search')) list(query.get('entity-type') === 'user' ? 'users' : 'groups');
    else if (path.endsWith('/group/membership')) ask('memberships', () => membershipXml(document));
    else if (path.endsWith('/authentication')) {
      const user = document.users.find(({ name }) => name === query.get('username'));
      if (user) sendXml(response, 200, userXml(user));
      else sendXml(response, 404, '<error><reason>USER_NOT_FOUND</reason></error>');
    } else sendXml(response, 404, '');
  };
}

/** What an honest server answers when a part is asked for as a whole. */
export function wholeXml(document: RemoteDocument, part: Part): string {
  if (part === 'memberships') return membershipXml(document);
  return part === 'users'
    ? listXml(part, document.users.map(userXml))
    : listXml(part, document.groups.map(groupXml));
}

/** Each part is some 20 kB of XML; `changed` differs from the other in a few of each. */
export function smallCompany(changed: boolean): RemoteDocument {
  const number = (i: number) => String(i).padStart(3, '0');
  const users = Array.from({ length: 80 }, (_, i) =>
    remoteUser(changed && i < 3 ? `new-${number(i)}` : `user-${number(i)}`, {
      displayName: `${changed && i < 9 ? 'Dr. ' : ''}Jürgen & Zoë ${number(i)}`,
      firstName: 'Jürgen',
      lastName: `Müller ${number(i)}`,
      email: `user-${number(i)}@example.org`,
    }),
  );
  const groups = Array.from({ length: 120 }, (_, i) =>
    remoteGroup(changed && i < 3 ? `new-${number(i)}` : `group-${number(i)}`, {
      description: `People of the ${number(i)}th house & garden <${changed ? 'now' : 'then'}>`,
    }),
  );
  const memberships = groups.map(({ name }, i) =>
    remoteMembers(
      name,
      [0, 1, 2, 3].map((step) => users[(i * (changed ? 5 : 7) + step) % users.length].name),
      i > 0 && i % 10 === 0 ? [groups[i - 1].name] : [],
    ),
  );
  return { users, groups, memberships };
}

function listXml(root: string, entries: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${root}>${entries.join('')}</${root}>`;
}

export function userXml(user: RemoteDocument['users'][number]): string {
  return (
    `<user name="${escapeXml(user.name)}" expand="attributes">` +
    `<first-name>${escapeXml(user.firstName)}</first-name>` +
    `<last-name>${escapeXml(user.lastName)}</last-name>` +
    `<display-name>${escapeXml(user.displayName)}</display-name>` +
    `<email>${escapeXml(user.email)}</email>` +
    `<active>${user.active}</active><key>${escapeXml(user.externalId ?? '')}</key></user>`
  );
}

export function groupXml(group: RemoteDocument['groups'][number]): string {
  return (
    `<group name="${escapeXml(group.name)}" expand="attributes"><type>GROUP</type>` +
    `<description>${escapeXml(group.description)}</description>` +
    `<active>${group.active}</active></group>`
  );
}

function membershipXml({ memberships }: RemoteDocument): string {
  const names = (element: string, all: readonly string[]) =>
    all.map((name) => `<${element} name="${escapeXml(name)}"/>`).join('');
  return listXml(
    'memberships',
    memberships.map(
      ({ group, users, childGroups }) =>
        `<membership group="${escapeXml(group)}"><users>${names('user', users)}</users>` +
        `<groups>${names('group', childGroups)}</groups></membership>`,
    ),
  );
}
