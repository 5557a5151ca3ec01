import type { ApplicationCaller, Gateway } from '../usecase/index.js';
import type { Document } from './documents.js';
import type { Query } from './query.js';
import type { RequestBody } from './request-body.js';

/** One request of an application that has been let in. */
export interface Exchange {
  readonly gateway: Gateway;
  readonly caller: ApplicationCaller;
  /** What the path names after the resource, decoded: the token of `/event/{token}`. */
  readonly pathArgument: string;
  readonly query: Query;
  /** Reads the body; at most once. */
  readBody(): Promise<RequestBody>;
}

/** Answers a request with status 200 and a document, or refuses it by throwing. */
export type Handler = (exchange: Exchange) => Document | Promise<Document>;
