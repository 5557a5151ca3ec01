import type { DirectoryId, MembershipMode, PermissionKey, SubjectType } from '../domain/index.js';

/** One member of the union for each type, so that a `switch` tells them apart. */
type Each<Type, Fields> = Type extends string ? { readonly type: Type } & Readonly<Fields> : never;

/** By default in the first active directory that knows the name. */
interface InDirectory {
  directoryId: DirectoryId | null;
  name: string;
}

interface Granting {
  permission: PermissionKey;
  subjectType: SubjectType;
  subjectName: string;
}

/**
 * Something that could be changed, here or at the server of a remote directory. People and groups go
 * by name, so that a plan can speak of those that it adds itself.
 */
export type PlannedChange =
  | Each<'DIRECTORY_ORDER', { order: readonly DirectoryId[] }>
  /** From 1 on. */
  | Each<'DIRECTORY_POSITION', { directoryId: DirectoryId; position: number }>
  | Each<'DIRECTORY_ACTIVE', { directoryId: DirectoryId; active: boolean }>
  | Each<'NESTED_GROUPS', { directoryId: DirectoryId; nestedGroups: boolean }>
  /** With all it holds; it need not be disabled first. */
  | Each<'REMOVE_DIRECTORY', { directoryId: DirectoryId }>
  /** By default in the first active directory in which changes are permitted; so with a group. */
  | Each<'ADD_USER', InDirectory & { active: boolean }>
  | Each<'ADD_GROUP', InDirectory>
  | Each<'REMOVE_USER' | 'REMOVE_GROUP', InDirectory>
  | Each<'RENAME_USER' | 'RENAME_GROUP', InDirectory & { newName: string }>
  | Each<'USER_ACTIVE', InDirectory & { active: boolean }>
  /** `name` is the group's; the member is of the same directory. */
  | Each<
      'ADD_MEMBER' | 'REMOVE_MEMBER',
      InDirectory & { member: { readonly type: SubjectType; readonly name: string } }
    >
  | Each<'GRANT' | 'REVOKE', Granting>
  | Each<'MEMBERSHIP_MODE', { mode: MembershipMode }>
  | Each<'LICENCE_LIMIT', { limit: number | null }>;

export type PlannedChangeType = PlannedChange['type'];
export type PlannedChangeOf<Type extends PlannedChangeType> = Extract<
  PlannedChange,
  { readonly type: Type }
>;
