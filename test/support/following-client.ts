import { nameKey } from '../../src/domain/index.js';

/** Users and groups as `/search` tells them, in JSON; only what followers keep of them. */
export interface RemoteUser {
  readonly name: string;
  readonly key?: string;
  readonly 'display-name'?: string;
  readonly active: boolean;
}

export interface RemoteGroup {
  readonly name: string;
  readonly active: boolean;
}

export interface RemoteMembership {
  readonly group: string;
  readonly users: readonly string[];
  readonly childGroups: readonly string[];
}

type Operation = 'CREATED' | 'UPDATED' | 'DELETED';
interface Named {
  readonly name: string;
}
interface Parents {
  readonly groups: readonly Named[];
}

/** One event of `/event/{token}`, in JSON. */
export interface RemoteEvent {
  readonly userEvent?: { readonly operation: Operation; readonly user: RemoteUser };
  readonly groupEvent?: { readonly operation: Operation; readonly group: RemoteGroup };
  readonly userMembershipEvent?: {
    readonly operation: Operation;
    readonly childUser: Named;
    readonly parentGroups: Parents;
  };
  readonly groupMembershipEvent?: {
    readonly operation: Operation;
    readonly group: Named;
    readonly parentGroups: Parents;
  };
}

/** What a follower does with users, which differs with what it knows them by. */
export interface HeldUsers {
  clear(): void;
  put(user: RemoteUser): void;
  remove(name: string): void;
  /** Keys of the user's groups, to be changed in place; `null` for an unknown name. */
  groupsOf(name: string): Set<string> | null;
  /** A group is gone. */
  leaveGroup(group: string): void;
  /** One line for each user, with groups. */
  lines(): string[];
}

/**
 * A client that follows a user server as the protocol's sheet says (section 10): memberships of users
 * and groups that it does not know are left out of a full reading, and are an error in an event.
 */
export class FollowingClient {
  private readonly users: HeldUsers;
  private readonly groups = new Map<string, RemoteGroup>();
  /** Keys of the groups each group is in. */
  private readonly parents = new Map<string, Set<string>>();

  constructor(users: HeldUsers) {
    this.users = users;
  }

  /** Begins a full reading. */
  takeUsers(users: readonly RemoteUser[]): void {
    this.users.clear();
    for (const user of users) this.users.put(user);
  }

  takeGroups(groups: readonly RemoteGroup[]): void {
    this.groups.clear();
    this.parents.clear();
    for (const group of groups) this.groups.set(nameKey(group.name), group);
  }

  takeMemberships(memberships: readonly RemoteMembership[]): void {
    for (const { group, users, childGroups } of memberships) {
      const key = nameKey(group);
      if (!this.groups.has(key)) continue;
      for (const user of users) this.users.groupsOf(user)?.add(key);
      for (const child of childGroups) this.parentsOf(child)?.add(key);
    }
  }

  /** @throws Error for a membership whose user or group has not been told. */
  apply(events: readonly RemoteEvent[]): void {
    for (const event of events) {
      const { userEvent, groupEvent, userMembershipEvent, groupMembershipEvent } = event;
      if (userEvent) {
        if (userEvent.operation === 'DELETED') this.users.remove(userEvent.user.name);
        else this.users.put(userEvent.user);
      } else if (groupEvent) {
        if (groupEvent.operation === 'DELETED') this.removeGroup(nameKey(groupEvent.group.name));
        else this.groups.set(nameKey(groupEvent.group.name), groupEvent.group);
      } else if (userMembershipEvent) {
        const { operation, childUser, parentGroups } = userMembershipEvent;
        this.move(operation, this.users.groupsOf(childUser.name), parentGroups, event);
      } else if (groupMembershipEvent) {
        const { operation, group, parentGroups } = groupMembershipEvent;
        this.move(operation, this.parentsOf(group.name), parentGroups, event);
      } else throw new Error(`an event of no known kind: ${JSON.stringify(event)}`);
    }
  }

  /** Everything it holds, one line for each user and group, in order. */
  lines(): string[] {
    const groups = [...this.groups].map(([key, { name, active }]) => {
      const above = [...(this.parents.get(key) ?? [])].sort().join(' ');
      return `group ${key} ${name} ${active} in ${above}`;
    });
    return [...this.users.lines(), ...groups].sort();
  }

  private move(
    operation: Operation,
    held: Set<string> | null,
    { groups }: Parents,
    event: RemoteEvent,
  ): void {
    const keys = groups.map(({ name }) => nameKey(name));
    if (operation === 'DELETED') {
      for (const key of keys) held?.delete(key);
      return;
    }
    if (!held || keys.some((key) => !this.groups.has(key))) {
      throw new Error(`told before its user or group: ${JSON.stringify(event)}`);
    }
    if (operation === 'UPDATED') held.clear();
    for (const key of keys) held.add(key);
  }

  private parentsOf(group: string): Set<string> | null {
    const key = nameKey(group);
    if (!this.groups.has(key)) return null;
    const parents = this.parents.get(key) ?? new Set<string>();
    this.parents.set(key, parents);
    return parents;
  }

  private removeGroup(key: string): void {
    this.groups.delete(key);
    this.parents.delete(key);
    for (const parents of this.parents.values()) parents.delete(key);
    this.users.leaveGroup(key);
  }
}
