import { setImmediate } from 'node:timers/promises';
import { finish, type PermissionIndex, type Roster } from '../engine/index.js';
import type { ApplicationCaller } from './application-access.js';
import type { Gateway } from './gateway.js';
import { inSlices } from './in-slices.js';
import type { LiveIndex } from './live-index.js';

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
 * The direct members that count of every group of the active directories, empty groups included.
 * Order, nesting switch and membership mode are applied. Like `findUsers` it is no snapshot: each
 * group is told as it is when its part is asked for.
 */
export async function* directMemberships(
  { live }: Gateway,
  _caller: ApplicationCaller,
): AsyncGenerator<MembershipsPart, void, void> {
  // Whoever took an event token from another process must not read what was before it.
  await live.catchUp();
  let held = await holdRoster(live);
  let turn = performance.now();
  for (let next = 0; next < held.roster.groups.length; ) {
    const { roster } = held;
    const groups: DirectMembers[] = [];
    for (let told = 0; told < MEMBERSHIPS_AT_A_TIME && next < roster.groups.length; next++) {
      const members = {
        group: next,
        users: roster.usersIn(next),
        childGroups: roster.groupsIn(next),
      };
      groups.push(members);
      told += 1 + members.users.length + members.childGroups.length;
    }
    yield { names: roster, groups };
    // A client that reads fast enough keeps nobody waiting but everybody else.
    if (performance.now() - turn > KEEPS_MS) {
      await setImmediate();
      turn = performance.now();
    }
    if (isCurrent(held, live)) continue;
    const last = roster.groups[next - 1];
    held = await holdRoster(live);
    next = held.roster.groupAfter(last);
  }
}

interface Held {
  readonly index: PermissionIndex;
  readonly roster: Roster;
}

/** The last one of each process is kept: most of the time it still is what the next one would be. */
const KEPT = new WeakMap<LiveIndex, Held>();

async function holdRoster(live: LiveIndex): Promise<Held> {
  const kept = KEPT.get(live);
  if (kept && isCurrent(kept, live)) return kept;
  const held = await makeRoster(live);
  KEPT.set(live, held);
  return held;
}

async function makeRoster(live: LiveIndex): Promise<Held> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { index } = live;
    const { revision } = index;
    const isInVain = () => live.index !== index || index.revision !== revision;
    const roster = await inSlices(index.roster(), isInVain);
    if (roster && isCurrent({ index, roster }, live)) return { index, roster };
  }
  return { index: live.index, roster: finish(live.index.roster()) };
}

function isCurrent({ index, roster }: Held, live: LiveIndex): boolean {
  return index === live.index && roster.isFresh();
}
