import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import {
  type ErrorCode,
  type ErrorDetails,
  GatehouseError,
  isGatehouseError,
} from '../domain/index.js';
import type { Log } from '../usecase/index.js';

interface Presentation<Code extends ErrorCode> {
  /** For the schema. */
  readonly meaning: string;
  /** Facts a caller may read in `extensions.details`. */
  readonly shown: readonly (keyof ErrorDetails[Code])[];
}

/**
 * How each refusal looks from outside; a code that is missing here does not compile. The facts of the
 * remote side (`server`) are the administrator's own settings; `live-walk.ts` takes them out of what
 * others may cause.
 */
export const ERROR_TABLE: { readonly [Code in ErrorCode]: Presentation<Code> } = {
  NAME_INVALID: { meaning: 'A name may not be stored.', shown: ['kind', 'name', 'fault'] },
  NAME_TAKEN: { meaning: 'The name is borne already.', shown: ['kind', 'name'] },
  INPUT_INVALID: { meaning: 'A field holds what it may not.', shown: ['field', 'reason'] },
  PAGE_INVALID: {
    meaning: 'A page size or a cursor is none of this list.',
    shown: ['reason'],
  },
  UNKNOWN_PERMISSION: {
    meaning: 'The scheme in force has no such permission.',
    shown: ['permission', 'known'],
  },
  NOT_FOUND: { meaning: 'There is no such thing.', shown: ['kind', 'name'] },
  MEMBERSHIP_EXISTS: {
    meaning: 'The member is a direct member already.',
    shown: ['group', 'member'],
  },
  MEMBERSHIP_NOT_FOUND: { meaning: 'The member is no direct member.', shown: ['group', 'member'] },
  MEMBERSHIP_CYCLE: {
    meaning: 'An application would put a group into itself.',
    shown: ['group', 'member'],
  },
  GRANT_EXISTS: {
    meaning: 'The permission has been granted already.',
    shown: ['permission', 'subject'],
  },
  REVISION_CONFLICT: {
    meaning: 'Something has changed since the expected revision.',
    shown: ['expected', 'actual'],
  },
  REVISION_NOT_REACHABLE: {
    meaning:
      'The state of a past revision can no longer be shown, or the log no longer tells what came after it.',
    shown: ['revision', 'oldest', 'reason'],
  },
  REVISION_NOT_REACHED: {
    meaning: 'The state asked for has not come to this process in time.',
    shown: ['revision', 'reached'],
  },
  DIRECTORY_READ_ONLY: {
    meaning: 'The directory is a copy and is changed at its server.',
    shown: ['directory'],
  },
  NO_WRITABLE_DIRECTORY: { meaning: 'No active directory permits changes.', shown: [] },
  NESTED_GROUPS_OFF: {
    meaning: 'An application would put a group into a group where that does not count.',
    shown: ['directory'],
  },
  DIRECTORY_STILL_ACTIVE: {
    meaning: 'The directory must be disabled first.',
    shown: ['directory'],
  },
  LAST_INTERNAL_DIRECTORY: {
    meaning: 'The only internal directory stays.',
    shown: ['directory'],
  },
  DIRECTORY_ORDER_INCOMPLETE: {
    meaning: 'An order must name each directory once.',
    shown: ['missing', 'unknown', 'repeated'],
  },
  UNAUTHENTICATED: { meaning: 'Nobody has signed in.', shown: [] },
  TOO_MANY_ATTEMPTS: {
    meaning: 'Too many sign-ins failed; further ones wait.',
    shown: ['retryAfterSeconds'],
  },
  PERMISSION_DENIED: { meaning: 'The viewer lacks a permission.', shown: ['needed'] },
  TARGET_OUTRANKS_VIEWER: {
    meaning: 'Somebody concerned holds permissions that the viewer does not hold.',
    shown: ['target'],
  },
  WOULD_REMOVE_SELF: { meaning: 'Nobody removes their own account.', shown: [] },
  WOULD_LOCK_OUT_VIEWER: {
    meaning: 'The viewer would lose their own administration; can be confirmed.',
    shown: ['lost'],
  },
  NO_SYS_ADMIN_LEFT: {
    meaning: 'Nobody would be left with system administration; can be confirmed.',
    shown: [],
  },
  ADMITS_EVERYBODY: {
    meaning: 'An application could be called from everywhere; can be confirmed.',
    shown: ['range'],
  },
  APPLICATION_PERMISSION_DENIED: {
    meaning: 'An application may not change this; its permissions are set per directory.',
    shown: ['permission', 'directory'],
  },
  EMAIL_INVALID: { meaning: 'An e-mail address is missing or none.', shown: ['reason'] },
  TOO_MANY_MAILS: {
    meaning: 'An application asked for too many mails; further ones wait.',
    shown: ['retryAfterSeconds'],
  },
  MAIL_HOOK_MISSING: { meaning: 'Nothing is set up that would send mail.', shown: [] },
  RESET_TOKEN_INVALID: {
    meaning: 'A token to set a new password is used, too old or none.',
    shown: [],
  },
  SECRET_KEY_MISSING: { meaning: 'Secrets cannot be stored without a key.', shown: [] },
  SECRET_UNREADABLE: {
    meaning: 'A stored password was encrypted with another key.',
    shown: ['directory'],
  },
  UNREACHABLE: { meaning: 'A server cannot be reached.', shown: ['server', 'reason'] },
  TLS: { meaning: 'There is no trusted connection to a server.', shown: ['server', 'reason'] },
  AUTH: { meaning: 'A server refused the application name or password.', shown: ['server'] },
  ADDRESS_REFUSED: {
    meaning: "A server does not accept requests from this gateway's address.",
    shown: ['server', 'says'],
  },
  PROTOCOL: {
    meaning: 'A server did not answer as a Jira or Crowd user server.',
    shown: ['server', 'field', 'reason'],
  },
  NOT_SYNCHRONISABLE: {
    meaning: 'The directory is kept here and has no server.',
    shown: ['directory'],
  },
  SYNCHRONISATION_RUNNING: {
    meaning: 'The directory is being synchronised already.',
    shown: ['directory'],
  },
  RUN_SUPERSEDED: { meaning: 'A later run of the directory took over.', shown: ['directory'] },
  PROCESS_ENDED: { meaning: 'The process ended during the run.', shown: [] },
  REMOVALS_HELD: {
    meaning: 'A synchronisation would remove more users than it may by itself.',
    shown: ['directory', 'removed', 'held'],
  },
  EMPTIED_GROUPS_HELD: {
    meaning: 'A synchronisation would leave nobody in groups that have been granted permissions.',
    shown: ['directory', 'groups'],
  },
  ADMINISTRATORS_HELD: {
    meaning: 'A synchronisation would leave nobody with system administration.',
    shown: ['directory'],
  },
  RUN_CANCELLED: {
    meaning: 'An administrator has cancelled the synchronisation.',
    shown: ['directory'],
  },
  RUN_TOO_LONG: {
    meaning: 'The server of a directory did not tell everything in the time of a synchronisation.',
    shown: ['directory', 'minutes'],
  },
  RUN_NOT_RUNNING: {
    meaning: 'The synchronisation has ended already.',
    shown: ['run'],
  },
  RUN_NOT_HELD: {
    meaning: 'The run does not wait to be released or dropped.',
    shown: ['run'],
  },
  STORE_BUSY: {
    meaning: 'The database was locked by other work for too long.',
    shown: ['waitedMs'],
  },
  REQUEST_TOO_LARGE: { meaning: 'The request is beyond a limit.', shown: ['limit'] },
  SHUTTING_DOWN: { meaning: 'This process is stopping.', shown: [] },
  INTERNAL: {
    meaning: 'Something failed on our side; the log has the incident.',
    shown: ['incident'],
  },
};

/** Faults of the request itself, found by the server's library; their texts speak of the request only. */
const REQUEST_FAULTS: ReadonlySet<unknown> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** What a caller is told of a refusal. */
export function extensionsOf(error: GatehouseError): {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
} {
  const facts = error.details as Record<string, unknown>;
  const shown: readonly string[] = ERROR_TABLE[error.code].shown;
  return {
    code: error.code,
    details: Object.fromEntries(shown.map((fact) => [fact, facts[fact]])),
  };
}

/**
 * What a caller is told of any error: a refusal with its code and facts, a fault of the request as it
 * is, and everything else as `INTERNAL` with an incident, whose cause goes to the log only.
 */
export function presentError(error: GraphQLError, log: Log): GraphQLFormattedError {
  const { locations, path } = error.toJSON();
  const refusal = refusalIn(error);
  if (!refusal && REQUEST_FAULTS.has(error.extensions.code)) {
    return { message: error.message, locations, path, extensions: { code: error.extensions.code } };
  }
  const shown = refusal ?? internalError(error.originalError ?? error, log, path);
  return { message: shown.message, locations, path, extensions: extensionsOf(shown) };
}

/** An error of ours for something unforeseen; the cause is logged under its incident. */
export function internalError(
  cause: unknown,
  log: Log,
  path: GraphQLFormattedError['path'] = undefined,
): GatehouseError<'INTERNAL'> {
  const incident = randomUUID();
  log.error({ err: cause, incident, path }, 'a request failed');
  return new GatehouseError('INTERNAL', { incident }, { cause });
}

/** Libraries wrap errors in errors; a refusal may sit some layers down. */
function refusalIn(error: GraphQLError): GatehouseError | null {
  let layer: unknown = error;
  while (layer instanceof GraphQLError) layer = layer.originalError;
  return isGatehouseError(layer) ? layer : null;
}
