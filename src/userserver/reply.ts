import type { Document } from './documents.js';
import type { Link } from './links.js';

/** What is answered when it is not simply a document with status 200. */
export interface Reply {
  readonly status: 200 | 201 | 204;
  /** Beside the type, which the sender sets. */
  readonly headers: Readonly<Record<string, string>>;
  /** `null` leaves the body empty, unless there is a text. */
  readonly document: Document | null;
  /** A body that is no document; its type is among the headers. */
  readonly text?: string;
}

/** 204, as a removal and most changes are answered. */
export const NO_CONTENT: Reply = { status: 204, headers: {}, document: null };

/** 201 and where the new thing is, with a document of it where the protocol has one. */
export function created({ href }: Link, document: Document | null = null): Reply {
  return { status: 201, headers: { Location: href }, document };
}

/** Any answer in one form. */
export function asReply(answered: Document | Reply): Reply {
  return 'kind' in answered ? { status: 200, headers: {}, document: answered } : answered;
}
