import type {
  RemoteAuthentication,
  RemoteDirectory,
  RemoteEvents,
  RemoteMembership,
  RemoteServer,
} from '../../src/connector/index.js';
import type { GroupFacts, UserFacts } from '../../src/domain/index.js';

/** What a scripted remote directory holds, as its server would tell it: nothing is checked. */
export interface RemoteDocument {
  readonly users: readonly UserFacts[];
  readonly groups: readonly GroupFacts[];
  readonly memberships: readonly RemoteMembership[];
}

/** A place in the reading: a page of users or groups, or one group's record of memberships, from 1. */
export interface ReadPoint {
  readonly stream: 'users' | 'groups' | 'memberships';
  readonly step: number;
}

export interface Script {
  /** Users or groups in a page; 2 unless told. */
  readonly pageSize?: number;
  /** Called before each page or record is given, and once more before each stream ends. May throw. */
  readonly before?: (point: ReadPoint) => void | Promise<void>;
  /** Answers `currentEventToken`; without it the server has no events. */
  readonly currentToken?: () => string | null;
  /** Answers `readEvents`. May throw. */
  readonly events?: (token: string) => RemoteEvents | Promise<RemoteEvents>;
  /** Answers `identify`. May throw. */
  readonly identify?: () => RemoteServer;
}

/** A remote directory in memory. Its document may be exchanged between two runs. */
export class ScriptedRemote implements RemoteDirectory {
  document: RemoteDocument;
  readonly #script: Script;

  constructor(document: RemoteDocument, script: Script = {}) {
    this.document = document;
    this.#script = script;
  }

  async identify(): Promise<RemoteServer> {
    return this.#script.identify?.() ?? { product: 'JIRA', version: '9.12.0' };
  }

  readUsers(): AsyncGenerator<readonly UserFacts[], void, void> {
    return this.#steps('users', this.#pages(this.document.users));
  }

  readGroups(): AsyncGenerator<readonly GroupFacts[], void, void> {
    return this.#steps('groups', this.#pages(this.document.groups));
  }

  readMemberships(): AsyncGenerator<RemoteMembership, void, void> {
    return this.#steps('memberships', this.document.memberships);
  }

  findUsers(): Promise<never> {
    throw new Error('a run reads everything and searches for nobody');
  }

  findGroups(): Promise<never> {
    throw new Error('a run reads everything and searches for nothing');
  }

  authenticate(): Promise<RemoteAuthentication> {
    throw new Error('a run signs nobody in');
  }

  async currentEventToken(): Promise<string | null> {
    return this.#script.currentToken?.() ?? null;
  }

  async readEvents(token: string): Promise<RemoteEvents> {
    return this.#script.events?.(token) ?? { outcome: 'NOT_SUPPORTED' };
  }

  usage(): { readonly requests: number; readonly bytes: number } {
    return { requests: 0, bytes: 0 };
  }

  async *#steps<Item>(
    stream: ReadPoint['stream'],
    items: readonly Item[],
  ): AsyncGenerator<Item, void, void> {
    for (const [i, item] of items.entries()) {
      await this.#script.before?.({ stream, step: i + 1 });
      yield item;
    }
    await this.#script.before?.({ stream, step: items.length + 1 });
  }

  #pages<Item>(items: readonly Item[]): (readonly Item[])[] {
    const size = this.#script.pageSize ?? 2;
    return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
      items.slice(page * size, (page + 1) * size),
    );
  }
}

/** A user as a server tells it; the external id is made of the name unless told. */
export function remoteUser(name: string, facts: Partial<UserFacts> = {}): UserFacts {
  return {
    name,
    displayName: '',
    firstName: '',
    lastName: '',
    email: '',
    active: true,
    externalId: `id-of-${name}`,
    ...facts,
  };
}

export function remoteGroup(name: string, facts: Partial<GroupFacts> = {}): GroupFacts {
  return { name, description: '', active: true, ...facts };
}

export function remoteMembers(
  group: string,
  users: readonly string[],
  childGroups: readonly string[] = [],
): RemoteMembership {
  return { group, users, childGroups };
}
