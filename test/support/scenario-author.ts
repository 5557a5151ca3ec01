import {
  type Change,
  type Directory,
  type DirectoryId,
  type Grant,
  type NameKey,
  nameKey,
  type User,
} from '../../src/domain/index.js';
import {
  directorySnapshot,
  entryNamed,
  groupOf,
  type NaiveDirectory,
  type NaiveFacts,
  type Reloads,
  userOf,
} from './naive-facts.js';
import { copyOfFacts } from './naive-state.js';
import type { Action, Contents } from './scenario-answerer.js';

/** What a store would have written for some actions. */
export interface Written {
  readonly changes: readonly Change[];
  readonly reloads: Reloads;
}

type Renaming = Extract<Action, { readonly type: 'renameUsers' | 'renameGroups' }>;

/** Does actions on plain facts, and tells them as changes in the order the change log promises. */
export class ScenarioAuthor {
  readonly facts: NaiveFacts;
  private lastId: number;

  constructor(facts: NaiveFacts, lastId = 0) {
    this.facts = facts;
    this.lastId = lastId;
  }

  /** What actions would write, without doing them. */
  wouldWrite(actions: readonly Action[]): Written {
    return new ScenarioAuthor(copyOfFacts(this.facts), this.lastId).perform(actions);
  }

  /**
   * Does all actions under the next revision.
   * @throws Error when one is impossible; the facts then hold what was done before it.
   */
  perform(actions: readonly Action[]): Written {
    if (actions.length > 1 && actions.some(({ type }) => type === 'reloadDirectory')) {
      throw new Error('a reload tells the end of its transaction and stands alone here');
    }
    const changes: Change[] = [];
    const reloads = new Map<DirectoryId, ReturnType<typeof directorySnapshot>>();
    for (const action of actions) {
      const written = this.write(action);
      this.facts.apply(written.changes, written.reloads);
      changes.push(...written.changes);
      for (const [id, snapshot] of written.reloads) reloads.set(id, snapshot);
    }
    this.facts.revision++;
    return { changes, reloads };
  }

  private write(action: Action): Written {
    if (action.type !== 'reloadDirectory') {
      return { changes: this.changesOf(action), reloads: new Map() };
    }
    const held = this.holder(action.directory);
    const directory = { ...held.directory, generation: this.newId<Directory['generation']>() };
    const snapshot = directorySnapshot(this.filled({ ...held, directory }, action.contents));
    const { id: directoryId, generation } = directory;
    return {
      changes: [{ kind: 'DirectoryReloaded', directoryId, generation }],
      reloads: new Map([[directoryId, snapshot]]),
    };
  }

  private changesOf(action: Exclude<Action, { readonly type: 'reloadDirectory' }>): Change[] {
    const { facts } = this;
    switch (action.type) {
      case 'addDirectory':
        return [{ kind: 'DirectoryAdded', directory: this.newDirectory(action) }];
      case 'activateDirectory':
      case 'deactivateDirectory':
        return this.patch(action.directory, { active: action.type === 'activateDirectory' });
      case 'setNestedGroups':
        return this.patch(action.directory, { nestedGroups: action.nestedGroups });
      case 'removeDirectory':
        return [{ kind: 'DirectoryRemoved', directory: this.holder(action.directory).directory }];
      case 'orderDirectories': {
        const before = facts.directories.map(({ directory }) => directory.id);
        const after = action.order.map((name) => this.holder(name).directory.id);
        return [{ kind: 'DirectoriesReordered', before, after }];
      }
      case 'addUser': {
        const { users, directory } = this.holder(action.directory);
        expectFree(users.values(), action.user);
        const user = userOf(this.newId(), directory.id, action.user, action.active);
        return [{ kind: 'UserAdded', user }];
      }
      case 'setUserActive': {
        const before = facts.user(this.holder(action.directory), action.user);
        return [{ kind: 'UserChanged', before, after: { ...before, active: action.active } }];
      }
      case 'removeUser':
        return this.removalOfUser(this.holder(action.directory), action.user);
      case 'renameUsers':
      case 'renameGroups':
        return this.renames(this.holder(action.directory), action);
      case 'addGroup': {
        const { groups, directory } = this.holder(action.directory);
        expectFree(groups.values(), action.group);
        return [{ kind: 'GroupAdded', group: groupOf(this.newId(), directory.id, action.group) }];
      }
      case 'removeGroup':
        return this.removalOfGroup(this.holder(action.directory), action.group);
      case 'addMembership':
      case 'removeMembership': {
        const holder = this.holder(action.directory);
        const group = facts.group(holder, action.group).name;
        const user = facts.user(holder, action.user).name;
        const kind = action.type === 'addMembership' ? 'MembershipAdded' : 'MembershipRemoved';
        return [{ kind, directoryId: holder.directory.id, group, user }];
      }
      case 'addNesting':
      case 'removeNesting': {
        const holder = this.holder(action.directory);
        const parent = facts.group(holder, action.parent).name;
        const child = facts.group(holder, action.child).name;
        const kind = action.type === 'addNesting' ? 'NestingAdded' : 'NestingRemoved';
        return [{ kind, directoryId: holder.directory.id, parent, child }];
      }
      case 'grant':
        return [{ kind: 'GrantAdded', grant: this.newGrant(action) }];
      case 'revoke': {
        const key = nameKey(action.subject);
        const grant = facts.grants.find(
          ({ permission, subjectType, subjectKey }) =>
            permission === action.permission &&
            subjectType === action.subjectType &&
            subjectKey === key,
        );
        if (!grant) throw new Error(`there is no grant of ${action.permission} to ${key}`);
        return [{ kind: 'GrantRemoved', grant }];
      }
      case 'setMembershipMode':
        return [{ kind: 'MembershipModeChanged', before: facts.mode, after: action.mode }];
      case 'setLicenceLimit':
        return [{ kind: 'LicenceLimitChanged', before: facts.licenceLimit, after: action.limit }];
    }
  }

  private holder(name: string): NaiveDirectory {
    const holder = this.facts.directories.find(
      ({ directory }) => directory.nameKey === nameKey(name),
    );
    if (!holder) throw new Error(`there is no directory ${name}`);
    return holder;
  }

  private newId<Id extends number>(): Id {
    return ++this.lastId as Id;
  }

  private newDirectory(action: Extract<Action, { readonly type: 'addDirectory' }>): Directory {
    const { directory: name, nestedGroups } = action;
    expectFree(
      this.facts.directories.map(({ directory }) => directory),
      name,
    );
    return {
      id: this.newId(),
      name,
      nameKey: nameKey(name),
      type: 'INTERNAL',
      active: true,
      nestedGroups,
      connection: null,
      generation: this.newId(),
    };
  }

  private newGrant(action: Extract<Action, { readonly type: 'grant' | 'revoke' }>): Grant {
    const { permission, subjectType, subject } = action;
    return {
      id: this.newId(),
      permission,
      subjectType,
      subjectName: subject,
      subjectKey: nameKey(subject),
    };
  }

  private patch(name: string, patch: Partial<Directory>): Change[] {
    const before = this.holder(name).directory;
    return [{ kind: 'DirectoryChanged', before, after: { ...before, ...patch } }];
  }

  private removalOfUser(holder: NaiveDirectory, name: string): Change[] {
    const user = this.facts.user(holder, name);
    const edges = holder.memberships.filter((membership) => membership.user === user.id);
    return [
      ...edges.map((edge) => this.membershipRemoved(holder, edge)),
      { kind: 'UserRemoved', user },
    ];
  }

  private removalOfGroup(holder: NaiveDirectory, name: string): Change[] {
    const group = this.facts.group(holder, name);
    const nameOf = (id: typeof group.id) => holder.groups.get(id)!.name;
    const memberships = holder.memberships.filter((membership) => membership.group === group.id);
    const nestings = holder.nestings.filter(
      ({ parent, child }) => parent === group.id || child === group.id,
    );
    return [
      ...memberships.map((edge) => this.membershipRemoved(holder, edge)),
      ...nestings.map(({ parent, child }): Change => {
        const directoryId = holder.directory.id;
        return {
          kind: 'NestingRemoved',
          directoryId,
          parent: nameOf(parent),
          child: nameOf(child),
        };
      }),
      { kind: 'GroupRemoved', group },
    ];
  }

  private membershipRemoved(
    holder: NaiveDirectory,
    edge: NaiveDirectory['memberships'][number],
  ): Change {
    const group = holder.groups.get(edge.group)!.name;
    const user = holder.users.get(edge.user)!.name;
    return { kind: 'MembershipRemoved', directoryId: holder.directory.id, group, user };
  }

  private renames(holder: NaiveDirectory, { type, renames }: Renaming): Change[] {
    const entries = [...(type === 'renameUsers' ? holder.users : holder.groups).values()];
    const leaving = new Set(renames.map(({ from }) => nameKey(from)));
    const staying = entries.filter((entry) => !leaving.has(entry.nameKey));
    const taken = new Set(staying.map((entry) => entry.nameKey));
    return renames.map(({ from, to }) => {
      const key = nameKey(to);
      if (taken.has(key)) throw new Error(`there is an entry named ${to} already`);
      taken.add(key);
      if (type === 'renameUsers') {
        const before = this.facts.user(holder, from);
        return { kind: 'UserChanged', before, after: { ...before, name: to, nameKey: key } };
      }
      const before = this.facts.group(holder, from);
      return { kind: 'GroupChanged', before, after: { ...before, name: to, nameKey: key } };
    });
  }

  private filled(held: NaiveDirectory, contents: Contents): NaiveDirectory {
    const { id } = held.directory;
    const full: NaiveDirectory = {
      directory: held.directory,
      users: new Map(),
      groups: new Map(),
      memberships: [],
      nestings: [],
    };
    for (const { name, active } of contents.users) {
      const known: User | undefined = entryNamed(held.users.values(), name);
      const user = userOf(known?.id ?? this.newId(), id, name, active);
      full.users.set(user.id, user);
    }
    for (const name of contents.groups) {
      const group = groupOf(entryNamed(held.groups.values(), name)?.id ?? this.newId(), id, name);
      full.groups.set(group.id, group);
    }
    const { facts } = this;
    full.memberships = contents.memberships.map(({ group, user }) => ({
      group: facts.group(full, group).id,
      user: facts.user(full, user).id,
    }));
    full.nestings = contents.nestings.map(({ parent, child }) => ({
      parent: facts.group(full, parent).id,
      child: facts.group(full, child).id,
    }));
    return full;
  }
}

function expectFree(entries: Iterable<{ readonly nameKey: NameKey }>, name: string): void {
  if (entryNamed(entries, name)) throw new Error(`there is an entry named ${name} already`);
}
