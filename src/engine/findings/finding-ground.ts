import type { Finding, FindingCode, FindingFacts } from '../answers.js';
import type { Facts } from '../facts.js';
import type { GrantLists } from '../grant-lists.js';
import type { Rights } from '../rights.js';
import type { Slice } from '../slice.js';
import type { Walk } from '../walk.js';

/** What every family of findings stands on. */
export interface FindingGround {
  readonly facts: Facts;
  readonly rights: Rights;
  readonly walk: Walk;
  readonly grants: GrantLists;
  readonly known: FindingFacts;
  readonly slice: Slice;
}

/** Findings with one code. */
export type FindingOf<Code extends FindingCode> = Extract<Finding, { readonly code: Code }>;

/** A piece of work that pauses after each slice. */
export type Work<Result> = Generator<void, Result>;
