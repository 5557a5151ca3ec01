import {
  type NameKey,
  nameKey,
  type PermissionKey,
  type PermissionMask,
  type SubjectType,
} from '../../src/domain/index.js';
import {
  entryNamed,
  grantAnswer,
  groupKey,
  holdsNesting,
  type NaiveDirectory,
  NaiveFacts,
} from './naive-facts.js';
import { NaiveModel, type Walk } from './naive-model.js';
import { byKeys, inKeyOrder } from './naive-order.js';
import type { DerivationAnswer, Relation } from './scenario-answerer.js';

/** Names that edges lead to, by the name they lead from. */
type Edges = ReadonlyMap<NameKey, ReadonlySet<NameKey>>;

/** The directories whose edges count together, as sets of names. */
export interface NaiveView {
  readonly directories: readonly NaiveDirectory[];
  readonly groupsOfUser: Edges;
  readonly usersOfGroup: Edges;
  readonly parents: Edges;
  readonly children: Edges;
  /** Those of directories with nesting off, too. */
  readonly everyParents: Edges;
}

const NONE: ReadonlySet<NameKey> = new Set();

/**
 * The naive model of facts that stand still: it remembers what it has worked out, so that it can be
 * asked everything about a company of a few hundred names. Facts that go on are copied first
 * (`NaiveState.now`).
 */
export class NaiveState extends NaiveModel {
  private readonly viewsMade = new Map<NaiveDirectory, NaiveView>();
  private readonly canonicals = new Map<NameKey, NaiveDirectory | undefined>();
  private readonly reached = new Map<ReadonlyMap<unknown, unknown>, Map<NameKey, Set<NameKey>>>();
  private readonly masks = new Map<NameKey, PermissionMask>();
  private names: readonly NameKey[] | null = null;
  private grantMasks: Record<SubjectType, Map<NameKey, PermissionMask>> | null = null;

  static now(facts: NaiveFacts): NaiveState {
    return new NaiveState(copyOfFacts(facts));
  }

  /** Names that an active directory knows, in order. */
  users(): readonly NameKey[] {
    this.names ??= inKeyOrder(
      this.active().flatMap(({ users }) => [...users.values()].map((user) => user.nameKey)),
    );
    return this.names;
  }

  /** Group names that an active directory holds, in order. */
  groups(): NameKey[] {
    return inKeyOrder(
      this.active().flatMap(({ groups }) => [...groups.values()].map((group) => group.nameKey)),
    );
  }

  override canonical(user: NameKey): NaiveDirectory | undefined {
    if (!this.canonicals.has(user)) this.canonicals.set(user, super.canonical(user));
    return this.canonicals.get(user);
  }

  /** Bits in the scheme's order. */
  mask(user: NameKey): PermissionMask {
    const known = this.masks.get(user);
    if (known !== undefined) return known;
    const canonical = this.canonical(user);
    const mask = canonical ? this.maskIn(canonical, user) : 0;
    this.masks.set(user, mask);
    return mask;
  }

  holds(user: NameKey, permission: PermissionKey): boolean {
    return (this.mask(user) & this.bit(permission)) !== 0;
  }

  holders(permission: PermissionKey): NameKey[] {
    return this.users().filter((user) => this.holds(user, permission));
  }

  override permissionsIn(holder: NaiveDirectory, user: NameKey): Set<PermissionKey> {
    const mask = this.maskIn(holder, user);
    const { permissions } = this.facts.scheme;
    return new Set(permissions.map(({ key }) => key).filter((key) => mask & this.bit(key)));
  }

  /** Whether the entry that the name means is there and active. */
  isActive(user: NameKey): boolean {
    const canonical = this.canonical(user);
    return canonical !== undefined && isActiveIn(canonical, user);
  }

  /** Groups that the name is in, in the view of its entry that counts. */
  groupNames(user: NameKey, nested: boolean): ReadonlySet<NameKey> {
    const canonical = this.canonical(user);
    if (!canonical) return NONE;
    const view = this.viewOf(canonical);
    const direct = view.groupsOfUser.get(user) ?? NONE;
    return nested ? this.closureOf(view.parents, direct) : direct;
  }

  /** Names in the group, inactive ones too; each with whether it is a direct member. */
  members(group: NameKey, nested: boolean): ReadonlyMap<NameKey, boolean> {
    const members = new Map<NameKey, boolean>();
    for (const view of this.allViews()) {
      const below = nested ? this.closureOf(view.children, new Set([group])) : new Set([group]);
      for (const other of below) {
        for (const user of view.usersOfGroup.get(other) ?? NONE) {
          const canonical = this.canonical(user);
          if (!canonical || !view.directories.includes(canonical)) continue;
          members.set(user, members.get(user) === true || other === group);
        }
      }
    }
    return members;
  }

  /** Groups above or below a group; each with whether it is a neighbour. */
  relativesOf(
    group: NameKey,
    side: 'parents' | 'children',
    nested: boolean,
  ): ReadonlyMap<NameKey, boolean> {
    const found = new Map<NameKey, boolean>();
    for (const view of this.allViews()) {
      const near = view[side].get(group) ?? NONE;
      for (const other of nested ? this.closureOf(view[side], near) : near) {
        found.set(other, found.get(other) === true || near.has(other));
      }
    }
    return found;
  }

  /** What members of the group hold through it, in any view; without any view, what it is granted. */
  groupMask(group: NameKey): PermissionMask {
    const own = this.granted('GROUP', group);
    return this.allViews().reduce((mask, view) => mask | this.groupMaskIn(view, group), own);
  }

  /** What the name's entries could give it, were they active, first and in an active directory. */
  rankOfUser(user: NameKey): PermissionMask {
    return this.viewsIfActive().reduce(
      (mask, view) => {
        const groups = [...(view.groupsOfUser.get(user) ?? NONE)];
        return groups.reduce((sum, group) => sum | this.groupMaskIn(view, group), mask);
      },
      this.granted('USER', user),
    );
  }

  rankOfGroup(group: NameKey): PermissionMask {
    const own = this.granted('GROUP', group);
    return this.viewsIfActive().reduce((mask, view) => mask | this.groupMaskIn(view, group), own);
  }

  /** The same as the model's, by sets that are at hand. */
  override derivations(
    directories: readonly NaiveDirectory[],
    user: NameKey,
    permission: PermissionKey,
    walk: Walk,
  ): DerivationAnswer[] {
    const giving = this.grantsGiving(permission);
    const given = (subjectType: SubjectType, subject: NameKey) =>
      giving.filter((g) => g.subjectType === subjectType && g.subjectKey === subject);
    const own = given('USER', user);
    if (own.length > 0) {
      return own.map((grant) => ({ groups: [], directories: [], grant: grantAnswer(grant) }));
    }
    const view = this.viewOf(directories[0]);
    const parents = walk === 'EVERY' ? view.everyParents : view.parents;
    let chains = [...(view.groupsOfUser.get(user) ?? NONE)].map((group) => [group]);
    const seen = new Set(chains.flat());
    while (chains.length > 0 && !chains.some((chain) => given('GROUP', chain.at(-1)!).length > 0)) {
      chains = chains.flatMap((chain) =>
        [...(parents.get(chain.at(-1)!) ?? NONE)]
          .filter((group) => !seen.has(group))
          .map((group) => [...chain, group]),
      );
      for (const chain of chains) seen.add(chain.at(-1)!);
    }
    return chains.sort(byKeys).flatMap((groups) =>
      given('GROUP', groups.at(-1)!).map((grant) => ({
        groups,
        directories: edgeHolders(view.directories, user, groups).map((d) => d.directory.name),
        grant: grantAnswer(grant),
      })),
    );
  }

  override async groupsOf(user: string, nested: boolean): Promise<Relation[]> {
    const direct = this.groupNames(nameKey(user), false);
    const all = this.groupNames(nameKey(user), nested);
    return relations(new Map([...all].map((group) => [group, direct.has(group)])));
  }

  override async membersOf(group: string, nested: boolean): Promise<Relation[]> {
    return relations(this.members(nameKey(group), nested));
  }

  override async parentGroupsOf(group: string, nested: boolean): Promise<Relation[]> {
    return relations(this.relativesOf(nameKey(group), 'parents', nested));
  }

  override async childGroupsOf(group: string, nested: boolean): Promise<Relation[]> {
    return relations(this.relativesOf(nameKey(group), 'children', nested));
  }

  /** Every view that names can have. */
  allViews(): NaiveView[] {
    return [...new Set(this.active().map((holder) => this.viewOf(holder)))];
  }

  viewOf(holder: NaiveDirectory): NaiveView {
    const directories = this.view(holder);
    const known = this.viewsMade.get(directories[0]);
    if (known) return known;
    const view = viewOfDirectories(directories);
    this.viewsMade.set(directories[0], view);
    return view;
  }

  /** The start and all that edges lead to from there. */
  closureOf(edges: Edges, start: ReadonlySet<NameKey>): ReadonlySet<NameKey> {
    const found = new Set<NameKey>();
    for (const name of start) for (const other of this.closureOfOne(edges, name)) found.add(other);
    return found;
  }

  bit(permission: PermissionKey): number {
    return 1 << this.facts.scheme.permissions.findIndex(({ key }) => key === permission);
  }

  private closureOfOne(edges: Edges, start: NameKey): ReadonlySet<NameKey> {
    const closures = this.reached.get(edges) ?? new Map<NameKey, Set<NameKey>>();
    this.reached.set(edges, closures);
    const known = closures.get(start);
    if (known) return known;
    const found = new Set([start]);
    for (const name of found) for (const other of edges.get(name) ?? NONE) found.add(other);
    closures.set(start, found);
    return found;
  }

  private maskIn(holder: NaiveDirectory, user: NameKey): PermissionMask {
    if (!isActiveIn(holder, user)) return 0;
    const view = this.viewOf(holder);
    const direct = view.groupsOfUser.get(user) ?? NONE;
    return [...direct].reduce(
      (mask, group) => mask | this.groupMaskIn(view, group),
      this.granted('USER', user),
    );
  }

  private groupMaskIn(view: NaiveView, group: NameKey): PermissionMask {
    const above = [...this.closureOfOne(view.parents, group)];
    return above.reduce((mask, other) => mask | this.granted('GROUP', other), 0);
  }

  private granted(subjectType: SubjectType, subject: NameKey): PermissionMask {
    if (!this.grantMasks) {
      this.grantMasks = { USER: new Map(), GROUP: new Map() };
      for (const { permission, ...grant } of this.facts.grants) {
        const masks = this.grantMasks[grant.subjectType];
        const mask = masks.get(grant.subjectKey) ?? 0;
        masks.set(grant.subjectKey, mask | this.impliedMask(permission));
      }
    }
    return this.grantMasks[subjectType].get(subject) ?? 0;
  }

  private impliedMask(permission: PermissionKey): PermissionMask {
    const { implies } = this.facts.scheme.permissions.find(({ key }) => key === permission)!;
    return implies.reduce((mask, key) => mask | this.impliedMask(key), this.bit(permission));
  }

  private viewsIfActive(): NaiveView[] {
    const sleeping = this.facts.directories.filter(({ directory }) => !directory.active);
    const joined = this.facts.mode === 'ALL_DIRECTORIES' ? this.active() : [];
    return [
      ...this.allViews(),
      ...sleeping.map((holder) => viewOfDirectories([...joined, holder])),
    ];
  }
}

export function copyOfFacts(facts: NaiveFacts): NaiveFacts {
  const copy = new NaiveFacts(facts.scheme);
  copy.directories = facts.directories.map((held) => ({
    ...held,
    users: new Map(held.users),
    groups: new Map(held.groups),
  }));
  copy.grants = [...facts.grants];
  copy.mode = facts.mode;
  copy.licenceLimit = facts.licenceLimit;
  copy.revision = facts.revision;
  return copy;
}

/** By group of a chain: the directory that is named for the edge leading to it. */
export function edgeHolders(
  directories: readonly NaiveDirectory[],
  user: NameKey,
  groups: readonly string[],
): NaiveDirectory[] {
  return groups.map((group, i) => {
    const holders = directories.filter((holder) =>
      i === 0
        ? holdsMembership(holder, group as NameKey, user)
        : holdsNesting(holder, group as NameKey, groups[i - 1] as NameKey),
    );
    return holders.find((holder) => i > 0 && holder.directory.nestedGroups) ?? holders[0];
  });
}

export function holdsMembership(holder: NaiveDirectory, group: NameKey, user: NameKey): boolean {
  const userEntry = entryNamed(holder.users.values(), user);
  const groupEntry = entryNamed(holder.groups.values(), group);
  return holder.memberships.some((m) => m.user === userEntry?.id && m.group === groupEntry?.id);
}

function isActiveIn(holder: NaiveDirectory, user: NameKey): boolean {
  return entryNamed(holder.users.values(), user)?.active === true;
}

function viewOfDirectories(directories: readonly NaiveDirectory[]): NaiveView {
  const groupsOfUser = new Map<NameKey, Set<NameKey>>();
  const usersOfGroup = new Map<NameKey, Set<NameKey>>();
  const parents = new Map<NameKey, Set<NameKey>>();
  const children = new Map<NameKey, Set<NameKey>>();
  const everyParents = new Map<NameKey, Set<NameKey>>();
  for (const holder of directories) {
    for (const { group, user } of holder.memberships) {
      put(groupsOfUser, holder.users.get(user)!.nameKey, groupKey(holder, group));
      put(usersOfGroup, groupKey(holder, group), holder.users.get(user)!.nameKey);
    }
    for (const nesting of holder.nestings) {
      const parent = groupKey(holder, nesting.parent);
      const child = groupKey(holder, nesting.child);
      put(everyParents, child, parent);
      if (!holder.directory.nestedGroups) continue;
      put(parents, child, parent);
      put(children, parent, child);
    }
  }
  return { directories, groupsOfUser, usersOfGroup, parents, children, everyParents };
}

function relations(names: ReadonlyMap<NameKey, boolean>): Relation[] {
  return inKeyOrder(names.keys()).map((name) => ({ name, direct: names.get(name)! }));
}

function put(edges: Map<NameKey, Set<NameKey>>, from: NameKey, to: NameKey): void {
  const found = edges.get(from);
  if (found) found.add(to);
  else edges.set(from, new Set([to]));
}
