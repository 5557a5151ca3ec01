import type { DirectoryIndex } from './directory-index.js';

/** What has to be worked out again after base facts changed. */
export interface Dirt {
  /** Order, activity, mode or a whole directory changed. */
  everything: boolean;
  /** Directories in which a group's place in the nesting changed. */
  readonly nestings: Set<DirectoryIndex>;
  /** Grants to groups changed. */
  groupGrants: boolean;
  /** Users (by name number) whose own facts, memberships or grants changed. */
  readonly users: Set<number>;
}

/** Nothing to work out, or everything. */
export function cleanDirt(everything: boolean): Dirt {
  return { everything, nestings: new Set(), groupGrants: false, users: new Set() };
}
