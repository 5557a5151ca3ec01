import type { LicenceState, PermissionMask } from '../domain/index.js';
import type { RightsDelta, State } from './rights-delta.js';

/** Permissions that somebody gains or loses by a change, with one name as an example per list. */
export interface RightsMoved {
  /** The bits that anybody at all gains (or loses). */
  readonly mask: PermissionMask;
  readonly users: number;
  /** Somebody who gains (or loses) bits of `mask` outside the bits asked about; `null` if nobody. */
  readonly outside: string | null;
}

/** What a list of changes would do to everybody's permissions. */
export interface Effect {
  readonly licenceBefore: LicenceState;
  readonly licenceAfter: LicenceState;
  readonly gained: RightsMoved;
  readonly lost: RightsMoved;
}

/** @param within bits that may move freely. */
export function rightsMoved(
  { facts }: State,
  delta: RightsDelta,
  within: PermissionMask,
): Pick<Effect, 'gained' | 'lost'> {
  const moved = (from: Int32Array, to: Int32Array): RightsMoved => {
    let mask = 0;
    let users = 0;
    let outside = -1;
    for (let i = 0; i < delta.names.length; i++) {
      const bits = to[i] & ~from[i];
      if (bits === 0) continue;
      mask |= bits;
      users++;
      if (outside < 0 && bits & ~within) outside = delta.names[i];
    }
    return { mask, users, outside: outside < 0 ? null : facts.users.names.keyOf(outside) };
  };
  return { gained: moved(delta.before, delta.after), lost: moved(delta.after, delta.before) };
}
