import {
  type ErrorCode,
  type ErrorDetails,
  GatehouseError,
  isGatehouseError,
} from '../domain/index.js';

/** Reasons that Atlassian's clients know. Others would be read as none at all, so there are no more. */
export type Reason =
  | 'APPLICATION_ACCESS_DENIED'
  | 'APPLICATION_NOT_FOUND'
  | 'APPLICATION_PERMISSION_DENIED'
  | 'EVENT_TOKEN_EXPIRED'
  | 'EXPIRED_CREDENTIAL'
  | 'GROUP_NOT_FOUND'
  | 'ILLEGAL_ARGUMENT'
  | 'INACTIVE_ACCOUNT'
  | 'INVALID_CREDENTIAL'
  | 'INVALID_EMAIL'
  | 'INVALID_GROUP'
  | 'INVALID_MEMBERSHIP'
  | 'INVALID_SSO_TOKEN'
  | 'INVALID_USER'
  | 'INVALID_USER_AUTHENTICATION'
  | 'MEMBERSHIP_ALREADY_EXISTS'
  | 'MEMBERSHIP_NOT_FOUND'
  | 'NESTED_GROUPS_NOT_SUPPORTED'
  | 'OPERATION_FAILED'
  | 'UNSUPPORTED_OPERATION'
  | 'USER_NOT_FOUND'
  | 'WEBHOOK_NOT_FOUND';

export interface WireError {
  readonly status: number;
  readonly reason: Reason;
}

/** An answer that refuses: what Gatehouse's own errors do not say, such as a method that is not offered. */
export class Refusal extends Error implements WireError {
  readonly status: number;
  readonly reason: Reason;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    wire: WireError,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.status = wire.status;
    this.reason = wire.reason;
    this.headers = headers;
  }
}

type Answers = { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => WireError };

const always = (status: number, reason: Reason) => () => ({ status, reason });
const badArgument = always(400, 'ILLEGAL_ARGUMENT');
const denied = always(403, 'APPLICATION_PERMISSION_DENIED');
const failed = always(500, 'OPERATION_FAILED');
const busy = always(503, 'OPERATION_FAILED');

/** Every code, also those that no resource of today can meet: a new one does not compile without a place. */
const ANSWERS: Answers = {
  NAME_INVALID: ({ kind }) => invalidEntity(kind),
  NAME_TAKEN: ({ kind }) => invalidEntity(kind),
  INPUT_INVALID: badArgument,
  PAGE_INVALID: badArgument,
  UNKNOWN_PERMISSION: badArgument,
  NOT_FOUND: ({ kind }) => {
    if (kind === 'user') return { status: 404, reason: 'USER_NOT_FOUND' };
    if (kind === 'group') return { status: 404, reason: 'GROUP_NOT_FOUND' };
    if (kind === 'webhook') return { status: 404, reason: 'WEBHOOK_NOT_FOUND' };
    return { status: 404, reason: 'OPERATION_FAILED' };
  },
  MEMBERSHIP_EXISTS: always(409, 'MEMBERSHIP_ALREADY_EXISTS'),
  MEMBERSHIP_NOT_FOUND: always(404, 'MEMBERSHIP_NOT_FOUND'),
  MEMBERSHIP_CYCLE: always(400, 'INVALID_MEMBERSHIP'),
  GRANT_EXISTS: badArgument,
  REVISION_CONFLICT: always(409, 'OPERATION_FAILED'),
  REVISION_NOT_REACHABLE: badArgument,
  REVISION_NOT_REACHED: badArgument,
  DIRECTORY_READ_ONLY: denied,
  NO_WRITABLE_DIRECTORY: denied,
  NESTED_GROUPS_OFF: always(400, 'NESTED_GROUPS_NOT_SUPPORTED'),
  DIRECTORY_STILL_ACTIVE: denied,
  LAST_INTERNAL_DIRECTORY: denied,
  DIRECTORY_ORDER_INCOMPLETE: badArgument,
  // 401 is the application's own failure in this protocol and has no error document.
  UNAUTHENTICATED: always(400, 'INVALID_USER_AUTHENTICATION'),
  TOO_MANY_ATTEMPTS: always(429, 'OPERATION_FAILED'),
  PERMISSION_DENIED: denied,
  TARGET_OUTRANKS_VIEWER: denied,
  WOULD_REMOVE_SELF: denied,
  WOULD_LOCK_OUT_VIEWER: denied,
  NO_SYS_ADMIN_LEFT: denied,
  ADMITS_EVERYBODY: badArgument,
  APPLICATION_PERMISSION_DENIED: denied,
  EMAIL_INVALID: always(400, 'INVALID_EMAIL'),
  TOO_MANY_MAILS: always(429, 'OPERATION_FAILED'),
  // As newer servers tell of a feature that is switched off: a refusal of the application would be its own fault.
  MAIL_HOOK_MISSING: always(412, 'OPERATION_FAILED'),
  RESET_TOKEN_INVALID: badArgument,
  SECRET_KEY_MISSING: failed,
  SECRET_UNREADABLE: failed,
  UNREACHABLE: failed,
  TLS: failed,
  AUTH: failed,
  ADDRESS_REFUSED: failed,
  PROTOCOL: failed,
  NOT_SYNCHRONISABLE: badArgument,
  SYNCHRONISATION_RUNNING: busy,
  RUN_SUPERSEDED: failed,
  PROCESS_ENDED: failed,
  REMOVALS_HELD: badArgument,
  EMPTIED_GROUPS_HELD: badArgument,
  ADMINISTRATORS_HELD: badArgument,
  RUN_CANCELLED: failed,
  RUN_TOO_LONG: failed,
  RUN_NOT_RUNNING: badArgument,
  RUN_NOT_HELD: badArgument,
  STORE_BUSY: busy,
  REQUEST_TOO_LARGE: always(413, 'ILLEGAL_ARGUMENT'),
  SHUTTING_DOWN: busy,
  INTERNAL: failed,
};

function invalidEntity(kind: ErrorDetails['NAME_TAKEN']['kind']): WireError {
  if (kind === 'user') return { status: 400, reason: 'INVALID_USER' };
  if (kind === 'group') return { status: 400, reason: 'INVALID_GROUP' };
  return badArgument();
}

/**
 * How a failure is told to an application. Status 500 tells nothing but `incident`: such a failure
 * is ours, and its text may name servers that are none of the application's business.
 */
export function refusalOf(error: unknown, incident: string): Refusal {
  if (error instanceof Refusal) return error;
  const wire = error instanceof GatehouseError ? wireErrorOf(error) : failed();
  if (error instanceof GatehouseError && wire.status !== 500) {
    return new Refusal(wire, error.message, headersOf(error));
  }
  const { message } = new GatehouseError('INTERNAL', { incident });
  return new Refusal(wire, message, {}, { cause: error });
}

/** Says to whoever has to wait for how long. */
function headersOf(error: GatehouseError): Readonly<Record<string, string>> {
  if (!isGatehouseError(error, 'TOO_MANY_ATTEMPTS', 'TOO_MANY_MAILS')) return {};
  return { 'Retry-After': String(error.details.retryAfterSeconds) };
}

function wireErrorOf<Code extends ErrorCode>(error: GatehouseError<Code>): WireError {
  return ANSWERS[error.code](error.details);
}

/** A parameter or a part of a body that cannot be used. */
export function badInput(field: string, reason: string): GatehouseError {
  return new GatehouseError('INPUT_INVALID', { field, reason });
}
