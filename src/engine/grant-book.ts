import type { CompiledScheme, Grant } from '../domain/index.js';
import { Column } from './column.js';
import type { NameTable } from './name-table.js';
import { OverlayMap } from './overlay-map.js';

/** The grants by subject: name numbers of users, and of groups. */
export class GrantBook {
  readonly ofUsers: OverlayMap<number, readonly Grant[]>;
  readonly ofGroups: OverlayMap<number, readonly Grant[]>;
  /** By name number: the bits that the grants give. */
  private readonly userMasks: Column;
  private readonly groupMasks: Column;
  /** Grows at each change. */
  version = 0;
  private readonly userNames: NameTable;
  private readonly groupNames: NameTable;
  private readonly scheme: CompiledScheme;

  constructor(
    names: { readonly users: NameTable; readonly groups: NameTable },
    scheme: CompiledScheme,
    base?: GrantBook,
  ) {
    this.ofUsers = base?.ofUsers.fork() ?? new OverlayMap();
    this.ofGroups = base?.ofGroups.fork() ?? new OverlayMap();
    const bits = scheme.scheme.permissions.length;
    this.userMasks = base?.userMasks.fork() ?? Column.ofMasks(bits);
    this.groupMasks = base?.groupMasks.fork() ?? Column.ofMasks(bits);
    this.version = base?.version ?? 0;
    this.userNames = names.users;
    this.groupNames = names.groups;
    this.scheme = scheme;
  }

  /** The subject's name number. */
  subjectOf({ subjectType, subjectKey }: Grant): number {
    return (subjectType === 'GROUP' ? this.groupNames : this.userNames).intern(subjectKey);
  }

  /** @returns whether it was added, that is, was not there. */
  add(grant: Grant): boolean {
    const grants = this.placeOf(grant);
    const subject = this.subjectOf(grant);
    const held = grants.get(subject) ?? [];
    if (held.some(({ id }) => id === grant.id)) return false;
    this.put(grant, subject, [...held, grant]);
    return true;
  }

  /** @returns whether it was there. */
  remove(grant: Grant): boolean {
    const grants = this.placeOf(grant);
    const subject = this.subjectOf(grant);
    const held = grants.get(subject) ?? [];
    const left = held.filter(({ id }) => id !== grant.id);
    if (left.length === held.length) return false;
    this.put(grant, subject, left);
    return true;
  }

  /** The bits that grants to a user's own name give. */
  maskOfUser(user: number): number {
    return this.userMasks.get(user);
  }

  /** The bits that grants to a group's own name give. */
  maskOfGroup(group: number): number {
    return this.groupMasks.get(group);
  }

  private put(one: Grant, subject: number, grants: readonly Grant[]): void {
    const place = this.placeOf(one);
    if (grants.length > 0) place.set(subject, grants);
    else place.delete(subject);
    let mask = 0;
    for (const { permission } of grants) mask |= this.scheme.maskOf(permission);
    (one.subjectType === 'GROUP' ? this.groupMasks : this.userMasks).set(subject, mask);
    this.version++;
  }

  private placeOf({ subjectType }: Grant): OverlayMap<number, readonly Grant[]> {
    return subjectType === 'GROUP' ? this.ofGroups : this.ofUsers;
  }
}
