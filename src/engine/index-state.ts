import {
  type Change,
  type ChangeOf,
  type CompiledScheme,
  compileScheme,
  type Directory,
  type DirectoryId,
  type DirectorySnapshot,
  type GatewaySnapshot,
  type Grant,
  type Group,
  type MembershipMode,
  nameKey,
  type User,
} from '../domain/index.js';
import { DirectoryIndex } from './directory-index.js';
import { cleanDirt, type Dirt } from './dirt.js';
import { type EntryChange, entryStepFrom } from './entry-changes.js';
import { GrantBook } from './grant-book.js';
import { NameTable } from './name-table.js';

/** Directories that a `DirectoryReloaded` change in the same list refers to. */
export type Reloaded = ReadonlyMap<DirectoryId, DirectorySnapshot>;

/** An entry that was taken out of its directory in order to be put back under another name. */
interface Detached {
  readonly index: DirectoryIndex;
  /** Name numbers. */
  readonly from: number;
  readonly to: number;
  attach(): void;
  /** Puts the edges back; `renamed` gives a neighbour's present name. */
  connect(renamed: (name: number) => number): void;
}

/**
 * The facts themselves, as snapshot and changes state them, and nothing derived. Each step can be
 * journalled with its inverse, which is how a change is tried out and taken back.
 */
export class IndexState {
  readonly names = { users: new NameTable(), groups: new NameTable() };
  readonly scheme: CompiledScheme;
  /** In order, inactive ones included. */
  directories: DirectoryIndex[];
  mode: MembershipMode;
  licenceLimit: number | null;
  readonly grants: GrantBook;
  dirt: Dirt = cleanDirt(true);
  private journal: (() => void)[] | null = null;

  constructor(snapshot: GatewaySnapshot) {
    this.scheme = compileScheme(snapshot.scheme);
    this.grants = new GrantBook(this.names, this.scheme);
    this.mode = snapshot.settings.membershipMode;
    this.licenceLimit = snapshot.settings.licenceLimit;
    this.directories = snapshot.directories.map((directory) =>
      DirectoryIndex.fromSnapshot(directory, this.names),
    );
    for (const grant of snapshot.grants) this.addGrant(grant);
  }

  /** Hands over what has become stale and starts anew. */
  takeDirt(): Dirt {
    const dirt = this.dirt;
    this.dirt = cleanDirt(false);
    return dirt;
  }

  /** Applies changes in order. A change that does not fit the facts leaves them as they are. */
  apply(changes: readonly Change[], reloaded: Reloaded): void {
    for (let i = 0; i < changes.length; ) {
      const step = entryStepFrom(changes, i);
      if (step.length > 0) {
        this.changeEntries(step.changes);
        i += step.length;
      } else {
        this.applyOne(changes[i++], reloaded);
      }
    }
  }

  /** Applies changes, lets `during` look at them, and takes them back whatever happens. */
  tryOut<Result>(changes: readonly Change[], reloaded: Reloaded, during: () => Result): Result {
    const journal: (() => void)[] = [];
    this.journal = journal;
    try {
      this.apply(changes, reloaded);
      this.journal = null;
      return during();
    } finally {
      this.journal = null;
      for (const undo of journal.reverse()) undo();
    }
  }

  directoryById(id: DirectoryId): DirectoryIndex | undefined {
    return this.directories.find((index) => index.directory.id === id);
  }

  private applyOne(change: Change, reloaded: Reloaded): void {
    switch (change.kind) {
      case 'DirectoryAdded':
        this.setDirectories([...this.directories, new DirectoryIndex(change.directory)]);
        break;
      case 'DirectoryRemoved':
        this.setDirectories(
          this.directories.filter((index) => index.directory.id !== change.directory.id),
        );
        break;
      case 'DirectoriesReordered': {
        const known = new Map(this.directories.map((index) => [index.directory.id, index]));
        this.setDirectories(
          change.after.flatMap((id) => {
            const index = known.get(id);
            return index ? [index] : [];
          }),
        );
        break;
      }
      case 'DirectoryReloaded': {
        const snapshot = reloaded.get(change.directoryId);
        if (!snapshot) throw new Error('a reloaded directory needs its snapshot');
        const index = DirectoryIndex.fromSnapshot(snapshot, this.names);
        this.setDirectories(
          this.directories.map((old) => (old.directory.id === change.directoryId ? index : old)),
        );
        break;
      }
      case 'DirectoryChanged':
        this.setDirectory(change.after);
        break;
      case 'UserAdded':
        this.addUser(change.user);
        break;
      case 'UserRemoved':
        this.removeUser(change.user);
        break;
      case 'GroupAdded':
        this.addGroup(change.group);
        break;
      case 'GroupRemoved':
        this.removeGroup(change.group);
        break;
      case 'MembershipAdded':
        this.addMembership(...this.edge(change.directoryId, change.group, change.user, 'users'));
        break;
      case 'MembershipRemoved':
        this.removeMembership(...this.edge(change.directoryId, change.group, change.user, 'users'));
        break;
      case 'NestingAdded':
        this.addNesting(...this.edge(change.directoryId, change.parent, change.child, 'groups'));
        break;
      case 'NestingRemoved':
        this.removeNesting(...this.edge(change.directoryId, change.parent, change.child, 'groups'));
        break;
      case 'GrantAdded':
        this.addGrant(change.grant);
        break;
      case 'GrantRemoved':
        this.removeGrant(change.grant);
        break;
      case 'MembershipModeChanged':
        this.setMode(change.after);
        break;
      case 'LicenceLimitChanged':
        this.setLicenceLimit(change.after);
        break;
      case 'UserChanged':
      case 'GroupChanged':
        this.changeEntries([change]);
        break;
      case 'UserPasswordChanged':
      case 'ApplicationAdded':
      case 'ApplicationChanged':
      case 'ApplicationRemoved':
      case 'LicenceWarning':
        break;
      default:
        change satisfies never;
    }
  }

  private inverse(undo: () => void): void {
    this.journal?.push(undo);
  }

  private setDirectories(directories: DirectoryIndex[]): void {
    const before = this.directories;
    this.directories = directories;
    this.dirt.everything = true;
    this.inverse(() => this.setDirectories(before));
  }

  private setDirectory(directory: Directory): void {
    const index = this.directoryById(directory.id);
    if (!index) return;
    const before = index.directory;
    index.directory = directory;
    if (before.active !== directory.active || before.nestedGroups !== directory.nestedGroups) {
      this.dirt.everything = true;
    }
    this.inverse(() => this.setDirectory(before));
  }

  private setMode(mode: MembershipMode): void {
    const before = this.mode;
    this.mode = mode;
    this.dirt.everything = true;
    this.inverse(() => this.setMode(before));
  }

  private setLicenceLimit(limit: number | null): void {
    const before = this.licenceLimit;
    this.licenceLimit = limit;
    this.inverse(() => this.setLicenceLimit(before));
  }

  private addUser(user: User): void {
    const index = this.directoryById(user.directoryId);
    const name = this.names.users.intern(nameKey(user.name));
    if (!index || index.users.has(name)) return;
    index.addUser(name, user.id, user.name, user.active);
    this.dirt.users.add(name);
    this.inverse(() => this.removeUser(user));
  }

  private removeUser(user: User): void {
    const index = this.directoryById(user.directoryId);
    const name = this.names.users.intern(nameKey(user.name));
    if (!index?.users.has(name)) return;
    for (const group of index.groupsOfUser(name).slice()) this.removeMembership(index, group, name);
    const row = index.users.rowOf(name);
    const held = {
      ...user,
      name: index.users.spellings[row],
      active: index.userActive[row] === 1,
    };
    index.users.remove(row);
    this.dirt.users.add(name);
    this.inverse(() => this.addUser(held));
  }

  /** A change that keeps the name's key. */
  private changeUser(after: User): void {
    const index = this.directoryById(after.directoryId);
    const name = this.names.users.intern(nameKey(after.name));
    const row = index?.users.rowOf(name) ?? -1;
    if (!index || row < 0) return;
    const held = {
      ...after,
      name: index.users.spellings[row],
      active: index.userActive[row] === 1,
    };
    index.users.spellings[row] = after.name;
    index.userActive[row] = after.active ? 1 : 0;
    this.dirt.users.add(name);
    this.inverse(() => this.changeUser(held));
  }

  private addGroup(group: Group): void {
    const index = this.directoryById(group.directoryId);
    const name = this.names.groups.intern(nameKey(group.name));
    if (!index || index.groups.has(name)) return;
    index.addGroup(name, group.id, group.name);
    this.dirt.nestings.add(index);
    this.inverse(() => this.removeGroup(group));
  }

  private removeGroup(group: Group): void {
    const index = this.directoryById(group.directoryId);
    const name = this.names.groups.intern(nameKey(group.name));
    if (!index?.groups.has(name)) return;
    for (const user of index.usersOfGroup(name).slice()) this.removeMembership(index, name, user);
    for (const parent of index.parentsOfGroup(name).slice())
      this.removeNesting(index, parent, name);
    for (const child of index.childrenOfGroup(name).slice()) this.removeNesting(index, name, child);
    const row = index.groups.rowOf(name);
    const held = { ...group, name: index.groups.spellings[row] };
    index.groups.remove(row);
    this.dirt.nestings.add(index);
    this.inverse(() => this.addGroup(held));
  }

  private changeGroup(after: Group): void {
    const index = this.directoryById(after.directoryId);
    const row = index?.groups.rowOf(this.names.groups.intern(nameKey(after.name))) ?? -1;
    if (!index || row < 0) return;
    const held = { ...after, name: index.groups.spellings[row] };
    index.groups.spellings[row] = after.name;
    this.inverse(() => this.changeGroup(held));
  }

  private edge(
    directoryId: DirectoryId,
    above: string,
    below: string,
    belowIs: 'users' | 'groups',
  ): [DirectoryIndex | undefined, number, number] {
    return [
      this.directoryById(directoryId),
      this.names.groups.intern(nameKey(above)),
      this.names[belowIs].intern(nameKey(below)),
    ];
  }

  private addMembership(index: DirectoryIndex | undefined, group: number, user: number): void {
    if (!index?.addMembership(group, user)) return;
    this.dirt.users.add(user);
    this.inverse(() => this.removeMembership(index, group, user));
  }

  private removeMembership(index: DirectoryIndex | undefined, group: number, user: number): void {
    if (!index?.removeMembership(group, user)) return;
    this.dirt.users.add(user);
    this.inverse(() => this.addMembership(index, group, user));
  }

  private addNesting(index: DirectoryIndex | undefined, parent: number, child: number): void {
    if (!index?.addNesting(parent, child)) return;
    this.dirt.nestings.add(index);
    this.inverse(() => this.removeNesting(index, parent, child));
  }

  private removeNesting(index: DirectoryIndex | undefined, parent: number, child: number): void {
    if (!index?.removeNesting(parent, child)) return;
    this.dirt.nestings.add(index);
    this.inverse(() => this.addNesting(index, parent, child));
  }

  /** Changes of different entries of one kind, which happen at once as far as names go. */
  private changeEntries(changes: readonly EntryChange[]): void {
    const renames: EntryChange[] = [];
    for (const change of changes) {
      if (nameKey(change.before.name) !== nameKey(change.after.name)) renames.push(change);
      else if (change.kind === 'UserChanged') this.changeUser(change.after);
      else this.changeGroup(change.after);
    }
    this.rename(renames);
  }

  /**
   * Names may swap (a becomes b while b becomes a), so all renamed entries are taken out before the
   * first is put back. Their edges go along, to neighbours that are renamed as well, too.
   */
  private rename(renames: readonly EntryChange[]): void {
    const detached = renames.flatMap((change) =>
      change.kind === 'UserChanged' ? this.detachUser(change) : this.detachGroup(change),
    );
    for (const entry of detached) entry.attach();
    for (const entry of detached) {
      const renamed = new Map(
        detached.filter(({ index }) => index === entry.index).map(({ from, to }) => [from, to]),
      );
      entry.connect((name) => renamed.get(name) ?? name);
    }
  }

  private detachUser({ before, after }: ChangeOf<'UserChanged'>): Detached[] {
    const index = this.directoryById(before.directoryId);
    const from = this.names.users.intern(nameKey(before.name));
    const to = this.names.users.intern(nameKey(after.name));
    if (!index?.users.has(from)) return [];
    const groups = index.groupsOfUser(from).slice();
    this.removeUser(before);
    return [
      {
        index,
        from,
        to,
        attach: () => this.addUser(after),
        connect: () => {
          for (const group of groups) this.addMembership(index, group, to);
        },
      },
    ];
  }

  private detachGroup({ before, after }: ChangeOf<'GroupChanged'>): Detached[] {
    const index = this.directoryById(before.directoryId);
    const from = this.names.groups.intern(nameKey(before.name));
    const to = this.names.groups.intern(nameKey(after.name));
    if (!index?.groups.has(from)) return [];
    const users = index.usersOfGroup(from).slice();
    const parents = index.parentsOfGroup(from).slice();
    const children = index.childrenOfGroup(from).slice();
    this.removeGroup(before);
    return [
      {
        index,
        from,
        to,
        attach: () => this.addGroup(after),
        connect: (renamed) => {
          for (const user of users) this.addMembership(index, to, user);
          for (const parent of parents) this.addNesting(index, renamed(parent), to);
          for (const child of children) this.addNesting(index, to, renamed(child));
        },
      },
    ];
  }

  private addGrant(grant: Grant): void {
    this.touchGrant(grant);
    if (this.grants.add(grant)) this.inverse(() => this.removeGrant(grant));
  }

  private removeGrant(grant: Grant): void {
    this.touchGrant(grant);
    if (this.grants.remove(grant)) this.inverse(() => this.addGrant(grant));
  }

  private touchGrant(grant: Grant): void {
    if (grant.subjectType === 'GROUP') this.dirt.groupGrants = true;
    else this.dirt.users.add(this.names.users.intern(grant.subjectKey));
  }
}
