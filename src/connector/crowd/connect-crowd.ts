import type { GroupFacts, NameKey, UserFacts } from '../../domain/index.js';
import type {
  ConnectDirectory,
  OpenDirectory,
  RemoteAuthentication,
  RemoteDirectory,
  RemoteEvents,
  RemoteMembership,
  RemoteServer,
} from '../connector.js';
import { authenticate } from './authentication.js';
import { readEventToken, readGroupList, readUserList } from './entity-documents.js';
import { findByName, readAll, search } from './entity-search.js';
import { readEventDocument } from './event-document.js';
import { GuardedExchange } from './guarded-exchange.js';
import { DirectExchange, type HttpExchange } from './http-exchange.js';
import { readMembershipsByGroup } from './membership-by-group.js';
import { readMembershipDocument } from './membership-document.js';
import { Patience } from './patience.js';
import { refusalOf } from './refusal.js';
import { EVERYTHING } from './search-restriction.js';
import { ServerBreaker } from './server-breaker.js';

/** A directory kept by a Jira or Crowd server, over the REST protocol that both share. */
export const openCrowd: OpenDirectory = (connection, password) => {
  const direct = new DirectExchange(connection, password);
  const breaker = new ServerBreaker(direct.faults);
  return {
    ordinary: new CrowdDirectory(new GuardedExchange(direct, breaker, false)),
    insistent: new CrowdDirectory(new GuardedExchange(direct, breaker, true)),
    isLeftAlone: () => breaker.isLeftAlone,
  };
};

/** The same for somebody who shares it with nobody. */
export const connectCrowd: ConnectDirectory = (connection, password, caller = 'ordinary') =>
  openCrowd(connection, password)[caller];

class CrowdDirectory implements RemoteDirectory {
  readonly #exchange: HttpExchange;

  constructor(exchange: HttpExchange) {
    this.#exchange = exchange;
  }

  /** The search that Atlassian's products send for "Test connection". */
  async identify(): Promise<RemoteServer> {
    const answer = await search(this.#exchange, 'user', EVERYTHING, {
      startIndex: 0,
      maxResults: 1,
      allowance: 'SMALL',
    });
    await readUserList(answer.body, answer.faults);
    return answer.server;
  }

  readUsers(): AsyncIterable<readonly UserFacts[]> {
    return readAll(this.#exchange, 'user', readUserList);
  }

  readGroups(): AsyncIterable<readonly GroupFacts[]> {
    return readAll(this.#exchange, 'group', readGroupList);
  }

  async *readMemberships(): AsyncGenerator<RemoteMembership, void, void> {
    const answer = await this.#exchange.send({
      method: 'GET',
      resource: '/group/membership',
      allowance: 'STREAM',
      patience: new Patience(),
    });
    const refusal = await refusalOf(answer);
    if (!refusal) return yield* readMembershipDocument(answer.body, answer.faults);
    if (refusal.status !== 404) throw refusal.error;
    yield* readMembershipsByGroup(this.#exchange, this.readGroups());
  }

  findUsers(names: readonly string[]): Promise<ReadonlyMap<NameKey, UserFacts>> {
    return findByName(this.#exchange, 'user', names, readUserList);
  }

  findGroups(names: readonly string[]): Promise<ReadonlyMap<NameKey, GroupFacts>> {
    return findByName(this.#exchange, 'group', names, readGroupList);
  }

  authenticate(name: string, password: string): Promise<RemoteAuthentication> {
    return authenticate(this.#exchange, name, password);
  }

  async currentEventToken(): Promise<string | null> {
    const answer = await this.#exchange.send({
      method: 'GET',
      resource: '/event',
      allowance: 'SMALL',
      patience: new Patience(),
    });
    const refusal = await refusalOf(answer);
    if (!refusal) return readEventToken(answer.body, answer.faults);
    // 404 comes from servers before version 1.2 of the API; the reason from those before the flag.
    if (refusal.status === 404 || refusal.reason === 'INCREMENTAL_SYNC_NOT_AVAILABLE') return null;
    throw refusal.error;
  }

  async readEvents(token: string): Promise<RemoteEvents> {
    const answer = await this.#exchange.send({
      method: 'GET',
      resource: `/event/${encodeURIComponent(token)}`,
      allowance: 'PAGE',
      patience: new Patience(),
    });
    const refusal = await refusalOf(answer);
    if (!refusal) return readEventDocument(answer.body, answer.faults);
    const { status, reason, error } = refusal;
    if (status === 410 || reason === 'EVENT_TOKEN_EXPIRED') return { outcome: 'EXPIRED' };
    if (status === 404 || reason === 'INCREMENTAL_SYNC_NOT_AVAILABLE') {
      return { outcome: 'NOT_SUPPORTED' };
    }
    throw error;
  }

  usage(): { readonly requests: number; readonly bytes: number } {
    return this.#exchange.usage();
  }
}
