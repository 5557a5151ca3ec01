import {
  type Grant,
  type LicenceCrossing,
  type LicenceState,
  licenceCrossings,
  type NameKey,
  type PermissionKey,
} from '../../src/domain/index.js';
import type { NaiveDirectory } from './naive-facts.js';
import { byKey } from './naive-order.js';
import type { NaiveState } from './naive-state.js';

/**
 * What a list of changes does, as the difference of the state before it and the state after it; what
 * lies in between does not matter. An entry is told by its directory and its name's key, so ids that
 * a reload gives anew move nothing.
 */
export class NaivePreview {
  readonly before: NaiveState;
  readonly after: NaiveState;

  constructor(before: NaiveState, after: NaiveState) {
    this.before = before;
    this.after = after;
  }

  get licenceBefore(): LicenceState {
    return licenceOf(this.before);
  }

  get licenceAfter(): LicenceState {
    return licenceOf(this.after);
  }

  /** A limit that moves crosses thresholds as well. */
  get crossings(): LicenceCrossing[] {
    return licenceCrossings(this.licenceBefore, this.licenceAfter);
  }

  /** Names that hold the permission after and not before, in order. */
  gained(permission: PermissionKey): NameKey[] {
    return this.after.holders(permission).filter((user) => !this.before.holds(user, permission));
  }

  /** Names that hold the permission before and not after, in order. */
  lost(permission: PermissionKey): NameKey[] {
    return this.before.holders(permission).filter((user) => !this.after.holds(user, permission));
  }

  /**
   * Names that mean the entry of another directory than before, although the old one is still there
   * in an active directory: it is hidden now.
   */
  masked(): NameKey[] {
    return this.moved().filter((user) => this.stillStands(user));
  }

  /** All other names that mean the entry of another directory: the old one is gone, this comes forth. */
  unmasked(): NameKey[] {
    return this.moved().filter((user) => !this.stillStands(user));
  }

  /**
   * Grants that reach no active user after, and before either reached one or were not there. A grant
   * is told by its permission and its subject. Users first, then by subject and by permission.
   */
  grantsReachingNobody(): Grant[] {
    const order = this.after.facts.scheme.permissions.map(({ key }) => key);
    const had = new Set(
      this.before.facts.grants.filter((grant) => !reaches(this.before, grant)).map(toText),
    );
    return this.after.facts.grants
      .filter((grant) => !reaches(this.after, grant) && !had.has(toText(grant)))
      .sort(
        (a, b) =>
          Number(a.subjectType === 'GROUP') - Number(b.subjectType === 'GROUP') ||
          byKey(a.subjectKey, b.subjectKey) ||
          order.indexOf(a.permission) - order.indexOf(b.permission),
      );
  }

  /**
   * Group names of active directories without any member after, in order, that before had one or
   * were in no active directory. Members are counted with nesting, inactive ones too.
   */
  emptyGroups(): NameKey[] {
    const wereEmpty = new Set(this.before.groups().filter((group) => isEmpty(this.before, group)));
    return this.after
      .groups()
      .filter((group) => isEmpty(this.after, group) && !wereEmpty.has(group));
  }

  private moved(): NameKey[] {
    return this.after.users().filter((user) => {
      const was = this.before.canonical(user);
      return was !== undefined && !sameDirectory(was, this.after.canonical(user)!);
    });
  }

  /** Whether the entry that the name meant before is in an active directory after. */
  private stillStands(user: NameKey): boolean {
    const was = this.before.canonical(user)!;
    const is = this.after.active().find((holder) => sameDirectory(was, holder));
    return is !== undefined && [...is.users.values()].some(({ nameKey }) => nameKey === user);
  }
}

function sameDirectory(one: NaiveDirectory, other: NaiveDirectory): boolean {
  return one.directory.id === other.directory.id;
}

function licenceOf(state: NaiveState): LicenceState {
  const { scheme, licenceLimit } = state.facts;
  return { seatsUsed: state.holders(scheme.seat).length, seatsAllowed: licenceLimit };
}

function toText({ permission, subjectType, subjectKey }: Grant): string {
  return `${permission} ${subjectType} ${subjectKey}`;
}

function reaches(state: NaiveState, { subjectType, subjectKey }: Grant): boolean {
  if (subjectType === 'USER') return state.isActive(subjectKey);
  return [...state.members(subjectKey, true).keys()].some((user) => state.isActive(user));
}

function isEmpty(state: NaiveState, group: NameKey): boolean {
  return state.members(group, true).size === 0;
}
