import type { DirectoryIndex } from './directory-index.js';
import type { IndexState } from './index-state.js';
import type { Rights, View } from './rights.js';

/** A name number, and whether an edge leads to it directly. */
export interface Reached {
  readonly name: number;
  readonly direct: boolean;
}

/** Walks over memberships as they count: order, nesting switch and membership mode applied. */
export class Memberships {
  private readonly state: IndexState;
  private readonly rights: Rights;

  constructor(state: IndexState, rights: Rights) {
    this.state = state;
    this.rights = rights;
  }

  /** Groups of the user a name means, by key. */
  groupsOf(user: number, nested: boolean): Reached[] {
    const canonical = this.rights.canonical(user);
    if (!canonical) return [];
    const view = this.rights.viewOf(canonical);
    const direct = new Set<number>();
    for (const index of view.directories) {
      for (const group of index.groupsOfUser(user)) direct.add(group);
    }
    return this.groupsInOrder(direct, nested ? reach(view, direct, parentsOf) : direct);
  }

  /** Groups above (`parents`) or below (`children`) a group; direct ones, or all. */
  relatives(group: number, which: 'parents' | 'children', nested: boolean): Reached[] {
    const step = which === 'parents' ? parentsOf : childrenOf;
    const direct = new Set<number>();
    const all = new Set<number>();
    for (const view of this.rights.allViews()) {
      const near = neighbours(view, group, step);
      for (const other of near) direct.add(other);
      for (const other of nested ? reach(view, near, step) : near) all.add(other);
    }
    return this.groupsInOrder(direct, all);
  }

  /** Users of a group, by key. In FIRST_DIRECTORY mode only where their entry is the canonical one. */
  membersOf(group: number, nested: boolean): Reached[] {
    const members = new Map<number, boolean>();
    for (const view of this.rights.allViews()) {
      const groups = nested ? reach(view, new Set([group]), childrenOf) : new Set([group]);
      for (const index of view.directories) {
        for (const below of groups) {
          for (const user of index.usersOfGroup(below)) {
            if (!this.counts(view, user)) continue;
            members.set(user, members.get(user) === true || below === group);
          }
        }
      }
    }
    return [...members]
      .map(([name, direct]) => ({ name, direct }))
      .sort((a, b) => this.state.names.users.compare(a.name, b.name));
  }

  private counts(view: View, user: number): boolean {
    const canonical = this.rights.canonical(user);
    return canonical !== undefined && this.rights.viewOf(canonical) === view;
  }

  private groupsInOrder(direct: ReadonlySet<number>, all: Iterable<number>): Reached[] {
    return [...all]
      .map((name) => ({ name, direct: direct.has(name) }))
      .sort((a, b) => this.state.names.groups.compare(a.name, b.name));
  }
}

type Step = (index: DirectoryIndex, group: number) => Int32Array;
const parentsOf: Step = (index, group) => index.parentsOfGroup(group);
const childrenOf: Step = (index, group) => index.childrenOfGroup(group);

function neighbours(view: View, group: number, step: Step): Set<number> {
  const found = new Set<number>();
  for (const index of view.directories) {
    if (!index.directory.nestedGroups) continue;
    for (const other of step(index, group)) found.add(other);
  }
  return found;
}

/** The start and everything that steps lead to from it; a cycle ends where it was entered. */
function reach(view: View, start: ReadonlySet<number>, step: Step): Set<number> {
  const found = new Set(start);
  // A Set is walked in order of insertion, additions on the way included.
  for (const group of found) {
    for (const other of neighbours(view, group, step)) found.add(other);
  }
  return found;
}
