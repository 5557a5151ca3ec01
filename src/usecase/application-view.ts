import {
  type Application,
  type ApplicationPermission,
  type Change,
  type Directory,
  type DirectoryId,
  GatehouseError,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { LiveIndex } from './live-index.js';

/** Applications mostly share a view, so few are needed at a time. */
const MOST_VIEWS = 32;

/**
 * What applications see: the directories that were chosen for them, in their order and with their
 * membership mode. A view of its own is an overlay over the live index, in which the other directories
 * are switched off; it is made when it is asked for and made anew once the index has moved on.
 */
export class ApplicationViews {
  private base: PermissionIndex | null = null;
  private revision = -1;
  private readonly made = new Map<string, PermissionIndex>();

  /** @param live the index as it is now. */
  of(live: PermissionIndex, application: Application): PermissionIndex {
    if (application.directories === null && application.membershipMode === null) return live;
    const changes = changesToView(live, application);
    if (changes.length === 0) return live;
    if (this.base !== live || this.revision !== live.revision) {
      this.made.clear();
      this.base = live;
      this.revision = live.revision;
    }
    const key = viewKey(application);
    let view = this.made.get(key);
    if (!view) {
      view = live.fork();
      view.apply(live.revision, changes);
      for (const oldest of this.made.keys()) {
        if (this.made.size < MOST_VIEWS) break;
        this.made.delete(oldest);
      }
      this.made.set(key, view);
    }
    return view;
  }
}

/**
 * The index as an application sees it now. Once anything has changed it answers no more, so whoever
 * waits for something asks for it again.
 */
export function viewOf(
  { live, views }: { readonly live: LiveIndex; readonly views: ApplicationViews },
  { application }: { readonly application: Application },
): PermissionIndex {
  return views.of(live.index, application);
}

/**
 * Refuses what an application may not change in a directory.
 * @throws GatehouseError `APPLICATION_PERMISSION_DENIED`, also for a directory that it does not see.
 */
export function requirePermission(
  { application }: { readonly application: Application },
  directory: Directory,
  permission: ApplicationPermission,
): void {
  if (mayChange(application, directory.id, permission)) return;
  throw new GatehouseError('APPLICATION_PERMISSION_DENIED', {
    application: application.name,
    permission,
    directory: directory.name,
  });
}

/** Whether an application sees a directory and may do this in it. */
export function mayChange(
  { directories, permissions }: Application,
  id: DirectoryId,
  permission: ApplicationPermission,
): boolean {
  if (directories === null) return permissions.includes(permission);
  const listed = directories.find(({ directoryId }) => directoryId === id);
  return listed?.permissions.includes(permission) ?? false;
}

/** Whether the application sees other directories after a change of its settings, or may do so. */
export function changesViewOf({ id }: Application, change: Change): boolean {
  if (change.kind === 'ApplicationAdded') return change.application.id === id;
  if (change.kind !== 'ApplicationChanged' || change.after.id !== id) return false;
  return viewKey(change.before) !== viewKey(change.after);
}

/** The same for applications that see the same. */
function viewKey({ directories, membershipMode }: Application): string {
  const order = directories?.map(({ directoryId }) => directoryId) ?? null;
  return JSON.stringify([order, membershipMode ?? null]);
}

/** What would have to change for the gateway to look as the application sees it. */
function changesToView(
  index: PermissionIndex,
  { directories, membershipMode }: Application,
): Change[] {
  const changes: Change[] = [];
  if (directories !== null) {
    const present = index.directories();
    const listed = directories.flatMap(({ directoryId }) => {
      return present.find(({ id }) => id === directoryId) ?? [];
    });
    const others = present.filter((directory) => !listed.includes(directory));
    for (const before of others) {
      if (!before.active) continue;
      changes.push({ kind: 'DirectoryChanged', before, after: { ...before, active: false } });
    }
    const before = present.map(({ id }) => id);
    const after = [...listed, ...others].map(({ id }) => id);
    if (
      !sameOrder(
        listed,
        present.filter((directory) => listed.includes(directory)),
      )
    ) {
      changes.push({ kind: 'DirectoriesReordered', before, after });
    }
  }
  const before = index.membershipMode;
  if (membershipMode !== null && membershipMode !== before) {
    changes.push({ kind: 'MembershipModeChanged', before, after: membershipMode });
  }
  return changes;
}

function sameOrder(some: readonly Directory[], others: readonly Directory[]): boolean {
  return some.every(({ id }, i) => others[i].id === id);
}
