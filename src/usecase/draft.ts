import {
  asId,
  type Directory,
  type DirectoryId,
  type Grant,
  type GrantId,
  type Group,
  type GroupId,
  type NameKey,
  nameKey,
  type PermissionKey,
  type SubjectType,
  type User,
  type UserId,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';

/** A user or group of one directory as the plan has it. */
export interface DraftEntry {
  readonly id: number;
  readonly directoryId: DirectoryId;
  readonly name: string;
  readonly active: boolean;
  /** The name that the index knows it by; `null` for one that the plan adds. */
  readonly origin: NameKey | null;
}

/** What the index says of an entry. */
interface HeldEntry {
  readonly id: number;
  readonly key: NameKey;
  readonly name: string;
  readonly active?: boolean;
  readonly directory: Directory;
}

/**
 * What there is once the first changes of a plan are made: the index, and what the plan did to it so
 * far. Only so much is kept that the next change can be judged. Whatever the plan adds has an id
 * below zero, which no row ever has.
 */
export class Draft {
  directories: readonly Directory[];
  readonly users: DraftEntries;
  readonly groups: DraftEntries;
  private readonly index: PermissionIndex;
  private readonly edges = new Map<string, boolean>();
  private grants: Map<string, Grant> | null = null;
  private lastId = 0;

  constructor(index: PermissionIndex) {
    this.index = index;
    this.directories = index.directories();
    this.users = new DraftEntries((name) => index.userEntries(name));
    this.groups = new DraftEntries((name) => index.groupEntries(name));
  }

  newId(): number {
    return --this.lastId;
  }

  holdsMember(group: DraftEntry, type: SubjectType, member: DraftEntry): boolean {
    const told = this.edges.get(edgeKey(group, type, member));
    if (told !== undefined) return told;
    if (group.origin === null || member.origin === null) return false;
    return type === 'USER'
      ? this.index.holdsMembership(group.directoryId, group.origin, member.origin)
      : this.index.holdsNesting(group.directoryId, group.origin, member.origin);
  }

  setMember(group: DraftEntry, type: SubjectType, member: DraftEntry, holds: boolean): void {
    this.edges.set(edgeKey(group, type, member), holds);
  }

  grantOf(permission: PermissionKey, type: SubjectType, subject: string): Grant | undefined {
    return this.grantsByKey().get(grantKey(permission, type, nameKey(subject)));
  }

  addGrant(permission: PermissionKey, type: SubjectType, subject: string): Grant {
    const subjectKey = nameKey(subject);
    const id: GrantId = asId(this.newId());
    const grant = { id, permission, subjectType: type, subjectName: subject, subjectKey };
    this.grantsByKey().set(grantKey(permission, type, subjectKey), grant);
    return grant;
  }

  removeGrant({ permission, subjectType, subjectKey }: Grant): void {
    this.grantsByKey().delete(grantKey(permission, subjectType, subjectKey));
  }

  private grantsByKey(): Map<string, Grant> {
    this.grants ??= new Map(
      this.index
        .grants()
        .map((grant) => [grantKey(grant.permission, grant.subjectType, grant.subjectKey), grant]),
    );
    return this.grants;
  }
}

/** The users, or the groups, of all directories. */
class DraftEntries {
  private readonly held: (name: string) => readonly HeldEntry[];
  /** What the plan put there, `null` for what it took away. */
  private readonly told = new Map<string, DraftEntry | null>();

  constructor(held: (name: string) => readonly HeldEntry[]) {
    this.held = held;
  }

  find(directoryId: DirectoryId, name: string): DraftEntry | null {
    const told = this.told.get(placeOf(directoryId, name));
    if (told !== undefined) return told;
    const held = this.held(name).find(({ directory }) => directory.id === directoryId);
    if (!held) return null;
    const { id, key, active = true } = held;
    return { id, directoryId, name: held.name, active, origin: key };
  }

  put(entry: DraftEntry): void {
    this.told.set(placeOf(entry.directoryId, entry.name), entry);
  }

  remove({ directoryId, name }: DraftEntry): void {
    this.told.set(placeOf(directoryId, name), null);
  }
}

/** A user of a plan as changes tell of one; nothing that is of no account for permissions is known. */
export function draftUser({ id, directoryId, name, active }: DraftEntry): User {
  return {
    id: asId<UserId>(id),
    directoryId,
    name,
    nameKey: nameKey(name),
    displayName: name,
    firstName: '',
    lastName: '',
    email: '',
    active,
    externalId: null,
  };
}

export function draftGroup({ id, directoryId, name, active }: DraftEntry): Group {
  return {
    id: asId<GroupId>(id),
    directoryId,
    name,
    nameKey: nameKey(name),
    description: '',
    active,
  };
}

function placeOf(directoryId: DirectoryId, name: string): string {
  return `${directoryId} ${nameKey(name)}`;
}

function edgeKey(group: DraftEntry, type: SubjectType, member: DraftEntry): string {
  return `${type} ${group.id} ${member.id}`;
}

function grantKey(permission: PermissionKey, type: SubjectType, key: NameKey): string {
  return `${permission} ${type} ${key}`;
}
