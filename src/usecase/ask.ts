import {
  GatehouseError,
  type NameKey,
  nameKey,
  type Page,
  type PageRequest,
  type PermissionKey,
} from '../domain/index.js';
import type { Explanation, MemberGroupEntry, PermissionIndex, UserEntry } from '../engine/index.js';
import type { Gateway } from './gateway.js';
import { type Administrator, type LicensedViewer, maySee } from './viewer.js';

/** The engine's answers about everybody, for administrators. */
export function askAboutAll(gateway: Gateway, _viewer: Administrator): PermissionIndex {
  return gateway.live.index;
}

/** The engine's answers about one name. */
export interface UserAnswers {
  readonly name: string;
  entry(): UserEntry | null;
  permissions(): PermissionKey[];
  check(permission: PermissionKey): boolean;
  explain(permission: PermissionKey, atMost: number): Explanation;
  groups(nested: boolean, page: PageRequest<NameKey>): Page<MemberGroupEntry>;
}

/**
 * The engine's answers about one name, for that user and for administrators.
 * @throws GatehouseError `PERMISSION_DENIED` for anybody else, whether the name exists or not.
 */
export function askAboutUser(gateway: Gateway, viewer: LicensedViewer, name: string): UserAnswers {
  const { index } = gateway.live;
  if (!maySee(index, viewer, nameKey(name))) {
    throw new GatehouseError('PERMISSION_DENIED', { needed: index.scheme.scheme.administration });
  }
  return {
    name,
    entry: () => index.user(name),
    permissions: () => index.effectivePermissions(name),
    check: (permission) => index.check(name, permission),
    explain: (permission, atMost) => index.explain(name, permission, atMost),
    groups: (nested, page) => index.groupsOf(name, nested, page),
  };
}
