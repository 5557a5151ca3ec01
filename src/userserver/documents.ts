import type { Attribute, Group, User, Webhook } from '../domain/index.js';
import type { FollowerEvent, FoundList, SessionSettings, ToldSession } from '../usecase/index.js';
import type { Reason } from './errors.js';

/** What is answered, before it is known in which format. */
export type Document = ShortDocument | ListDocument | MembershipsDocument;

/** All of it is there. */
export type ShortDocument =
  | { readonly kind: 'user'; readonly user: User; readonly attributes?: readonly Attribute[] }
  | { readonly kind: 'group'; readonly group: Group; readonly attributes?: readonly Attribute[] }
  | AttributesDocument
  | { readonly kind: 'event-token'; readonly token: string }
  | {
      readonly kind: 'session';
      readonly session: ToldSession;
      /** `null` leaves it at the user's name. */
      readonly user: User | null;
    }
  | { readonly kind: 'cookie-config'; readonly cookie: SessionSettings['cookie'] }
  /** Its token is never told. */
  | { readonly kind: 'webhook'; readonly webhook: Webhook }
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

/** What can be written in one piece. */
export function isShort(document: ShortDocument | ListDocument): document is ShortDocument {
  return document.kind !== 'users' && document.kind !== 'groups' && document.kind !== 'events';
}

/** The attributes of one user or group, in the order in which they are written. */
export interface AttributesDocument {
  readonly kind: 'attributes';
  readonly of: 'user' | 'group';
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

/** There is no JSON of it: Crowd answers XML whatever was asked for. */
export interface MembershipsDocument {
  readonly kind: 'memberships';
  /** As `sendBytes` wants them. */
  readonly pieces: AsyncIterable<Buffer>;
  /** Of all pieces, where it is known beforehand. */
  readonly length: number | null;
}

/**
 * The identity of a user across renames: the directory's id and the user's own in it. Absent when
 * the directory gives none.
 */
export function userKey({ directoryId, externalId }: User): string | null {
  return externalId === null ? null : `${directoryId}:${externalId}`;
}
