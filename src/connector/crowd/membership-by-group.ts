import { type GroupFacts, nameFault } from '../../domain/index.js';
import type { RemoteMembership } from '../connector.js';
import { type ReadList, readGroupList, readUserList } from './entity-documents.js';
import { PAGE_SIZE, readPages } from './entity-pages.js';
import type { HttpExchange } from './http-exchange.js';
import { Patience } from './patience.js';
import { refusalOf } from './refusal.js';

/** Groups read at the same time. */
const CONCURRENCY = 4;

/**
 * Direct memberships of `groups`, in their order, by two lists for each: the way for servers that do not
 * have `/group/membership` (it came with version 1.1 of the API). A group that has gone since it was
 * listed, or whose name is no name, is left out.
 */
export async function* readMembershipsByGroup(
  exchange: HttpExchange,
  groups: AsyncIterable<readonly GroupFacts[]>,
): AsyncGenerator<RemoteMembership, void, void> {
  const patience = new Patience();
  const underWay: Promise<RemoteMembership | null>[] = [];
  for await (const page of groups) {
    for (const { name } of page) {
      // Whoever reads the groups sets this one aside, and a server may stumble over its name.
      if (nameFault(name) !== null) continue;
      const reading = readGroup(exchange, patience, name);
      // The consumer may leave, or an earlier group fail, before this one is looked at.
      reading.catch(() => {});
      underWay.push(reading);
      if (underWay.length < CONCURRENCY) continue;
      const membership = await underWay.shift();
      if (membership) yield membership;
    }
  }
  for (const reading of underWay) {
    const membership = await reading;
    if (membership) yield membership;
  }
}

async function readGroup(
  exchange: HttpExchange,
  patience: Patience,
  group: string,
): Promise<RemoteMembership | null> {
  const users = await readMembers(exchange, patience, '/group/user/direct', group, readUserList);
  if (users === null) return null;
  const childGroups = await readMembers(
    exchange,
    patience,
    '/group/child-group/direct',
    group,
    readGroupList,
  );
  return childGroups && { group, users, childGroups };
}

/** Names of one kind of members; `null` when there is no such group any more. */
async function readMembers<Entity extends { readonly name: string }>(
  exchange: HttpExchange,
  patience: Patience,
  resource: string,
  group: string,
  readList: ReadList<Entity>,
): Promise<string[] | null> {
  let gone = false;
  const readPage = async (startIndex: number): Promise<readonly Entity[]> => {
    const answer = await exchange.send({
      method: 'GET',
      resource,
      query: {
        groupname: group,
        'start-index': String(startIndex),
        'max-results': String(PAGE_SIZE),
      },
      allowance: 'PAGE',
      patience,
    });
    const refusal = await refusalOf(answer);
    if (!refusal) return readList(answer.body, answer.faults);
    if (refusal.reason === 'NESTED_GROUPS_NOT_SUPPORTED') return [];
    if (refusal.reason !== 'GROUP_NOT_FOUND') throw refusal.error;
    gone = true;
    return [];
  };
  const names: string[] = [];
  for await (const page of readPages(readPage, exchange.faults)) {
    for (const { name } of page) names.push(name);
  }
  return gone ? null : names;
}
