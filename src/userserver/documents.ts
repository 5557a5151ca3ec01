import type { Group, User } from '../domain/index.js';
import type { FollowerEvent, FoundList, MembershipsPart } from '../usecase/index.js';
import type { Reason } from './errors.js';

/** What is answered, before it is known in which format. */
export type Document = ShortDocument | ListDocument | MembershipsDocument;

/** All of it is there. */
export type ShortDocument =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'event-token'; readonly token: string }
  /** Without a message clients make no stir about it. */
  | { readonly kind: 'error'; readonly reason: Reason; readonly message: string | null };

/** What is put together while it is sent. */
export type ListDocument =
  | { readonly kind: 'users'; readonly users: FoundList<User> }
  | { readonly kind: 'groups'; readonly groups: FoundList<Group> }
  | {
      readonly kind: 'events';
      readonly token: string;
      readonly events: AsyncIterable<FollowerEvent>;
    };

export function isShort(document: Document): document is ShortDocument {
  switch (document.kind) {
    case 'user':
    case 'group':
    case 'event-token':
    case 'error':
      return true;
    default:
      return false;
  }
}

/** There is no JSON of it: Crowd answers XML whatever was asked for. */
export interface MembershipsDocument {
  readonly kind: 'memberships';
  readonly parts: AsyncIterable<MembershipsPart>;
}

/**
 * The identity of a user across renames: the directory's id and the user's own in it. Absent when
 * the directory gives none.
 */
export function userKey({ directoryId, externalId }: User): string | null {
  return externalId === null ? null : `${directoryId}:${externalId}`;
}
