import {
  asId,
  type Change,
  type GatewaySnapshot,
  type Grant,
  nameKey,
} from '../../../src/domain/index.js';
import { Random } from '../../support/random.js';
import type { GrowableLists } from '../limit/growable-lists.js';
import type { DataSet } from './data-set.js';
import { freshCopy } from './fresh-names.js';
import { MovingFacts } from './moving-facts.js';
import { PERMISSIONS } from './scheme.js';

/** Groups larger than this are not removed, or the large ones would soon be gone. */
const LARGEST_REMOVED = 1_000;
/** As many as others have. */
const MEMBERSHIPS_OF_NEW_USER = 10;
const MEMBERS_OF_NEW_GROUP = 30;
/** Steps between two changes that touch everybody. */
const STEPS_BETWEEN_UPHEAVALS = 20_000;

/**
 * The facts of a data set, going on as those of a company do: mostly people joining and leaving
 * groups, sometimes new people and groups, renames, nestings, grants, and rarely the order of the
 * directories. As much is added as is removed. The same seed gives the same changes.
 */
export class FactsInMotion {
  private readonly random: Random;
  private readonly facts: MovingFacts;
  private nextId = 1 << 29;
  private steps = 0;

  constructor(data: DataSet, seed: number) {
    this.random = new Random(seed);
    this.facts = new MovingFacts(data);
  }

  /** What happens next, as one transaction. */
  next(): Change[] {
    for (;;) {
      const changes = this.tryNext();
      if (changes.length > 0) return changes;
    }
  }

  /** The facts as they are now. */
  snapshot(revision: number): GatewaySnapshot {
    return this.facts.snapshot(revision);
  }

  private tryNext(): Change[] {
    if (++this.steps % STEPS_BETWEEN_UPHEAVALS === 0) return this.upheaval();
    // In thousandths; each pair of adding and removing has the same chance.
    const drawn = this.random.below(1_000);
    if (drawn < 430) return this.joinGroup();
    if (drawn < 860) return this.leaveGroup();
    if (drawn < 885) return this.nest();
    if (drawn < 910) return this.unnest();
    if (drawn < 930) return this.addUser();
    if (drawn < 950) return this.removeUser();
    if (drawn < 970) return this.switchUser();
    if (drawn < 978) return this.renameUser();
    if (drawn < 983) return this.addGroup();
    if (drawn < 988) return this.removeGroup();
    if (drawn < 990) return this.renameGroup();
    if (drawn < 995) return this.grant();
    return this.revoke();
  }

  private joinGroup(): Change[] {
    const user = this.facts.users.any(this.random);
    const group = this.groupToJoin(this.facts.users.at(user).directory);
    if (group === null || this.facts.userGroups.has(user, group)) return [];
    return [this.facts.membership(true, group, user)];
  }

  private leaveGroup(): Change[] {
    const user = this.facts.users.any(this.random);
    const group = this.anyIn(this.facts.userGroups, user);
    return group === null ? [] : [this.facts.membership(false, group, user)];
  }

  private nest(): Change[] {
    const parent = this.facts.groups.any(this.random);
    const child = this.facts.groups.anyOf(this.random, this.facts.groups.at(parent).directory);
    if (child === null || parent === child || this.facts.children.has(parent, child)) return [];
    return [this.facts.nesting(true, parent, child)];
  }

  private unnest(): Change[] {
    const child = this.facts.groups.any(this.random);
    const parent = this.anyIn(this.facts.parents, child);
    return parent === null ? [] : [this.facts.nesting(false, parent, child)];
  }

  private addUser(): Change[] {
    const directory = this.random.below(this.facts.directories.length);
    // One in ten has a name that some directory knows.
    const name = this.random.chance(10)
      ? this.facts.users.at(this.facts.users.any(this.random)).name
      : this.newName('joiner');
    if (this.facts.users.hasName(directory, name)) return [];
    if (!this.facts.hasRoomForUser()) return [];
    const entry = this.facts.users.add({ id: this.nextId++, directory, name, active: true });
    const changes: Change[] = [{ kind: 'UserAdded', user: this.facts.user(entry) }];
    for (let i = 0; i < MEMBERSHIPS_OF_NEW_USER; i++) {
      const group = this.groupToJoin(directory);
      if (group === null || this.facts.userGroups.has(entry, group)) continue;
      changes.push(this.facts.membership(true, group, entry));
    }
    return changes;
  }

  private removeUser(): Change[] {
    const entry = this.facts.users.any(this.random);
    const changes: Change[] = [];
    for (;;) {
      const group = this.anyIn(this.facts.userGroups, entry);
      if (group === null) break;
      changes.push(this.facts.membership(false, group, entry));
    }
    changes.push({ kind: 'UserRemoved', user: this.facts.user(entry) });
    this.facts.users.remove(entry);
    return changes;
  }

  private switchUser(): Change[] {
    const entry = this.facts.users.any(this.random);
    const before = this.facts.user(entry);
    // Nine in ten stay active in the long run.
    this.facts.users.at(entry).active = this.random.chance(90);
    return [{ kind: 'UserChanged', before, after: this.facts.user(entry) }];
  }

  private renameUser(): Change[] {
    const entry = this.facts.users.any(this.random);
    const before = this.facts.user(entry);
    this.facts.users.rename(entry, this.newName('renamed'));
    return [{ kind: 'UserChanged', before, after: this.facts.user(entry) }];
  }

  private addGroup(): Change[] {
    if (!this.facts.hasRoomForGroup()) return [];
    const directory = this.random.below(this.facts.directories.length);
    const name = this.newName('team');
    const entry = this.facts.groups.add({ id: this.nextId++, directory, name, active: true });
    const changes: Change[] = [{ kind: 'GroupAdded', group: this.facts.group(entry) }];
    for (let i = 0; i < MEMBERS_OF_NEW_GROUP; i++) {
      const user = this.facts.users.anyOf(this.random, directory);
      if (user === null || this.facts.userGroups.has(user, entry)) continue;
      changes.push(this.facts.membership(true, entry, user));
    }
    return changes;
  }

  private removeGroup(): Change[] {
    const entry = this.facts.groups.any(this.random);
    if (this.facts.groupUsers.lengths[entry] > LARGEST_REMOVED) return [];
    const changes: Change[] = [];
    const empty = (lists: GrowableLists, removal: (other: number) => Change) => {
      for (;;) {
        const other = this.anyIn(lists, entry);
        if (other === null) return;
        changes.push(removal(other));
      }
    };
    empty(this.facts.groupUsers, (user) => this.facts.membership(false, entry, user));
    empty(this.facts.parents, (parent) => this.facts.nesting(false, parent, entry));
    empty(this.facts.children, (child) => this.facts.nesting(false, entry, child));
    changes.push({ kind: 'GroupRemoved', group: this.facts.group(entry) });
    this.facts.groups.remove(entry);
    return changes;
  }

  private renameGroup(): Change[] {
    const entry = this.facts.groups.any(this.random);
    const before = this.facts.group(entry);
    this.facts.groups.rename(entry, this.newName('squad'));
    return [{ kind: 'GroupChanged', before, after: this.facts.group(entry) }];
  }

  private grant(): Change[] {
    const subjectType = this.random.chance(10) ? 'USER' : 'GROUP';
    const entries = subjectType === 'USER' ? this.facts.users : this.facts.groups;
    const subjectName = entries.at(entries.any(this.random)).name;
    const grant: Grant = {
      id: asId(this.nextId++),
      permission: this.random.pick(PERMISSIONS),
      subjectType,
      subjectName,
      subjectKey: nameKey(subjectName),
    };
    const same = this.facts.grants.some(
      ({ permission, subjectType: type, subjectKey }) =>
        permission === grant.permission && type === subjectType && subjectKey === grant.subjectKey,
    );
    if (same) return [];
    this.facts.grants.push(grant);
    return [{ kind: 'GrantAdded', grant }];
  }

  private revoke(): Change[] {
    if (this.facts.grants.length < 2) return [];
    const [grant] = this.facts.grants.splice(this.random.below(this.facts.grants.length), 1);
    return [{ kind: 'GrantRemoved', grant }];
  }

  /** The order changes, or a directory stops or begins to honour nested groups. */
  private upheaval(): Change[] {
    if (this.random.chance(50)) {
      const before = this.facts.directories.map(({ id }) => id);
      this.facts.directories = this.random.shuffled(this.facts.directories);
      const after = this.facts.directories.map(({ id }) => id);
      return [{ kind: 'DirectoriesReordered', before, after }];
    }
    const at = this.random.below(this.facts.directories.length);
    const before = this.facts.directories[at];
    const after = { ...before, nestedGroups: !before.nestedGroups };
    this.facts.directories = this.facts.directories.with(at, after);
    return [{ kind: 'DirectoryChanged', before, after }];
  }

  /** Mostly one that somebody is in: large groups stay large. */
  private groupToJoin(directory: number): number | null {
    const other = this.facts.users.anyOf(this.random, directory);
    const likely = other !== null && this.random.chance(90);
    const group = likely ? this.anyIn(this.facts.userGroups, other) : null;
    return group ?? this.facts.groups.anyOf(this.random, directory);
  }

  private anyIn(lists: GrowableLists, node: number): number | null {
    const length = lists.lengths[node];
    return length === 0 ? null : lists.pool[lists.starts[node] + this.random.below(length)];
  }

  private newName(what: string): string {
    return freshCopy(`${what}.${this.random.below(46_656).toString(36)}-${this.nextId++}`);
  }
}
