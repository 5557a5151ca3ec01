import type { ConnectDirectory, RemoteDirectory } from '../../src/connector/index.js';
import { type GroupFacts, type NameKey, nameKey, type UserFacts } from '../../src/domain/index.js';

/** Servers in memory, by URL, that know people and groups by name and count what they are asked. */
export class RemotePeople {
  private readonly servers = new Map<string, RemoteServer>();

  server(url: string): RemoteServer {
    const known = this.servers.get(url);
    if (known) return known;
    const server = new RemoteServer();
    this.servers.set(url, server);
    return server;
  }

  readonly connect: ConnectDirectory = ({ serverUrl }) => this.server(serverUrl);
}

export class RemoteServer implements RemoteDirectory {
  /** The names of each search that came, in order. */
  readonly searches: (readonly string[])[] = [];
  failure: Error | null = null;
  private readonly users = new Map<NameKey, UserFacts>();
  private readonly groups = new Map<NameKey, GroupFacts>();

  has(users: readonly UserFacts[], groups: readonly GroupFacts[] = []): this {
    for (const user of users) this.users.set(nameKey(user.name), user);
    for (const group of groups) this.groups.set(nameKey(group.name), group);
    return this;
  }

  findUsers(names: readonly string[]): Promise<ReadonlyMap<NameKey, UserFacts>> {
    return this.find(this.users, names);
  }

  findGroups(names: readonly string[]): Promise<ReadonlyMap<NameKey, GroupFacts>> {
    return this.find(this.groups, names);
  }

  identify = unexpected;
  readUsers = unexpected;
  readGroups = unexpected;
  readMemberships = unexpected;
  authenticate = unexpected;
  currentEventToken = unexpected;
  readEvents = unexpected;

  usage(): { readonly requests: number; readonly bytes: number } {
    return { requests: this.searches.length, bytes: 0 };
  }

  private async find<Facts>(
    known: ReadonlyMap<NameKey, Facts>,
    names: readonly string[],
  ): Promise<ReadonlyMap<NameKey, Facts>> {
    this.searches.push(names);
    if (this.failure) throw this.failure;
    const found = new Map<NameKey, Facts>();
    for (const name of names) {
      const facts = known.get(nameKey(name));
      if (facts) found.set(nameKey(name), facts);
    }
    return found;
  }
}

function unexpected(): never {
  throw new Error('a live read searches for names and does nothing else');
}
