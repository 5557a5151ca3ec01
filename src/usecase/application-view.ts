import type { DirectoryId } from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { ApplicationCaller } from './application-access.js';
import type { Gateway } from './gateway.js';

export type ApplicationPermission =
  | 'ADD_USER'
  | 'MODIFY_USER'
  | 'REMOVE_USER'
  | 'ADD_GROUP'
  | 'MODIFY_GROUP'
  | 'REMOVE_GROUP'
  | 'ADD_MEMBERSHIP'
  | 'REMOVE_MEMBERSHIP';

export function viewOf(gateway: Gateway, _caller: ApplicationCaller): PermissionIndex {
  return gateway.live.index;
}

export function requirePermission(
  _caller: ApplicationCaller,
  _directoryId: DirectoryId,
  _permission: ApplicationPermission,
): void {}
