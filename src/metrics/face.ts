import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request and says so, or leaves it to another face. */
export type Face = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
