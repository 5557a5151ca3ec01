import type { ApplicationCaller, Gateway } from '../usecase/index.js';
import type { Document } from './documents.js';
import type { Links } from './links.js';
import type { MembershipsMemory } from './memberships-memory.js';
import type { Query } from './query.js';
import type { Reply } from './reply.js';
import type { RequestBody } from './request-body.js';

/** One request of an application that has been let in. */
export interface Exchange {
  readonly gateway: Gateway;
  readonly caller: ApplicationCaller;
  readonly memberships: MembershipsMemory;
  /** What the path names after the resource, decoded: the token of `/event/{token}`. */
  readonly pathArgument: string;
  readonly query: Query;
  /** Addresses below the base that the client used, for `Location`. */
  readonly links: Links;
  /** Reads the body; at most once. */
  readBody(): Promise<RequestBody>;
}

/** Answers a request: with a document and status 200, with another reply, or by throwing a refusal. */
export type Handler = (exchange: Exchange) => Answered | Promise<Answered>;

type Answered = Document | Reply;
