import type { Directory, PageRequest, PermissionKey } from '../domain/index.js';
import { derivationPage } from './all-derivations.js';
import type {
  Derivation,
  DerivationCursor,
  DerivationPage,
  Explanation,
  Missing,
} from './answers.js';
import { ShortestSearch } from './derivations.js';
import type { DirectorySlot } from './directory-slots.js';
import { userEntry } from './entry-answers.js';
import type { Facts } from './facts.js';
import { GrantLists } from './grant-lists.js';
import type { Rights } from './rights.js';
import type { Walk } from './walk.js';

/**
 * Says why a user holds a permission, or everything that stands in the way. Keeps memory between
 * questions, and no answer: it follows its facts as they change.
 */
export class Reasons {
  private readonly facts: Facts;
  private readonly rights: Rights;
  private readonly walk: Walk;
  private readonly grants: GrantLists;
  private readonly shortest: ShortestSearch;

  constructor(facts: Facts, rights: Rights, walk: Walk) {
    this.facts = facts;
    this.rights = rights;
    this.walk = walk;
    this.grants = new GrantLists(facts);
    this.shortest = new ShortestSearch(facts, rights, walk, this.grants);
  }

  /**
   * The shortest derivations, or the reasons of a *no*.
   * @param atMost derivations, or grants of a *no*, to list.
   * @throws GatehouseError `UNKNOWN_PERMISSION`.
   */
  explain(user: string, permission: PermissionKey, atMost: number): Explanation {
    const bit = this.facts.scheme.bitOf(permission);
    const name = this.facts.users.names.findName(user);
    const canonical = name < 0 ? -1 : this.rights.canonical(name);
    const entry = canonical < 0 ? null : userEntry(this.facts, this.rights, canonical);
    if (canonical >= 0 && this.holds(name, bit)) {
      const { count, list } = this.shortest.find(name, bit, false, atMost);
      return {
        permission,
        allowed: true,
        user: entry,
        derivations: list,
        derivationCount: count,
        missing: [],
      };
    }
    return {
      permission,
      allowed: false,
      user: entry,
      derivations: [],
      derivationCount: 0,
      missing: this.missing(name, canonical, permission, atMost),
    };
  }

  /**
   * What stands between a user and a permission; empty when nothing does. The user comes first, then
   * the entries masked by it in directory order, then nesting, the seat, and the grants.
   * @throws GatehouseError `UNKNOWN_PERMISSION`.
   */
  whyNot(user: string, permission: PermissionKey, atMost: number): readonly Missing[] {
    const bit = this.facts.scheme.bitOf(permission);
    const name = this.facts.users.names.findName(user);
    if (name < 0) return this.missing(name, -1, permission, atMost);
    if (this.holds(name, bit)) return [];
    return this.missing(name, this.rights.canonical(name), permission, atMost);
  }

  /**
   * All derivations of a permission that repeat no group, page by page: none for who does not hold it.
   * @throws GatehouseError `UNKNOWN_PERMISSION`.
   */
  derivationsOf(
    user: string,
    permission: PermissionKey,
    page: PageRequest<DerivationCursor>,
    steps?: number,
  ): DerivationPage {
    const { facts, rights, walk, grants } = this;
    const bit = facts.scheme.bitOf(permission);
    const name = facts.users.names.findName(user);
    if (name < 0 || !this.holds(name, bit)) return { items: [], next: null, complete: true };
    return derivationPage({ facts, rights, walk, grants }, name, bit, page, steps);
  }

  private holds(name: number, bit: number): boolean {
    return (this.rights.maskOf(name) & (1 << bit)) !== 0;
  }

  private missing(
    name: number,
    canonical: number,
    permission: PermissionKey,
    atMost: number,
  ): Missing[] {
    const bit = this.facts.scheme.bitOf(permission);
    const missing: Missing[] = [];
    const holders = name < 0 ? [] : this.holdersOf(name);
    // Whether a grant would reach the name if nothing else stood in the way.
    let leads: boolean;
    if (canonical >= 0) {
      this.addMasking(missing, name, canonical, holders, bit);
      leads = this.addNesting(missing, name, canonical, bit);
    } else {
      if (holders.length === 0) missing.push({ reason: 'NO_SUCH_USER' });
      else missing.push({ reason: 'DIRECTORY_INACTIVE', directories: directoriesOf(holders) });
      leads = name >= 0 && this.grants.ofUser(name, bit).length > 0;
    }
    const { seat } = this.facts.scheme.scheme;
    if (permission !== seat && (name < 0 || !this.holds(name, this.facts.scheme.bitOf(seat)))) {
      missing.push({ reason: 'NO_SEAT', needs: seat });
    }
    const grants = this.grants.including(bit);
    if (grants.length === 0) missing.push({ reason: 'NOBODY_GRANTED' });
    else if (!leads) {
      missing.push({
        reason: 'NOT_IN_GRANTED_GROUP',
        grants: grants.slice(0, Math.max(0, atMost)),
      });
    }
    return missing;
  }

  private addMasking(
    missing: Missing[],
    name: number,
    canonical: number,
    holders: readonly DirectorySlot[],
    bit: number,
  ): void {
    const { users } = this.facts;
    const slotOfCanonical = users.slotOf(canonical);
    const [{ directory }] = holders.filter(({ slot }) => slot === slotOfCanonical);
    const lower = holders.filter((held) => held.slot !== slotOfCanonical && held.directory.active);
    if (!users.isActive(canonical)) {
      const hides = lower.filter(({ slot }) => users.isActive(users.entryIn(name, slot)));
      missing.push({ reason: 'USER_INACTIVE', directory, hides: directoriesOf(hides) });
    }
    for (const masked of lower) {
      if (this.rights.maskOfEntry(users.entryIn(name, masked.slot)) & (1 << bit)) {
        missing.push({ reason: 'MASKED', directory: masked.directory, maskedBy: directory });
      }
    }
  }

  /** @returns whether any way leads to a grant, by nestings that count or do not. */
  private addNesting(missing: Missing[], name: number, canonical: number, bit: number): boolean {
    if (this.shortest.exists(name, bit)) return true;
    if (!this.shortest.hidesNestings(this.facts.users.slotOf(canonical))) return false;
    const derivation = this.shortest.find(name, bit, true, 1).list.at(0);
    if (derivation === undefined) return false;
    const directory = switchedOff(derivation);
    if (directory) missing.push({ reason: 'NESTING_OFF', directory, derivation });
    return true;
  }

  /** Directories that hold the name, in order, inactive ones included. */
  private holdersOf(name: number): DirectorySlot[] {
    const { users, directories } = this.facts;
    return directories.filter(({ slot }) => users.entryIn(name, slot) >= 0);
  }
}

function directoriesOf(slots: readonly DirectorySlot[]): Directory[] {
  return slots.map(({ directory }) => directory);
}

/** The first directory on the way whose switch is off; a chain of one group needs no switch. */
function switchedOff(way: Derivation): Directory | undefined {
  for (const step of way.steps.slice(1)) {
    if (!step.directory.nestedGroups) return step.directory;
  }
  return undefined;
}
