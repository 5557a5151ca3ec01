import type { Directory } from './directory.js';
import type { Grant } from './grant.js';
import type { GroupId, Revision, UserId } from './ids.js';
import type { PermissionScheme } from './permission-scheme.js';
import type { GatewaySettings } from './settings.js';

/**
 * What the permission engine needs to know of one directory, in columns (arrays or typed arrays):
 * entry i of each column of one block belongs together. Edges name users and groups by id.
 */
export interface DirectorySnapshot {
  readonly directory: Directory;
  readonly users: {
    readonly ids: ArrayLike<UserId>;
    readonly names: readonly string[];
    readonly active: readonly boolean[];
  };
  readonly groups: { readonly ids: ArrayLike<GroupId>; readonly names: readonly string[] };
  readonly memberships: { readonly groups: ArrayLike<GroupId>; readonly users: ArrayLike<UserId> };
  readonly nestings: {
    readonly parents: ArrayLike<GroupId>;
    readonly children: ArrayLike<GroupId>;
  };
}

/** The whole truth at one revision, as far as permissions go. */
export interface GatewaySnapshot {
  readonly revision: Revision;
  readonly settings: GatewaySettings;
  readonly scheme: PermissionScheme;
  /** First directory in order first; inactive ones included. */
  readonly directories: readonly DirectorySnapshot[];
  readonly grants: readonly Grant[];
}
