import type { DirectoryId, SetAsideGrantId, TombstoneId, UserId } from './ids.js';
import type { NameKey } from './name.js';
import type { PermissionKey } from './permission-scheme.js';
import type { UserFacts } from './user.js';

/**
 * What becomes of a user whom the server has no more. DELETE: the row goes, and a tombstone waits for
 * a return. DEACTIVATE: the row stays, inactive. KEEP: the row stays as it is, and so does its seat
 * (BSERV-11403).
 */
export const REMOVAL_POLICIES = ['DELETE', 'DEACTIVATE', 'KEEP'] as const;
export type RemovalPolicy = (typeof REMOVAL_POLICIES)[number];

/** A user of a directory whom its server has no more. */
export interface Tombstone {
  readonly id: TombstoneId;
  readonly directoryId: DirectoryId;
  /** The row that stays although the server does not have the user; `null` when there is none. */
  readonly userId: UserId | null;
  /** As they were last; without the server's id when it told none. */
  readonly facts: UserFacts;
  readonly nameKey: NameKey;
  /** The groups the user was directly in, by name. */
  readonly groups: readonly string[];
  readonly deletedAt: Date;
  /** When the grants to the name and this tombstone go; `null` while a row stays. */
  readonly purgeAt: Date | null;
}

/**
 * A grant that was taken from a name because somebody else came to bear it. It gives nobody anything
 * until an administrator confirms it.
 */
export interface SetAsideGrant {
  readonly id: SetAsideGrantId;
  readonly directoryId: DirectoryId;
  readonly permission: PermissionKey;
  /** Who had it, as a name. */
  readonly subjectName: string;
  readonly subjectKey: NameKey;
  /** The server's id of whom it was given to. */
  readonly previousExternalId: string;
  /** Of whoever bears the name now; `null` when that is nobody of this directory. */
  readonly newExternalId: string | null;
  readonly setAsideAt: Date;
}

/** Begins the ids that are made here; no server is known to begin one so. */
const MADE_HERE = 'made-here:';

/** An id for a user whom no server gave one. @param unique never given twice. */
export function externalIdMadeHere(unique: string): string {
  return `${MADE_HERE}${unique}`;
}

/** The id by which a server knows the user; `null` when it knows none. */
export function serversId({ externalId }: Pick<UserFacts, 'externalId'>): string | null {
  return externalId === null || externalId.startsWith(MADE_HERE) ? null : externalId;
}

/**
 * Whether two records are of one person, as far as ids tell: where one side knows no id they may be,
 * and the name decides.
 */
export function mayBeOnePerson(
  one: Pick<UserFacts, 'externalId'>,
  other: Pick<UserFacts, 'externalId'>,
): boolean {
  const [id, otherId] = [serversId(one), serversId(other)];
  return id === null || otherId === null || id === otherId;
}
