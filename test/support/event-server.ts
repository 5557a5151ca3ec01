import { escapeXml } from '../../src/connector/crowd/xml-text.js';
import type { EventOperation, RemoteEvent } from '../../src/connector/index.js';
import { nameKey } from '../../src/domain/index.js';
import { companyServer, groupXml, userXml } from './company-server.js';
import { sendXml } from './crowd-answers.js';
import type { Behaviour } from './misbehaving-server.js';
import type { RemoteDocument } from './scripted-remote.js';
import { told } from './told-events.js';

/** A place in a server's log, and what it holds there. */
export interface Stage {
  readonly token: string;
  readonly document: RemoteDocument;
}

/** A user server that stands at the last stage and tells how it came there from any other. */
export function eventServer(stages: readonly Stage[]): Behaviour {
  const now = stages[stages.length - 1];
  const company = companyServer(now.document);
  return (request, response) => {
    const [, resource, token] = /\/event(\/(.*))?$/.exec(request.path) ?? [null, null, null];
    if (resource === null) return company(request, response);
    const opening = `<events newEventToken="${escapeXml(now.token)}"`;
    if (token === undefined) {
      return sendXml(response, 200, `${opening} incrementalSynchronisationAvailable="true"/>`);
    }
    const from = stages.find((stage) => stage.token === decodeURIComponent(token ?? ''));
    if (!from) return sendXml(response, 410, '<error><reason>EVENT_TOKEN_EXPIRED</reason></error>');
    const events = eventsBetween(from.document, now.document).map(eventXml);
    return sendXml(response, 200, `${opening}>${events.join('')}</events>`);
  };
}

/** What leads from one document to another, as states. */
export function eventsBetween(before: RemoteDocument, after: RemoteDocument): RemoteEvent[] {
  const gone = <Row extends { readonly name: string }>(
    rows: readonly Row[],
    left: readonly Row[],
  ) => rows.filter(({ name }) => !left.some((row) => nameKey(row.name) === nameKey(name)));
  const operation = (name: string, earlier: readonly { readonly name: string }[]) =>
    earlier.some((row) => nameKey(row.name) === nameKey(name)) ? 'UPDATED' : 'CREATED';
  const groupsOf = (isIn: (record: RemoteDocument['memberships'][number]) => boolean) =>
    after.memberships.filter(isIn).map(({ group }) => group);
  return [
    ...gone(before.users, after.users).map(({ name }) => told.tombstone(name)),
    ...gone(before.groups, after.groups).map(({ name }) => told.group('DELETED', name)),
    ...after.groups.map((group) =>
      told.group(operation(group.name, before.groups), group.name, group),
    ),
    ...after.users.map((user) => told.user(operation(user.name, before.users), user.name, user)),
    ...after.memberships.map(({ group, childGroups }) =>
      told.nesting(
        'UPDATED',
        group,
        groupsOf((record) => record.childGroups.includes(group)),
        childGroups,
      ),
    ),
    ...after.users.map(({ name }) =>
      told.membership(
        'UPDATED',
        name,
        groupsOf(({ users }) => users.includes(name)),
      ),
    ),
  ];
}

function eventXml(event: RemoteEvent): string {
  switch (event.subject) {
    case 'USER':
      return element('userEvent', event.operation, userXml(event.user));
    case 'GROUP':
      return element('groupEvent', event.operation, groupXml(event.group));
    case 'MEMBERSHIP':
      return element(
        'userMembershipEvent',
        event.operation,
        `${named('childUser', event.user)}${list('parentGroups', event.parents)}`,
      );
    case 'NESTING':
      return element(
        'groupMembershipEvent',
        event.operation,
        `${named('group', event.group)}${list('parentGroups', event.parents)}${list('childGroups', event.children)}`,
      );
    case 'OTHER':
      return `<${event.element}/>`;
  }
}

function element(name: string, operation: EventOperation, content: string): string {
  return `<${name}><operation>${operation}</operation>${content}</${name}>`;
}

function named(tag: string, name: string): string {
  return `<${tag} name="${escapeXml(name)}"/>`;
}

function list(tag: string, groups: readonly string[]): string {
  return `<${tag}>${groups.map((group) => named('group', group)).join('')}</${tag}>`;
}
