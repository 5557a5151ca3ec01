import type { LicenceState, PermissionMask } from '../domain/index.js';

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
