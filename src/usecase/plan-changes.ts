import {
  type Change,
  type Directory,
  type DirectoryId,
  GatehouseError,
  isWritable,
  nameKey,
  requireName,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import { Draft, type DraftEntry, draftGroup, draftUser } from './draft.js';
import { movedTo, requireDirectory, requireNotLastInternal } from './manage-directories.js';
import { requireLicenceLimit } from './manage-grants.js';
import type { PlannedChange, PlannedChangeOf } from './planned-change.js';

type Kind = 'user' | 'group';

/**
 * Changes that lead to the same state as the planned ones, each of which may rest on those before it.
 * Whatever concerns whole directories is told once, at the end, however often it is planned to and
 * fro: it is dear to work out. Refused as the mutations refuse: `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`, `GRANT_EXISTS`,
 * `MEMBERSHIP_EXISTS`, `MEMBERSHIP_NOT_FOUND`, `UNKNOWN_PERMISSION`, `INPUT_INVALID`,
 * `DIRECTORY_ORDER_INCOMPLETE`, `LAST_INTERNAL_DIRECTORY`, `NO_WRITABLE_DIRECTORY`. A remote
 * directory may be planned with as well: what is changed at its server comes here all the same.
 */
export function planChanges(index: PermissionIndex, planned: readonly PlannedChange[]): Change[] {
  const planner = new Planner(index);
  for (const change of planned) planner.plan(change);
  return planner.finish();
}

class Planner {
  private readonly changes: Change[] = [];
  private readonly index: PermissionIndex;
  private readonly draft: Draft;
  private mode: PermissionIndex['membershipMode'];
  private limit: number | null;

  constructor(index: PermissionIndex) {
    this.index = index;
    this.draft = new Draft(index);
    this.mode = index.membershipMode;
    this.limit = index.licence().seatsAllowed;
  }

  plan(change: PlannedChange): void {
    switch (change.type) {
      case 'DIRECTORY_ORDER':
        this.reorder(change.order);
        break;
      case 'DIRECTORY_POSITION':
        this.move(change);
        break;
      case 'DIRECTORY_ACTIVE':
        this.changeDirectory(change.directoryId, { active: change.active });
        break;
      case 'NESTED_GROUPS':
        this.changeDirectory(change.directoryId, { nestedGroups: change.nestedGroups });
        break;
      case 'REMOVE_DIRECTORY':
        this.removeDirectory(change.directoryId);
        break;
      case 'ADD_USER':
      case 'ADD_GROUP':
        this.addEntry(change);
        break;
      case 'REMOVE_USER':
      case 'REMOVE_GROUP':
        this.removeEntry(change);
        break;
      case 'RENAME_USER':
      case 'RENAME_GROUP':
        this.rename(change);
        break;
      case 'USER_ACTIVE':
        this.setActive(change);
        break;
      case 'ADD_MEMBER':
      case 'REMOVE_MEMBER':
        this.changeMember(change);
        break;
      case 'GRANT':
        this.grant(change);
        break;
      case 'REVOKE':
        this.revoke(change);
        break;
      case 'MEMBERSHIP_MODE':
        this.mode = change.mode;
        break;
      case 'LICENCE_LIMIT':
        requireLicenceLimit(change.limit);
        this.limit = change.limit;
        break;
      default:
        change satisfies never;
    }
  }

  /** All that was planned, as changes. */
  finish(): Change[] {
    const held = this.index.directories();
    const after = new Map(this.draft.directories.map((directory) => [directory.id, directory]));
    for (const directory of held) {
      const changed = after.get(directory.id);
      if (!changed) this.tell({ kind: 'DirectoryRemoved', directory });
      else if (!sameSwitches(directory, changed)) {
        this.tell({ kind: 'DirectoryChanged', before: directory, after: changed });
      }
    }
    const staying = held.map(({ id }) => id).filter((id) => after.has(id));
    const order = [...after.keys()];
    if (staying.some((id, i) => id !== order[i])) {
      this.tell({ kind: 'DirectoriesReordered', before: staying, after: order });
    }
    const { membershipMode: mode } = this.index;
    if (mode !== this.mode) {
      this.tell({ kind: 'MembershipModeChanged', before: mode, after: this.mode });
    }
    const { seatsAllowed: limit } = this.index.licence();
    if (limit !== this.limit) {
      this.tell({ kind: 'LicenceLimitChanged', before: limit, after: this.limit });
    }
    return this.changes;
  }

  private tell(change: Change): void {
    this.changes.push(change);
  }

  private reorder(order: readonly DirectoryId[]): void {
    const { directories } = this.draft;
    const before = directories.map(({ id }) => id);
    const nameOf = (id: DirectoryId) =>
      directories.find((directory) => directory.id === id)?.name ?? String(id);
    const wanted = new Set<DirectoryId>();
    const twice = new Set<DirectoryId>();
    for (const id of order) (wanted.has(id) ? twice : wanted).add(id);
    const missing = before.filter((id) => !wanted.has(id)).map(nameOf);
    const unknown = [...wanted].filter((id) => !before.includes(id)).map(nameOf);
    const repeated = [...twice].map(nameOf);
    if (missing.length + unknown.length + repeated.length > 0) {
      throw new GatehouseError('DIRECTORY_ORDER_INCOMPLETE', { missing, unknown, repeated });
    }
    this.draft.directories = order.map((id) => requireDirectory(directories, id));
  }

  private move({ directoryId, position }: PlannedChangeOf<'DIRECTORY_POSITION'>): void {
    this.reorder(movedTo(this.draft.directories, directoryId, position));
  }

  private changeDirectory(id: DirectoryId, patch: Partial<Directory>): void {
    requireDirectory(this.draft.directories, id);
    this.draft.directories = this.draft.directories.map((directory) =>
      directory.id === id ? { ...directory, ...patch } : directory,
    );
  }

  private removeDirectory(id: DirectoryId): void {
    const { directories } = this.draft;
    const directory = requireDirectory(directories, id);
    requireNotLastInternal(directories, directory);
    this.draft.directories = directories.filter((other) => other.id !== id);
  }

  private addEntry(change: PlannedChangeOf<'ADD_USER' | 'ADD_GROUP'>): void {
    const { name } = change;
    const kind = change.type === 'ADD_USER' ? 'user' : 'group';
    const directoryId = this.directoryToAddTo(change.directoryId);
    requireName(kind, name);
    this.requireFree(kind, directoryId, name);
    const active = change.type === 'ADD_USER' ? change.active : true;
    const entry = { id: this.draft.newId(), directoryId, name, active, origin: null };
    this.entries(kind).put(entry);
    if (kind === 'user') this.tell({ kind: 'UserAdded', user: draftUser(entry) });
    else this.tell({ kind: 'GroupAdded', group: draftGroup(entry) });
  }

  private removeEntry(change: PlannedChangeOf<'REMOVE_USER' | 'REMOVE_GROUP'>): void {
    const kind = change.type === 'REMOVE_USER' ? 'user' : 'group';
    const entry = this.requireEntry(kind, change.directoryId, change.name);
    this.entries(kind).remove(entry);
    if (kind === 'user') this.tell({ kind: 'UserRemoved', user: draftUser(entry) });
    else this.tell({ kind: 'GroupRemoved', group: draftGroup(entry) });
  }

  private rename(change: PlannedChangeOf<'RENAME_USER' | 'RENAME_GROUP'>): void {
    const kind = change.type === 'RENAME_USER' ? 'user' : 'group';
    const entry = this.requireEntry(kind, change.directoryId, change.name);
    requireName(kind, change.newName);
    if (nameKey(change.newName) !== nameKey(entry.name)) {
      this.requireFree(kind, entry.directoryId, change.newName);
    }
    this.change(kind, entry, { ...entry, name: change.newName });
  }

  private setActive(change: PlannedChangeOf<'USER_ACTIVE'>): void {
    const entry = this.requireEntry('user', change.directoryId, change.name);
    if (entry.active !== change.active) {
      this.change('user', entry, { ...entry, active: change.active });
    }
  }

  private change(kind: Kind, before: DraftEntry, after: DraftEntry): void {
    this.entries(kind).remove(before);
    this.entries(kind).put(after);
    if (kind === 'user') {
      this.tell({ kind: 'UserChanged', before: draftUser(before), after: draftUser(after) });
    } else {
      this.tell({ kind: 'GroupChanged', before: draftGroup(before), after: draftGroup(after) });
    }
  }

  private changeMember(change: PlannedChangeOf<'ADD_MEMBER' | 'REMOVE_MEMBER'>): void {
    const { member } = change;
    const group = this.requireEntry('group', change.directoryId, change.name);
    const { directoryId } = group;
    const kind = member.type === 'USER' ? 'user' : 'group';
    const entry = this.requireEntry(kind, directoryId, member.name);
    const held = this.draft.holdsMember(group, member.type, entry);
    const names = { group: group.name, member: entry.name };
    const adds = change.type === 'ADD_MEMBER';
    if (adds && held) throw new GatehouseError('MEMBERSHIP_EXISTS', names);
    if (!adds && !held) throw new GatehouseError('MEMBERSHIP_NOT_FOUND', names);
    this.draft.setMember(group, member.type, entry, adds);
    if (kind === 'user') {
      const edge = { directoryId, group: group.name, user: entry.name };
      this.tell({ kind: adds ? 'MembershipAdded' : 'MembershipRemoved', ...edge });
    } else {
      const edge = { directoryId, parent: group.name, child: entry.name };
      this.tell({ kind: adds ? 'NestingAdded' : 'NestingRemoved', ...edge });
    }
  }

  private grant({ permission, subjectType, subjectName }: PlannedChangeOf<'GRANT'>): void {
    this.index.scheme.bitOf(permission);
    requireName(subjectType === 'USER' ? 'user' : 'group', subjectName);
    if (this.draft.grantOf(permission, subjectType, subjectName)) {
      throw new GatehouseError('GRANT_EXISTS', { permission, subject: subjectName });
    }
    const grant = this.draft.addGrant(permission, subjectType, subjectName);
    this.tell({ kind: 'GrantAdded', grant });
  }

  private revoke({ permission, subjectType, subjectName }: PlannedChangeOf<'REVOKE'>): void {
    this.index.scheme.bitOf(permission);
    const grant = this.draft.grantOf(permission, subjectType, subjectName);
    if (!grant) {
      const name = `${permission} to ${subjectName}`;
      throw new GatehouseError('NOT_FOUND', { kind: 'grant', name });
    }
    this.draft.removeGrant(grant);
    this.tell({ kind: 'GrantRemoved', grant });
  }

  private entries(kind: Kind): Draft['users'] {
    return kind === 'user' ? this.draft.users : this.draft.groups;
  }

  private requireFree(kind: Kind, directoryId: DirectoryId, name: string): void {
    if (!this.entries(kind).find(directoryId, name)) return;
    throw new GatehouseError('NAME_TAKEN', { kind, name });
  }

  /** The entry in the directory named, or in the first active one that knows the name. */
  private requireEntry(kind: Kind, directoryId: DirectoryId | null, name: string): DraftEntry {
    const { directories } = this.draft;
    const searched =
      directoryId === null
        ? directories.filter(({ active }) => active)
        : [requireDirectory(directories, directoryId)];
    for (const { id } of searched) {
      const entry = this.entries(kind).find(id, name);
      if (entry) return entry;
    }
    throw new GatehouseError('NOT_FOUND', { kind, name });
  }

  private directoryToAddTo(id: DirectoryId | null): DirectoryId {
    const { directories } = this.draft;
    if (id !== null) return requireDirectory(directories, id).id;
    const first = directories.find((directory) => directory.active && isWritable(directory));
    if (!first) throw new GatehouseError('NO_WRITABLE_DIRECTORY', {});
    return first.id;
  }
}

function sameSwitches(one: Directory, other: Directory): boolean {
  return one.active === other.active && one.nestedGroups === other.nestedGroups;
}
