import {
  type Grant,
  type LicenceCrossing,
  type LicenceState,
  licenceCrossings,
  type NameKey,
  type Page,
  type PageRequest,
  type PermissionKey,
} from '../domain/index.js';
import type { GroupEntry, UserEntry } from './answers.js';
import { groupEntry, userEntry } from './entry-answers.js';
import { filledGroups } from './filled-groups.js';
import { inKeyOrder } from './key-order.js';
import { pageAfter } from './paging.js';
import type { PermissionAnswers } from './permission-answers.js';
import { movedNames, type RightsDelta, rightsDelta, type State } from './rights-delta.js';

/** Somebody who loses a permission. */
export interface LostUser {
  readonly before: UserEntry;
  /** `null`: no active directory will know the name. */
  readonly after: UserEntry | null;
}

/** A name that will mean an entry of another directory. */
export interface MaskMove {
  readonly before: UserEntry;
  readonly after: UserEntry;
}

/** Name numbers in the order of their keys. */
interface MaskMoves {
  readonly masked: Int32Array;
  readonly unmasked: Int32Array;
}

/** One side of a preview: an index with what lies behind it. */
export interface PreviewSide<Index extends PermissionAnswers> {
  readonly index: Index;
  readonly state: State;
}

/**
 * What changes would do: the state before beside an overlay that holds them. Only the net effect of
 * the whole list matters. Answers are of the moment it was made: once the index has moved on, each
 * throws `StaleOverlay`. Lists are worked out when asked for, in the order of keys.
 */
export class PreviewOf<Index extends PermissionAnswers> {
  /** Ask both for reasons. */
  readonly before: Index;
  readonly after: Index;
  private readonly from: State;
  private readonly to: State;
  private readonly fresh: () => void;
  private delta: RightsDelta | null = null;
  private readonly movedBy = new Map<string, Int32Array>();
  private moves: MaskMoves | null = null;
  private lonelyGrants: Grant[] | null = null;
  private emptied: Int32Array | null = null;

  constructor(before: PreviewSide<Index>, after: PreviewSide<Index>, fresh: () => void) {
    this.before = before.index;
    this.after = after.index;
    this.from = before.state;
    this.to = after.state;
    this.fresh = fresh;
  }

  get licenceBefore(): LicenceState {
    return this.before.licence();
  }

  get licenceAfter(): LicenceState {
    return this.after.licence();
  }

  /** Thresholds of the licence that would be crossed, as the log would tell them. */
  get crossings(): readonly LicenceCrossing[] {
    return licenceCrossings(this.licenceBefore, this.licenceAfter);
  }

  /** User names that hold the permission afterwards and not before. @throws `UNKNOWN_PERMISSION`. */
  countGained(permission: PermissionKey): number {
    return this.countMoved(permission, 'gained');
  }

  /** User names that hold the permission before and not afterwards. @throws `UNKNOWN_PERMISSION`. */
  countLost(permission: PermissionKey): number {
    return this.countMoved(permission, 'lost');
  }

  /** Entries as they are afterwards. */
  gained(permission: PermissionKey, page: PageRequest<NameKey>): Page<UserEntry> {
    return this.pageOfNames(this.namesMoved(permission, 'gained'), page, (name) => {
      return this.entry(this.to, name)!;
    });
  }

  lost(permission: PermissionKey, page: PageRequest<NameKey>): Page<LostUser> {
    return this.pageOfNames(this.namesMoved(permission, 'lost'), page, (name) => {
      return { before: this.entry(this.from, name)!, after: this.entry(this.to, name) };
    });
  }

  /** Names whose entry will be hidden by that of a directory which then stands before its own. */
  masked(page: PageRequest<NameKey>): Page<MaskMove> {
    return this.pageOfNames(this.maskMoves().masked, page, (name) => this.maskMove(name));
  }

  /** Names whose entry goes or stops counting, so that the entry of another directory comes forth. */
  unmasked(page: PageRequest<NameKey>): Page<MaskMove> {
    return this.pageOfNames(this.maskMoves().unmasked, page, (name) => this.maskMove(name));
  }

  /**
   * Grants that will reach no active user, and are new or did reach one; in the order of `grants`.
   * The cursor is the place in this list of the last one seen, counted from 0.
   */
  grantsReachingNobody(page: PageRequest<number>): Page<Grant> {
    this.fresh();
    this.lonelyGrants ??= this.after.grantsEmptiedSince(this.before);
    const start = page.after === null ? 0 : page.after + 1;
    return {
      items: this.lonelyGrants.slice(start, start + page.first),
      hasMore: start + page.first < this.lonelyGrants.length,
      total: this.lonelyGrants.length,
    };
  }

  /**
   * Groups without any member, in them or below, that had one or were not there before. Inactive
   * users are members.
   */
  emptyGroups(page: PageRequest<NameKey>): Page<GroupEntry> {
    this.fresh();
    this.emptied ??= this.findEmptyGroups();
    const { names } = this.to.facts.groups;
    return pageAfter(
      this.emptied,
      page,
      (name) => names.keyOf(name),
      (name) => groupEntry(this.to.facts, this.to.rights.canonicalGroup(name)),
    );
  }

  private countMoved(permission: PermissionKey, way: 'gained' | 'lost'): number {
    const bit = 1 << this.to.facts.scheme.bitOf(permission);
    const { from, to } = this.masksMoved(way);
    let count = 0;
    for (let i = 0; i < from.length; i++) if (to[i] & ~from[i] & bit) count++;
    return count;
  }

  private namesMoved(permission: PermissionKey, way: 'gained' | 'lost'): Int32Array {
    const bit = 1 << this.to.facts.scheme.bitOf(permission);
    const { names, from, to } = this.masksMoved(way);
    const known = this.movedBy.get(way + permission);
    if (known) return known;
    const moved = new Int32Array(this.countMoved(permission, way));
    for (let i = 0, at = 0; at < moved.length; i++) {
      if (to[i] & ~from[i] & bit) moved[at++] = names[i];
    }
    this.movedBy.set(way + permission, moved);
    return moved;
  }

  private masksMoved(way: 'gained' | 'lost') {
    this.fresh();
    this.delta ??= rightsDelta(this.from, this.to);
    const { names, before, after } = this.delta;
    return way === 'gained'
      ? { names, from: before, to: after }
      : { names, from: after, to: before };
  }

  private pageOfNames<Item>(
    names: ArrayLike<number>,
    page: PageRequest<NameKey>,
    toItem: (name: number) => Item,
  ): Page<Item> {
    const table = this.to.facts.users.names;
    return pageAfter(names, page, (name) => table.keyOf(name), toItem);
  }

  private entry({ facts, rights }: State, name: number): UserEntry | null {
    const entry = rights.canonical(name);
    return entry < 0 ? null : userEntry(facts, rights, entry);
  }

  private maskMove(name: number): MaskMove {
    return { before: this.entry(this.from, name)!, after: this.entry(this.to, name)! };
  }

  /** Every name whose entry that counts is in another directory: hidden, or gone. */
  private maskMoves(): MaskMoves {
    this.fresh();
    if (this.moves) return this.moves;
    const masked: number[] = [];
    const unmasked: number[] = [];
    for (const name of movedNames(this.to)) {
      const before = this.homeOf(this.from, name);
      const after = this.homeOf(this.to, name);
      if (before === null || after === null || before === after) continue;
      const { facts } = this.to;
      const old = facts.slotOf(before);
      const stays = old?.directory.active && facts.users.entryIn(name, old.slot) >= 0;
      (stays ? masked : unmasked).push(name);
    }
    const { names } = this.to.facts.users;
    this.moves = { masked: inKeyOrder(masked, names), unmasked: inKeyOrder(unmasked, names) };
    return this.moves;
  }

  private homeOf({ facts, rights }: State, name: number) {
    const entry = rights.canonical(name);
    return entry < 0
      ? null
      : (facts.directorySlots.at(facts.users.slotOf(entry))?.directory.id ?? null);
  }

  private findEmptyGroups(): Int32Array {
    const filledAfter = filledGroups(this.to);
    const filledBefore = filledGroups(this.from);
    const empty: number[] = [];
    const { names } = this.to.facts.groups;
    for (let name = 0; name < names.size; name++) {
      if (this.to.rights.canonicalGroup(name) < 0 || isFilled(this.to, name, filledAfter)) continue;
      const wasThere = this.from.rights.canonicalGroup(name) >= 0;
      if (!wasThere || isFilled(this.from, name, filledBefore)) empty.push(name);
    }
    return inKeyOrder(empty, names);
  }
}

/** Whether a group of the name is filled in any active directory. */
function isFilled({ facts }: State, name: number, filled: Uint8Array): boolean {
  const { groups } = facts;
  if (name < 0) return false;
  for (let entry = groups.firstOf(name); entry >= 0; entry = groups.nextOf(entry)) {
    if (filled[entry] === 1) return true;
  }
  return false;
}
