import type { GrantId } from './ids.js';
import type { NameKey } from './name.js';
import type { PermissionKey } from './permission-scheme.js';

export const SUBJECT_TYPES = ['USER', 'GROUP'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

/**
 * A global permission given to a name. Products grant to names, not to rows of one directory: the
 * grant holds for whoever bears the name after directory order, and outlives a directory's removal.
 */
export interface Grant {
  readonly id: GrantId;
  readonly permission: PermissionKey;
  readonly subjectType: SubjectType;
  readonly subjectName: string;
  readonly subjectKey: NameKey;
}
