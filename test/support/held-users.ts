import { nameKey } from '../../src/domain/index.js';
import type { HeldUsers, RemoteUser } from './following-client.js';

interface Held {
  user: RemoteUser;
  readonly groups: Set<string>;
}

/** Users of a client that knows them by name: a rename is a removal and an addition. */
export class UsersByName implements HeldUsers {
  private readonly held = new Map<string, Held>();

  clear(): void {
    this.held.clear();
  }

  put(user: RemoteUser): void {
    const key = nameKey(user.name);
    const held = this.held.get(key);
    if (held) held.user = user;
    else this.held.set(key, { user, groups: new Set() });
  }

  remove(name: string): void {
    this.held.delete(nameKey(name));
  }

  groupsOf(name: string): Set<string> | null {
    return this.held.get(nameKey(name))?.groups ?? null;
  }

  leaveGroup(group: string): void {
    for (const { groups } of this.held.values()) groups.delete(group);
  }

  lines(): string[] {
    return [...this.held].map(([key, held]) => lineOf(key, held));
  }
}

/**
 * Users of a client that knows them by their key, and by name where it has met no such key: a known
 * key under another name is a rename, which keeps the groups. Whoever bears the wanted name is moved
 * aside, as Crowd does it, and stays there unless another event tells of them.
 */
export class UsersByKey implements HeldUsers {
  private held: (Held & { key: string })[] = [];

  clear(): void {
    this.held = [];
  }

  put(user: RemoteUser): void {
    const key = nameKey(user.name);
    const bearer = this.held.find((held) => held.key === key);
    const same = user.key ? this.held.find((held) => held.user.key === user.key) : undefined;
    if (same && bearer && bearer !== same) bearer.key = `${key}#1`;
    const held = same ?? bearer;
    if (held) Object.assign(held, { key, user });
    else this.held.push({ key, user, groups: new Set() });
  }

  remove(name: string): void {
    const key = nameKey(name);
    this.held = this.held.filter((held) => held.key !== key);
  }

  groupsOf(name: string): Set<string> | null {
    const key = nameKey(name);
    return this.held.find((held) => held.key === key)?.groups ?? null;
  }

  leaveGroup(group: string): void {
    for (const { groups } of this.held) groups.delete(group);
  }

  lines(): string[] {
    return this.held.map((held) => lineOf(held.key, held));
  }
}

function lineOf(key: string, { user, groups }: Held): string {
  const { name, key: identity, active, 'display-name': displayName } = user;
  const above = [...groups].sort().join(' ');
  return `user ${key} ${name} ${identity} ${displayName} ${active} in ${above}`;
}
