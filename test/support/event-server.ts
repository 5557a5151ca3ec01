import { escapeXml } from '../../src/connector/crowd/xml-text.js';
import type { EventOperation, RemoteEvent } from '../../src/connector/index.js';
import {
  type GroupFacts,
  mayBeOnePerson,
  nameKey,
  type UserFacts,
} from '../../src/domain/index.js';
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

/** How a server tells what led from one document to another. */
export type EventsBetween = (before: RemoteDocument, after: RemoteDocument) => RemoteEvent[];

/** A user server that stands at the last stage and tells how it came there from any other. */
export function eventServer(
  stages: readonly Stage[],
  between: EventsBetween = datedEvents,
): Behaviour {
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
    const events = between(from.document, now.document).map(eventXml);
    return sendXml(response, 200, `${opening}>${events.join('')}</events>`);
  };
}

/**
 * What leads from one document to another as a server tells it that keeps dates (Crowd 5's
 * `TimestampBasedEventStore`): every state that there is, and a tombstone, which knows no id, of every
 * name that whoever bore it has not any more.
 */
export function datedEvents(before: RemoteDocument, after: RemoteDocument): RemoteEvent[] {
  const sameGroup = (one: GroupFacts) => (other: GroupFacts) =>
    nameKey(one.name) === nameKey(other.name);
  const sameName = (one: UserFacts) => (other: UserFacts) =>
    nameKey(one.name) === nameKey(other.name) && mayBeOnePerson(one, other);
  const sameUser = (one: UserFacts) => (other: UserFacts) =>
    one.externalId === null || other.externalId === null
      ? nameKey(one.name) === nameKey(other.name)
      : one.externalId === other.externalId;
  const gone = before.users.filter((user) => !after.users.some(sameName(user)));
  const goneGroups = before.groups.filter((group) => !after.groups.some(sameGroup(group)));
  const operation = (wasThere: boolean) => (wasThere ? 'UPDATED' : 'CREATED');
  const groupsOf = (isIn: (record: RemoteDocument['memberships'][number]) => boolean) =>
    after.memberships.filter(isIn).map(({ group }) => group);
  return [
    ...gone.map(({ name }) => told.tombstone(name)),
    ...goneGroups.map(({ name }) => told.group('DELETED', name)),
    ...after.groups.map((group) =>
      told.group(operation(before.groups.some(sameGroup(group))), group.name, group),
    ),
    ...after.users.map((user) =>
      told.user(operation(before.users.some(sameUser(user))), user.name, user),
    ),
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
