import type { PermissionMask } from '../domain/index.js';
import type { DirectoryIndex } from './directory-index.js';
import type { IndexState } from './index-state.js';

/**
 * A set of directories whose memberships count together: one directory (FIRST_DIRECTORY) or all
 * active ones (ALL_DIRECTORIES). Both modes are the same rules over different views, so that
 * user → groups and group → users can never disagree.
 */
export interface View {
  readonly directories: readonly DirectoryIndex[];
  /** By group name number: what the group's members hold through it, groups above it included. */
  masks: Int32Array;
}

/** Everything derived from the facts: who holds what, kept up to date change by change. */
export class Rights {
  private readonly state: IndexState;
  private readonly views = new Map<DirectoryIndex, View>();
  /** By user name number. */
  private masks = new Int32Array(0);
  /** By permission bit. */
  private readonly counts: number[];

  constructor(state: IndexState) {
    this.state = state;
    this.counts = state.scheme.scheme.permissions.map(() => 0);
    this.update();
  }

  maskOf(user: number): PermissionMask {
    return user < this.masks.length ? this.masks[user] : 0;
  }

  copyOfMasks(): Int32Array {
    return this.masks.slice();
  }

  /** How many names hold the permission with this bit. */
  count(bit: number): number {
    return this.counts[bit];
  }

  /** The directory whose entry a user name means: the first active one that knows it. */
  canonical(user: number): DirectoryIndex | undefined {
    for (const index of this.state.directories) {
      if (index.directory.active && index.users.has(user)) return index;
    }
    return undefined;
  }

  /** The directories whose memberships count for entries of `index`; it must be active. */
  viewOf(index: DirectoryIndex): View {
    const view = this.views.get(index);
    if (!view) throw new Error('an inactive directory has no view');
    return view;
  }

  /** Each view once, in directory order. */
  allViews(): View[] {
    return [...new Set(this.views.values())];
  }

  /** What the entry of `user` in `index` holds, as if it were the canonical one. */
  maskIn(index: DirectoryIndex, user: number): PermissionMask {
    if (!index.isActiveUser(user)) return 0;
    let mask = this.state.grants.maskOfUser(user);
    const view = this.viewOf(index);
    for (const directory of view.directories) {
      for (const group of directory.groupsOfUser(user)) mask |= maskAt(view.masks, group);
    }
    return mask;
  }

  /**
   * The most a user name could come to hold without a membership or grant being changed: by any of
   * its entries, though it is inactive, masked, or in a directory that is switched off.
   */
  rankOfUser(user: number): PermissionMask {
    let mask = this.state.grants.maskOfUser(user);
    for (const { directories, masks } of this.viewsIfActive()) {
      for (const index of directories) {
        for (const group of index.groupsOfUser(user)) mask |= maskAt(masks, group);
      }
    }
    return mask;
  }

  /** The same for what membership of a group name could come to give. */
  rankOfGroup(group: number): PermissionMask {
    return this.viewsIfActive().reduce((mask, { masks }) => mask | maskAt(masks, group), 0);
  }

  /** All views, and those that switching on one more directory would make. */
  private viewsIfActive(): View[] {
    const active = this.state.directories.filter((index) => index.directory.active);
    const sleeping = this.state.directories
      .filter((index) => !index.directory.active)
      .map((index): View => {
        const directories = this.state.mode === 'ALL_DIRECTORIES' ? [...active, index] : [index];
        return { directories, masks: this.groupMasks(directories) };
      });
    return [...this.allViews(), ...sleeping];
  }

  /** Works out again what the facts made stale since the last call. */
  update(): void {
    const dirt = this.state.takeDirt();
    if (this.masks.length < this.state.names.users.size) {
      const masks = new Int32Array(Math.max(this.state.names.users.size, this.masks.length * 2));
      masks.set(this.masks);
      this.masks = masks;
    }
    if (dirt.everything) {
      this.makeViews();
      for (const view of this.allViews()) view.masks = this.groupMasks(view.directories);
      for (let user = 0; user < this.state.names.users.size; user++) this.updateUser(user);
      return;
    }
    for (const view of this.allViews()) {
      if (dirt.groupGrants || view.directories.some((index) => dirt.nestings.has(index))) {
        this.updateGroups(view, dirt.users);
      }
    }
    for (const user of dirt.users) this.updateUser(user);
  }

  private makeViews(): void {
    this.views.clear();
    const active = this.state.directories.filter((index) => index.directory.active);
    const joined: View = { directories: active, masks: new Int32Array(0) };
    for (const index of active) {
      this.views.set(
        index,
        this.state.mode === 'ALL_DIRECTORIES'
          ? joined
          : { directories: [index], masks: new Int32Array(0) },
      );
    }
  }

  /** Least fixed point: rights flow from parent to child until nothing grows, so cycles are no case of their own. */
  private groupMasks(directories: readonly DirectoryIndex[]): Int32Array {
    const masks = new Int32Array(this.state.names.groups.size);
    const pending: number[] = [];
    for (const group of this.state.grants.ofGroups.keys()) {
      masks[group] = this.state.grants.maskOfGroup(group);
      pending.push(group);
    }
    for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
      for (const index of directories) {
        if (!index.directory.nestedGroups) continue;
        for (const child of index.childrenOfGroup(group)) {
          const mask = masks[child] | masks[group];
          if (mask !== masks[child]) {
            masks[child] = mask;
            pending.push(child);
          }
        }
      }
    }
    return masks;
  }

  /** Recomputes a view's groups and adds the direct members of those that changed to `stale`. */
  private updateGroups(view: View, stale: Set<number>): void {
    const before = view.masks;
    view.masks = this.groupMasks(view.directories);
    for (let group = 0; group < view.masks.length; group++) {
      if (view.masks[group] === maskAt(before, group)) continue;
      for (const index of view.directories) {
        for (const user of index.usersOfGroup(group)) stale.add(user);
      }
    }
  }

  private updateUser(user: number): void {
    const index = this.canonical(user);
    const mask = index ? this.maskIn(index, user) : 0;
    const changed = mask ^ this.masks[user];
    if (changed === 0) return;
    for (let bit = 0; bit < this.counts.length; bit++) {
      if (changed & (1 << bit)) this.counts[bit] += mask & (1 << bit) ? 1 : -1;
    }
    this.masks[user] = mask;
  }
}

/** A group that was named after the masks were worked out holds nothing. */
function maskAt(masks: Int32Array, group: number): PermissionMask {
  return group < masks.length ? masks[group] : 0;
}
