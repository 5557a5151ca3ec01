import { compareNameKeys, type Grant, type NameKey, type PageRequest } from '../domain/index.js';
import type { Derivation, DerivationCursor, DerivationPage } from './answers.js';
import { stepsOf } from './derivation-steps.js';
import { derivationCursor } from './derivations.js';
import { type Ground, type WayGraph, wayGraph } from './way-graph.js';

/** Groups looked at for one page before the search pauses. */
const STEPS_PER_PAGE = 20_000;

const BEGINNING: DerivationCursor = { length: 0, groups: [], grant: null };

/**
 * One page of all derivations of a permission that the user holds.
 * @param user name number.
 * @param steps how many groups to look at before the page is given as it is, at least 1.
 */
export function derivationPage(
  ground: Ground,
  user: number,
  bit: number,
  page: PageRequest<DerivationCursor>,
  steps = STEPS_PER_PAGE,
): DerivationPage {
  return new DerivationSearch(ground, user, bit, page, steps).run();
}

/**
 * A search in depth for each number of groups in turn, which keeps nothing but the way to the group
 * at hand, so that it can stop anywhere and go on from a cursor. It enters only groups from which a
 * grant is as many steps away as are left; with cycles that may still turn out to be a dead end.
 */
class DerivationSearch {
  private readonly ground: Ground;
  private readonly graph: WayGraph;
  private readonly user: number;
  private readonly bit: number;
  private readonly first: number;
  private readonly after: DerivationCursor;
  /** Where the page before ended, until the search is past it. */
  private passed: DerivationCursor | null;
  private readonly items: Derivation[] = [];
  private next: DerivationCursor | null = null;
  private complete = true;
  private stepsLeft: number;
  /** By depth: the group there, and where its alternatives go on and end. */
  private readonly chain: number[] = [];
  private readonly at: number[] = [];
  private readonly end: number[] = [];
  private readonly onChain: Uint8Array;

  constructor(
    ground: Ground,
    user: number,
    bit: number,
    { first, after }: PageRequest<DerivationCursor>,
    steps: number,
  ) {
    this.ground = ground;
    this.user = user;
    this.bit = bit;
    this.first = first;
    this.after = after ?? BEGINNING;
    this.passed = this.after.grant === null ? null : this.after;
    this.stepsLeft = steps;
    this.graph = wayGraph(ground, user, bit);
    this.onChain = new Uint8Array(this.graph.nodes.length);
  }

  run(): DerivationPage {
    this.search();
    return { items: this.items, next: this.next, complete: this.complete };
  }

  private search(): void {
    const { least, most, first } = this.graph;
    const { after } = this;
    if (after.length <= 0 && !this.give([], this.grantsToUser())) return;
    let shortest = Number.POSITIVE_INFINITY;
    let longest = 0;
    for (const group of first) {
      shortest = Math.min(shortest, least[group] + 1);
      longest = Math.max(longest, most[group] + 1);
    }
    for (let length = Math.max(shortest, after.length); length <= longest; length++) {
      if (!this.searchLength(length, length === after.length ? after.groups : [])) return;
    }
  }

  /**
   * Gives all derivations of so many groups, from the first on that does not come before `from`.
   * @returns false when the page ended.
   */
  private searchLength(length: number, from: readonly NameKey[]): boolean {
    let depth = this.goTo(from, length);
    while (depth >= 0) {
      if (this.at[depth] >= this.end[depth]) {
        depth--;
        if (depth >= 0) this.onChain[this.chain[depth]] = 0;
        continue;
      }
      const group = this.optionAt(depth);
      if (this.stepsLeft-- <= 0) return this.pause(length, depth, group);
      this.at[depth]++;
      if (!this.leadsOn(group, length - 1 - depth)) continue;
      this.chain[depth] = group;
      if (depth === length - 1) {
        if (!this.give(this.chain.slice(0, length), this.grantsOf(group))) return false;
        continue;
      }
      this.onChain[group] = 1;
      depth++;
      this.open(depth);
    }
    return true;
  }

  /** Opens the alternatives along `keys` as far as they lead. @returns the depth to go on at. */
  private goTo(keys: readonly NameKey[], length: number): number {
    this.open(0);
    for (let depth = 0; ; depth++) {
      if (depth >= keys.length) return depth;
      while (this.at[depth] < this.end[depth] && this.compareOption(depth, keys[depth]) < 0) {
        this.at[depth]++;
      }
      if (this.at[depth] >= this.end[depth] || depth === length - 1) return depth;
      const group = this.optionAt(depth);
      if (this.compareOption(depth, keys[depth]) !== 0) return depth;
      if (!this.leadsOn(group, length - 1 - depth)) return depth;
      this.at[depth]++;
      this.chain[depth] = group;
      this.onChain[group] = 1;
      this.open(depth + 1);
    }
  }

  /** Begins with the alternatives at a depth: the user's own groups, or those above the group before. */
  private open(depth: number): void {
    const { starts, first } = this.graph;
    const below = this.chain[depth - 1];
    this.at[depth] = depth === 0 ? 0 : starts[below];
    this.end[depth] = depth === 0 ? first.length : starts[below + 1];
  }

  private optionAt(depth: number): number {
    const { first, targets } = this.graph;
    return (depth === 0 ? first : targets)[this.at[depth]];
  }

  private compareOption(depth: number, key: NameKey): number {
    return compareNameKeys(this.keyOf(this.optionAt(depth)), key);
  }

  private keyOf(group: number): NameKey {
    return this.ground.facts.groups.keyOf(this.graph.nodes[group]);
  }

  /** Whether a grant may be just so many steps up from a group. */
  private leadsOn(group: number, steps: number): boolean {
    const { least, most } = this.graph;
    return least[group] <= steps && most[group] >= steps && this.onChain[group] === 0;
  }

  private grantsToUser(): readonly Grant[] {
    return this.ground.grants.ofUser(this.user, this.bit);
  }

  private grantsOf(group: number): readonly Grant[] {
    const { facts, grants } = this.ground;
    return grants.ofGroup(facts.groups.nameOf(this.graph.nodes[group]), this.bit);
  }

  /** Puts derivations on the page. @returns false when the page ended. */
  private give(chain: readonly number[], grants: readonly Grant[]): boolean {
    const { facts } = this.ground;
    const left = this.behindPassed(chain, grants);
    if (left.length === 0) return true;
    const nodes = chain.map((group) => this.graph.nodes[group]);
    const steps = stepsOf(facts, this.user, nodes);
    for (const grant of left) {
      if (this.items.length >= this.first) {
        const last = this.items.at(-1);
        this.next = last === undefined ? this.after : derivationCursor(last);
        return false;
      }
      this.items.push({ steps, grant });
    }
    return true;
  }

  /** Leaves out grants that the page before gave with the same groups. */
  private behindPassed(chain: readonly number[], grants: readonly Grant[]): readonly Grant[] {
    const { passed } = this;
    this.passed = null;
    const grant = passed?.grant;
    if (!grant || passed.groups.length !== chain.length) return grants;
    if (passed.groups.some((key, i) => key !== this.keyOf(chain[i]))) return grants;
    return grants.filter((other) => this.ground.grants.compare(other, grant) > 0);
  }

  /** Ends the page in front of a group that has not been looked at. */
  private pause(length: number, depth: number, group: number): false {
    const groups = [...this.chain.slice(0, depth), group].map((at) => this.keyOf(at));
    this.next = { length, groups, grant: null };
    this.complete = false;
    return false;
  }
}
