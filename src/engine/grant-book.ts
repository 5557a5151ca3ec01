import type { CompiledScheme, Grant, PermissionMask } from '../domain/index.js';
import type { SharedNames } from './directory-index.js';

/** The grants by subject: name numbers of users, and of groups. */
export class GrantBook {
  readonly ofUsers = new Map<number, Grant[]>();
  readonly ofGroups = new Map<number, Grant[]>();
  private readonly names: SharedNames;
  private readonly scheme: CompiledScheme;

  constructor(names: SharedNames, scheme: CompiledScheme) {
    this.names = names;
    this.scheme = scheme;
  }

  /** @returns whether it was added, that is, was not there. */
  add(grant: Grant): boolean {
    const [grants, subject] = this.placeOf(grant);
    const held = grants.get(subject) ?? [];
    if (held.some(({ id }) => id === grant.id)) return false;
    grants.set(subject, [...held, grant]);
    return true;
  }

  /** @returns whether it was there. */
  remove(grant: Grant): boolean {
    const [grants, subject] = this.placeOf(grant);
    const held = grants.get(subject) ?? [];
    const left = held.filter(({ id }) => id !== grant.id);
    if (left.length === held.length) return false;
    if (left.length > 0) grants.set(subject, left);
    else grants.delete(subject);
    return true;
  }

  /** The bits that grants to a user's own name give. */
  maskOfUser(user: number): PermissionMask {
    return this.maskOf(this.ofUsers.get(user));
  }

  /** The bits that grants to a group's own name give. */
  maskOfGroup(group: number): PermissionMask {
    return this.maskOf(this.ofGroups.get(group));
  }

  private maskOf(grants: readonly Grant[] = []): PermissionMask {
    return grants.reduce((mask, grant) => mask | this.scheme.maskOf(grant.permission), 0);
  }

  private placeOf(grant: Grant): [Map<number, Grant[]>, number] {
    return grant.subjectType === 'GROUP'
      ? [this.ofGroups, this.names.groups.intern(grant.subjectKey)]
      : [this.ofUsers, this.names.users.intern(grant.subjectKey)];
  }
}
