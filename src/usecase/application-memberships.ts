import { setImmediate } from 'node:timers/promises';
import { finish, type PermissionIndex, type Roster } from '../engine/index.js';
import type { ApplicationCaller } from './application-access.js';
import { viewOf } from './application-view.js';
import type { Gateway } from './gateway.js';
import { inSlices } from './in-slices.js';

/** Memberships told at a time: few enough that each part takes a fraction of a millisecond. */
const MEMBERSHIPS_AT_A_TIME = 2_000;
/** Milliseconds that may go by before everybody else has a turn. */
const KEEPS_MS = 2;
/** How often names are listed in slices because they moved, before they are listed in one go. */
const ATTEMPTS = 3;

/** Names as they are spelled, in the order of their keys. Of the same names it is the same object. */
export interface MembershipNames {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** A group and its direct members, by ascending places in the lists of names. */
export interface DirectMembers {
  readonly group: number;
  readonly users: Int32Array;
  readonly childGroups: Int32Array;
}

/** The next groups of a list in the order of their keys. */
export interface MembershipsPart {
  readonly names: MembershipNames;
  readonly groups: readonly DirectMembers[];
}

/**
 * The direct members that count of every group the application sees, empty groups included. Order,
 * nesting switch and membership mode are applied. Like `findUsers` it is no snapshot: each group is
 * told as it is when its part is asked for.
 */
export async function* directMemberships(
  gateway: Gateway,
  caller: ApplicationCaller,
): AsyncGenerator<MembershipsPart, void, void> {
  const view = () => viewOf(gateway, caller);
  // Whoever took an event token from another process must not read what was before it.
  await gateway.live.catchUp();
  let held = await holdRoster(view);
  let next = 0;
  let last: string | null = null;
  let turn = performance.now();
  for (;;) {
    const { roster } = held;
    if (!isCurrent(held, view)) {
      held = await holdRoster(view);
      next = last === null ? 0 : held.roster.groupAfter(last);
      continue;
    }
    if (next === roster.groups.length) return;
    const groups = partFrom(roster, next);
    next += groups.length;
    last = roster.groups[next - 1];
    yield { names: roster, groups };
    // A client that reads fast enough keeps nobody waiting but everybody else.
    if (performance.now() - turn > KEEPS_MS) {
      await setImmediate();
      turn = performance.now();
    }
  }
}

function partFrom(roster: Roster, first: number): DirectMembers[] {
  const groups: DirectMembers[] = [];
  for (let told = 0, group = first; group < roster.groups.length; group++) {
    const users = roster.usersIn(group);
    const childGroups = roster.groupsIn(group);
    groups.push({ group, users, childGroups });
    told += 1 + users.length + childGroups.length;
    if (told >= MEMBERSHIPS_AT_A_TIME) break;
  }
  return groups;
}

type View = () => PermissionIndex;

interface Held {
  readonly index: PermissionIndex;
  readonly roster: Roster;
}

/**
 * The last roster of each index: most of the time it still is what the next one would be. It is out of
 * date once a name, a directory or the mode has changed, which it knows itself. It goes with its index;
 * one that is an application's view goes with any change, and there are as many as `ApplicationViews` keeps.
 */
const KEPT = new WeakMap<PermissionIndex, Roster>();

async function holdRoster(view: View): Promise<Held> {
  const index = view();
  const kept = KEPT.get(index);
  if (kept?.isFresh()) return { index, roster: kept };
  const held = await makeRoster(view);
  KEPT.set(held.index, held.roster);
  return held;
}

async function makeRoster(view: View): Promise<Held> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const index = view();
    const { revision } = index;
    const isInVain = () => view() !== index || index.revision !== revision;
    const roster = await inSlices(index.roster(), isInVain);
    if (roster && isCurrent({ index, roster }, view)) return { index, roster };
  }
  const index = view();
  return { index, roster: finish(index.roster()) };
}

function isCurrent({ index, roster }: Held, view: View): boolean {
  return index === view() && roster.isFresh();
}
