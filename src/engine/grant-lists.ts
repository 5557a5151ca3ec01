import type { Grant, PermissionMask } from '../domain/index.js';
import type { Facts } from './facts.js';

/** What the order of grants to one name rests on. */
type GrantRank = Pick<Grant, 'permission' | 'id'>;

const NO_GRANTS: readonly Grant[] = [];

/** The grants in the orders that questions need them in; made when asked for, kept until a grant changes. */
export class GrantLists {
  private readonly facts: Facts;
  private version = -1;
  private all: readonly Grant[] | null = null;
  /** By bit. */
  private giving: (readonly Grant[] | undefined)[] = [];
  /** By group name number. */
  private ownMasks = new Int32Array(0);

  constructor(facts: Facts) {
    this.facts = facts;
  }

  /** Users first, by subject key and then weakest permission first. */
  inOrder(): readonly Grant[] {
    this.refresh();
    this.all ??= [...this.sorted('USER'), ...this.sorted('GROUP')];
    return this.all;
  }

  /** Those that include the permission with this bit, in the same order. */
  including(bit: number): readonly Grant[] {
    this.refresh();
    let grants = this.giving[bit];
    if (grants === undefined) {
      grants = this.inOrder().filter((grant) => this.includes(grant, bit));
      this.giving[bit] = grants;
    }
    return grants;
  }

  /** What grants to this group name give, without those of groups above it. */
  maskOfGroup(name: number): PermissionMask {
    this.refresh();
    return name < this.ownMasks.length ? this.ownMasks[name] : 0;
  }

  /** Grants to this group name that include the permission, weakest first. */
  ofGroup(name: number, bit: number): readonly Grant[] {
    if ((this.maskOfGroup(name) & (1 << bit)) === 0) return NO_GRANTS;
    return this.chosen(this.facts.grants.ofGroups.get(name), bit);
  }

  ofUser(name: number, bit: number): readonly Grant[] {
    return this.chosen(this.facts.grants.ofUsers.get(name), bit);
  }

  /** Weakest first; of one permission the elder first. */
  compare(a: GrantRank, b: GrantRank): number {
    const { scheme } = this.facts;
    return scheme.bitOf(a.permission) - scheme.bitOf(b.permission) || a.id - b.id;
  }

  private includes(grant: Grant, bit: number): boolean {
    return (this.facts.scheme.maskOf(grant.permission) & (1 << bit)) !== 0;
  }

  private chosen(grants: readonly Grant[] | undefined, bit: number): readonly Grant[] {
    if (grants === undefined) return NO_GRANTS;
    const chosen = grants.filter((grant) => this.includes(grant, bit));
    return chosen.length < 2 ? chosen : chosen.sort((a, b) => this.compare(a, b));
  }

  private sorted(subjectType: Grant['subjectType']): Grant[] {
    const { grants, users, groups } = this.facts;
    const [book, names] =
      subjectType === 'USER' ? [grants.ofUsers, users.names] : [grants.ofGroups, groups.names];
    return [...book.keys()]
      .sort((a, b) => names.compare(a, b))
      .flatMap((name) => [...(book.get(name) ?? NO_GRANTS)].sort((a, b) => this.compare(a, b)));
  }

  private refresh(): void {
    const { grants, groups } = this.facts;
    if (this.version === grants.version) return;
    this.version = grants.version;
    this.all = null;
    this.giving = [];
    this.ownMasks = new Int32Array(groups.names.size);
    for (const name of grants.ofGroups.keys()) this.ownMasks[name] = grants.maskOfGroup(name);
  }
}
