import { type Grant, type NameKey, nameKey, type PermissionKey } from '../../src/domain/index.js';
import {
  entryNamed,
  grantAnswer,
  groupKey,
  holdsNesting,
  type NaiveDirectory,
  type NaiveFacts,
} from './naive-facts.js';
import { naiveMissing } from './naive-missing.js';
import type { Answerer, DerivationAnswer, ExplainAnswer, Relation } from './scenario-answerer.js';

/** Which edges between groups are walked: those that count, or also those of directories with nesting off. */
export type Walk = 'HONOURED' | 'EVERY';

/**
 * The semantics of permissions with sets and loops, worked out anew for every question: the oracle
 * for everything that answers faster.
 */
export class NaiveModel implements Answerer {
  readonly name = 'naive model';
  readonly facts: NaiveFacts;

  constructor(facts: NaiveFacts) {
    this.facts = facts;
  }

  async check(user: string, permission: string): Promise<boolean> {
    return this.permissionsOf(nameKey(user)).has(permission);
  }

  async effectivePermissions(user: string): Promise<string[]> {
    const held = this.permissionsOf(nameKey(user));
    return this.facts.scheme.permissions.map(({ key }) => key).filter((key) => held.has(key));
  }

  async holdersOf(permission: string): Promise<NameKey[]> {
    return this.userNames().filter((user) => this.permissionsOf(user).has(permission));
  }

  async groupsOf(user: string, nested: boolean): Promise<Relation[]> {
    const canonical = this.canonical(nameKey(user));
    if (!canonical) return [];
    const view = this.view(canonical);
    const direct = this.directGroups(view, nameKey(user));
    return relations(nested ? this.closure(view, direct, 'parents') : direct, direct);
  }

  /** Worked out from the group's side, not by asking `groupsOf` of everybody. */
  async membersOf(group: string, nested: boolean): Promise<Relation[]> {
    const key = nameKey(group);
    const direct = new Set<NameKey>();
    const all = new Set<NameKey>();
    for (const view of this.views()) {
      const below = nested ? this.closure(view, new Set([key]), 'children') : new Set([key]);
      for (const holder of view) {
        for (const membership of holder.memberships) {
          const user = holder.users.get(membership.user)!.nameKey;
          const memberOf = groupKey(holder, membership.group);
          const canonical = this.canonical(user);
          if (!below.has(memberOf) || !canonical || !view.includes(canonical)) continue;
          all.add(user);
          if (memberOf === key) direct.add(user);
        }
      }
    }
    return relations(all, direct);
  }

  async parentGroupsOf(group: string, nested: boolean): Promise<Relation[]> {
    return this.relatives(nameKey(group), 'parents', nested);
  }

  async childGroupsOf(group: string, nested: boolean): Promise<Relation[]> {
    return this.relatives(nameKey(group), 'children', nested);
  }

  async explain(user: string, permission: string): Promise<ExplainAnswer> {
    const key = nameKey(user);
    const canonical = this.canonical(key);
    if (!canonical || !this.permissionsOf(key).has(permission)) {
      const missing = naiveMissing(this, key, permission);
      return { allowed: false, derivations: [], derivationCount: 0, missing };
    }
    const derivations = this.derivations(this.view(canonical), key, permission, 'HONOURED');
    return { allowed: true, derivations, derivationCount: derivations.length, missing: [] };
  }

  async seats(): Promise<{ used: number; allowed: number | null }> {
    const holders = await this.holdersOf(this.facts.scheme.seat);
    return { used: holders.length, allowed: this.facts.licenceLimit };
  }

  async revision(): Promise<number> {
    return this.facts.revision;
  }

  /** The first active directory that knows the name. */
  canonical(user: NameKey): NaiveDirectory | undefined {
    return this.active().find((holder) => entryNamed(holder.users.values(), user));
  }

  /** What the name's entry in `holder` gives it there, as if it were the one that counts. */
  permissionsIn(holder: NaiveDirectory, user: NameKey): Set<PermissionKey> {
    if (!entryNamed(holder.users.values(), user)?.active) return new Set();
    const view = this.view(holder);
    const groups = this.closure(view, this.directGroups(view, user), 'parents');
    const granted = this.facts.grants.filter(({ subjectType, subjectKey }) =>
      subjectType === 'USER' ? subjectKey === user : groups.has(subjectKey),
    );
    return new Set(granted.flatMap(({ permission }) => this.implied(permission)));
  }

  /** Grants that give the permission: users first, then by subject and by permission. */
  grantsGiving(permission: PermissionKey): Grant[] {
    const order = this.facts.scheme.permissions.map(({ key }) => key);
    return this.facts.grants
      .filter((grant) => this.implied(grant.permission).includes(permission))
      .sort(
        (a, b) =>
          Number(a.subjectType === 'GROUP') - Number(b.subjectType === 'GROUP') ||
          byKey(a.subjectKey, b.subjectKey) ||
          order.indexOf(a.permission) - order.indexOf(b.permission),
      );
  }

  /** The directories whose memberships count for entries of `holder`. */
  view(holder: NaiveDirectory): NaiveDirectory[] {
    return this.facts.mode === 'FIRST_DIRECTORY' ? [holder] : this.active();
  }

  active(): NaiveDirectory[] {
    return this.facts.directories.filter(({ directory }) => directory.active);
  }

  /** All shortest ways of the user to a grant that gives the permission. */
  derivations(
    view: readonly NaiveDirectory[],
    user: NameKey,
    permission: PermissionKey,
    walk: Walk,
  ): DerivationAnswer[] {
    const giving = this.grantsGiving(permission);
    const toUser = giving.filter((g) => g.subjectType === 'USER' && g.subjectKey === user);
    if (toUser.length > 0) {
      return toUser.map((grant) => ({ groups: [], directories: [], grant: grantAnswer(grant) }));
    }
    const toGroup = (group: NameKey) =>
      giving.filter((g) => g.subjectType === 'GROUP' && g.subjectKey === group);
    let chains = [...this.directGroups(view, user)].map((group) => [group]);
    const seen = new Set(chains.flat());
    while (chains.length > 0 && !chains.some((chain) => toGroup(chain.at(-1)!).length > 0)) {
      chains = chains.flatMap((chain) =>
        [...this.neighbours(view, chain.at(-1)!, 'parents', walk)]
          .filter((group) => !seen.has(group))
          .map((group) => [...chain, group]),
      );
      for (const chain of chains) seen.add(chain.at(-1)!);
    }
    return chains.sort(byKeys).flatMap((groups) =>
      toGroup(groups.at(-1)!).map((grant) => ({
        groups,
        directories: groups.map((group, i) =>
          i === 0
            ? holderOfMembership(view, user, group)
            : holderOfNesting(view, group, groups[i - 1]),
        ),
        grant: grantAnswer(grant),
      })),
    );
  }

  private permissionsOf(user: NameKey): Set<PermissionKey> {
    const canonical = this.canonical(user);
    return canonical ? this.permissionsIn(canonical, user) : new Set();
  }

  private implied(permission: PermissionKey): PermissionKey[] {
    const { implies } = this.facts.scheme.permissions.find(({ key }) => key === permission)!;
    return [permission, ...implies.flatMap((key) => this.implied(key))];
  }

  private views(): NaiveDirectory[][] {
    return this.facts.mode === 'FIRST_DIRECTORY' ? this.active().map((d) => [d]) : [this.active()];
  }

  private userNames(): NameKey[] {
    const names = this.active().flatMap(({ users }) => [...users.values()].map((u) => u.nameKey));
    return [...new Set(names)].sort(byKey);
  }

  private directGroups(view: readonly NaiveDirectory[], user: NameKey): Set<NameKey> {
    const groups = new Set<NameKey>();
    for (const holder of view) {
      for (const membership of holder.memberships) {
        if (holder.users.get(membership.user)!.nameKey !== user) continue;
        groups.add(groupKey(holder, membership.group));
      }
    }
    return groups;
  }

  private neighbours(
    view: readonly NaiveDirectory[],
    group: NameKey,
    side: 'parents' | 'children',
    walk: Walk = 'HONOURED',
  ): Set<NameKey> {
    const found = new Set<NameKey>();
    for (const holder of view) {
      if (walk === 'HONOURED' && !holder.directory.nestedGroups) continue;
      for (const nesting of holder.nestings) {
        const parent = groupKey(holder, nesting.parent);
        const child = groupKey(holder, nesting.child);
        if (side === 'parents' && child === group) found.add(parent);
        if (side === 'children' && parent === group) found.add(child);
      }
    }
    return found;
  }

  private closure(
    view: readonly NaiveDirectory[],
    start: ReadonlySet<NameKey>,
    side: 'parents' | 'children',
  ): Set<NameKey> {
    const found = new Set(start);
    for (let size = -1; size !== found.size; ) {
      size = found.size;
      for (const group of [...found]) {
        for (const other of this.neighbours(view, group, side)) found.add(other);
      }
    }
    return found;
  }

  /** Each directory's nesting is a graph of its own in FIRST_DIRECTORY; the answer joins them. */
  private relatives(group: NameKey, side: 'parents' | 'children', nested: boolean): Relation[] {
    const direct = new Set<NameKey>();
    const all = new Set<NameKey>();
    for (const view of this.views()) {
      const near = this.neighbours(view, group, side);
      for (const other of near) direct.add(other);
      for (const other of nested ? this.closure(view, near, side) : near) all.add(other);
    }
    return relations(all, direct);
  }
}

function holderOfMembership(view: readonly NaiveDirectory[], user: NameKey, group: NameKey) {
  const holder = view.find(({ users, groups, memberships }) =>
    memberships.some(
      (membership) =>
        users.get(membership.user)!.nameKey === user &&
        groups.get(membership.group)!.nameKey === group,
    ),
  );
  return holder!.directory.name;
}

/** A directory that honours the edge goes before one that only holds it. */
function holderOfNesting(view: readonly NaiveDirectory[], parent: NameKey, child: NameKey) {
  const holders = view.filter((holder) => holdsNesting(holder, parent, child));
  return (holders.find(({ directory }) => directory.nestedGroups) ?? holders[0]).directory.name;
}

function relations(names: ReadonlySet<NameKey>, direct: ReadonlySet<NameKey>): Relation[] {
  return [...names].sort(byKey).map((name) => ({ name, direct: direct.has(name) }));
}

/** Bytes of the names: the order both databases have. */
function byKey(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function byKeys(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = byKey(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}
