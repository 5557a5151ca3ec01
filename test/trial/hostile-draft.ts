import type { Random } from '../support/random.js';

/** A request that is being made, part by part; a twist may make each of them anything. */
export interface Draft {
  method: string;
  /** Before the query, from the root. */
  path: string;
  /** Pairs as they are written, already encoded. */
  query: string[];
  version: string;
  headers: [name: string, value: string][];
  body: Buffer;
  /** What is announced of the body; worked out when it is `null`. */
  framing: [name: string, value: string][] | null;
}

/** Makes one part of a request hostile. */
export type Twist = (draft: Draft, random: Random) => void;

/** Replaces a header, or adds it. */
export function setHeader(draft: Draft, name: string, value: string): void {
  draft.headers = draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  draft.headers.push([name, value]);
}
