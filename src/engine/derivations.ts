import type { Grant, PermissionMask } from '../domain/index.js';
import type { Derivation, DerivationStep } from './answers.js';
import type { DirectoryIndex } from './directory-index.js';
import type { IndexState } from './index-state.js';
import type { View } from './rights.js';

/** The shortest ways of one user to one permission. */
export interface ShortestDerivations {
  readonly count: number;
  /** In the order of group keys and then of grants, made as they are asked for. */
  readonly list: Iterable<Derivation>;
}

const NONE: ShortestDerivations = { count: 0, list: [] };

/**
 * Looks for the shortest chains from `user` up to a grant that includes the permission with `bit`,
 * within one view. `ignoringSwitch` walks nestings that a directory does not honour, too.
 */
export function shortestDerivations(
  state: IndexState,
  view: View,
  user: number,
  bit: number,
  ignoringSwitch = false,
): ShortestDerivations {
  const gives = (grant: Grant) => (state.scheme.maskOf(grant.permission) & (1 << bit)) !== 0;
  const inOrder = (grants: readonly Grant[] = []) =>
    grants
      .filter(gives)
      .sort((a, b) => state.scheme.bitOf(a.permission) - state.scheme.bitOf(b.permission));

  const own = inOrder(state.grants.ofUsers.get(user));
  if (own.length > 0)
    return { count: own.length, list: own.map((grant) => ({ steps: [], grant })) };

  const follows = (index: DirectoryIndex) => ignoringSwitch || index.directory.nestedGroups;
  const parentsOf = (group: number): Set<number> => {
    const parents = new Set<number>();
    for (const index of view.directories) {
      if (follows(index)) for (const parent of index.parentsOfGroup(group)) parents.add(parent);
    }
    return parents;
  };

  const levels: Set<number>[] = [new Set()];
  for (const index of view.directories) {
    for (const group of index.groupsOfUser(user)) levels[0].add(group);
  }
  const seen = new Set(levels[0]);
  const grantsOf = (group: number) => inOrder(state.grants.ofGroups.get(group));
  const granted = (group: number) => grantsOf(group).length > 0;
  for (let level = levels[0]; ![...level].some(granted); levels.push(level)) {
    const next = new Set<number>();
    for (const group of level) {
      for (const parent of parentsOf(group)) if (!seen.has(parent)) next.add(parent);
    }
    if (next.size === 0) return NONE;
    for (const group of next) seen.add(group);
    level = next;
  }

  // How many chains lead from a group of a level to a grant at the last one; zero: a dead end.
  const last = levels.length - 1;
  const ways: Map<number, number>[] = levels.map(() => new Map());
  for (const group of levels[last]) ways[last].set(group, grantsOf(group).length);
  for (let depth = last - 1; depth >= 0; depth--) {
    for (const group of levels[depth]) {
      let sum = 0;
      for (const parent of parentsOf(group)) sum += ways[depth + 1].get(parent) ?? 0;
      ways[depth].set(group, sum);
    }
  }

  const names = state.names.groups;
  const usable = (groups: Iterable<number>, depth: number) =>
    [...groups]
      .filter((group) => (ways[depth].get(group) ?? 0) > 0)
      .sort((a, b) => names.compare(a, b));
  // Of the directories that hold an edge one that honours it is named before one that does not.
  const edgeOwner = (group: number, below: number | null): DirectoryIndex => {
    const holders = view.directories.filter((index) =>
      below === null
        ? index.groupsOfUser(user).includes(group)
        : follows(index) && index.parentsOfGroup(below).includes(group),
    );
    const honours = (index: DirectoryIndex) => below === null || index.directory.nestedGroups;
    const owner = holders.find(honours) ?? holders.at(0);
    if (!owner) throw new Error('a chain must consist of edges');
    return owner;
  };
  function* chains(
    depth: number,
    group: number,
    below: DerivationStep[],
    from: number | null,
  ): Iterable<Derivation> {
    const owner = edgeOwner(group, from);
    const row = owner.groups.rowOf(group);
    const steps = [...below, { group: owner.groups.spellings[row], directory: owner.directory }];
    if (depth === last) {
      for (const grant of grantsOf(group)) yield { steps, grant };
      return;
    }
    for (const parent of usable(parentsOf(group), depth + 1)) {
      yield* chains(depth + 1, parent, steps, group);
    }
  }
  function* all(): Iterable<Derivation> {
    for (const group of usable(levels[0], 0)) yield* chains(0, group, [], null);
  }
  let count = 0;
  for (const n of ways[0].values()) count += n;
  return { count, list: { [Symbol.iterator]: () => all()[Symbol.iterator]() } };
}

/** Grants that include the permission, users first, by subject key and then by permission. */
export function grantsIncluding(state: IndexState, bit: PermissionMask): Grant[] {
  const found: Grant[] = [];
  for (const [grants, names] of [
    [state.grants.ofUsers, state.names.users],
    [state.grants.ofGroups, state.names.groups],
  ] as const) {
    for (const subject of [...grants.keys()].sort((a, b) => names.compare(a, b))) {
      const held = grants.get(subject) ?? [];
      found.push(
        ...held
          .filter((grant) => state.scheme.maskOf(grant.permission) & (1 << bit))
          .sort((a, b) => state.scheme.bitOf(a.permission) - state.scheme.bitOf(b.permission)),
      );
    }
  }
  return found;
}
