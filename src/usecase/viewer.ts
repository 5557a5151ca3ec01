import { GatehouseError, type NameKey, type Origin, type PermissionKey } from '../domain/index.js';
import type { KnownName, PermissionIndex } from '../engine/index.js';

/** Somebody who has proved who they are. Anonymous callers never get this far. */
export type Viewer =
  | {
      readonly type: 'USER';
      readonly name: string;
      /** Asked about with every operation. */
      readonly known: KnownName;
      readonly address: string | null;
    }
  /** The operator's own account: in no directory, holds everything, works with every directory down. */
  | { readonly type: 'BREAK_GLASS'; readonly name: string; readonly address: string | null };

declare const gate: unique symbol;

/** A viewer who may ask about themselves. */
export type LicensedViewer = Viewer & { readonly [gate]: { readonly use: true } };
/** A viewer who may read everything and manage users, groups and grants up to their own level. */
export type Administrator = LicensedViewer & { readonly [gate]: { readonly administer: true } };
/** A viewer who may also manage directories, applications, the membership mode and the licence. */
export type SystemAdministrator = Administrator & {
  readonly [gate]: { readonly administerSystem: true };
};

/** Whether the viewer holds a permission at the index's revision. */
export function holds(index: PermissionIndex, viewer: Viewer, permission: PermissionKey): boolean {
  return (
    viewer.type === 'BREAK_GLASS' ||
    (index.maskOfKnown(viewer.known) & (1 << index.scheme.bitOf(permission))) !== 0
  );
}

/** The only way to a gated viewer. @throws GatehouseError `PERMISSION_DENIED`. */
export function asLicensed(index: PermissionIndex, viewer: Viewer): LicensedViewer {
  return passed(index, viewer, index.scheme.scheme.seat) as LicensedViewer;
}

export function asAdministrator(index: PermissionIndex, viewer: Viewer): Administrator {
  return passed(index, viewer, index.scheme.scheme.administration) as Administrator;
}

export function asSystemAdministrator(index: PermissionIndex, viewer: Viewer): SystemAdministrator {
  return passed(index, viewer, index.scheme.scheme.systemAdministration) as SystemAdministrator;
}

/** Whether the viewer may see what concerns `userKey`: everybody their own, administrators all. */
export function maySee(index: PermissionIndex, viewer: LicensedViewer, userKey: NameKey): boolean {
  return (
    (viewer.type === 'USER' && viewer.known.key === userKey) ||
    holds(index, viewer, index.scheme.scheme.administration)
  );
}

/** Everything a break-glass admin holds, or a user's mask. */
export function maskOfViewer(index: PermissionIndex, viewer: Viewer): number {
  return viewer.type === 'BREAK_GLASS' ? ~0 : index.maskOfKnown(viewer.known);
}

export function originOf(viewer: Viewer): Origin {
  return { type: viewer.type, name: viewer.name, address: viewer.address };
}

function passed(index: PermissionIndex, viewer: Viewer, permission: PermissionKey): Viewer {
  if (holds(index, viewer, permission)) return viewer;
  throw new GatehouseError('PERMISSION_DENIED', { needed: permission });
}
