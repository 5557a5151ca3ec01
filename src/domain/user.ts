import type { DirectoryId, UserId } from './ids.js';
import type { NameKey } from './name.js';

/** What a directory says about a user. */
export interface UserFacts {
  readonly name: string;
  readonly displayName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly active: boolean;
  /** Identity across renames: the server's `key`, or one we made for an internal user. Never reused. */
  readonly externalId: string | null;
}

export interface User extends UserFacts {
  readonly id: UserId;
  readonly directoryId: DirectoryId;
  readonly nameKey: NameKey;
}

/** Longest value of a descriptive field (display name, e-mail, …) in UTF-16 units. */
export const MAX_FACT_LENGTH = 255;

/** The fields whose difference makes a user "changed" in a synchronisation. */
export function sameUserFacts(a: UserFacts, b: UserFacts): boolean {
  return (
    a.name === b.name &&
    a.displayName === b.displayName &&
    a.firstName === b.firstName &&
    a.lastName === b.lastName &&
    a.email === b.email &&
    a.active === b.active &&
    a.externalId === b.externalId
  );
}
