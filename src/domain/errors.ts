import type { NamedKind, NameFault } from './name-fault.js';

/** What each refusal tells, by code. The codes are a closed union: an edge that misses one does not compile. */
export interface ErrorDetails {
  // Input
  NAME_INVALID: { kind: NamedKind; name: string; fault: NameFault };
  NAME_TAKEN: { kind: NamedKind; name: string };
  INPUT_INVALID: { field: string; reason: string };
  PAGE_INVALID: { reason: string };
  UNKNOWN_PERMISSION: { permission: string; known: string[] };
  NOT_FOUND: {
    kind: NamedKind | 'grant' | 'node' | 'run' | 'deleted user' | 'grant set aside' | 'webhook';
    name: string;
  };
  MEMBERSHIP_EXISTS: { group: string; member: string };
  MEMBERSHIP_NOT_FOUND: { group: string; member: string };
  /** The group would be in itself. */
  MEMBERSHIP_CYCLE: { group: string; member: string };
  GRANT_EXISTS: { permission: string; subject: string };
  REVISION_CONFLICT: { expected: number; actual: number };
  /** `oldest` can be shown, and everything after it. */
  REVISION_NOT_REACHABLE: { revision: number; oldest: number; reason: UnreachableReason };
  /** `reached` is what this process knows. */
  REVISION_NOT_REACHED: { revision: number; reached: number };
  // Directories
  DIRECTORY_READ_ONLY: { directory: string };
  NO_WRITABLE_DIRECTORY: Record<string, never>;
  NESTED_GROUPS_OFF: { directory: string };
  DIRECTORY_STILL_ACTIVE: { directory: string };
  LAST_INTERNAL_DIRECTORY: { directory: string };
  DIRECTORY_ORDER_INCOMPLETE: { missing: string[]; unknown: string[]; repeated: string[] };
  // Viewers
  UNAUTHENTICATED: Record<string, never>;
  TOO_MANY_ATTEMPTS: { retryAfterSeconds: number };
  PERMISSION_DENIED: { needed: string };
  TARGET_OUTRANKS_VIEWER: { target: string };
  WOULD_REMOVE_SELF: Record<string, never>;
  WOULD_LOCK_OUT_VIEWER: { lost: string };
  NO_SYS_ADMIN_LEFT: Record<string, never>;
  // Applications
  /** `range` is all of IPv4 or all of IPv6. */
  ADMITS_EVERYBODY: { range: string };
  APPLICATION_PERMISSION_DENIED: { application: string; permission: string; directory: string };
  // Mail
  /** `reason` ends the sentence that begins with the address. */
  EMAIL_INVALID: { reason: string };
  TOO_MANY_MAILS: { retryAfterSeconds: number };
  MAIL_HOOK_MISSING: Record<string, never>;
  RESET_TOKEN_INVALID: Record<string, never>;
  // Secrets
  SECRET_KEY_MISSING: Record<string, never>;
  SECRET_UNREADABLE: { directory: string };
  // Remote side
  UNREACHABLE: { server: string; reason: string };
  TLS: { server: string; reason: string };
  AUTH: { server: string };
  ADDRESS_REFUSED: { server: string; says: string | null };
  PROTOCOL: { server: string; field: string; reason: string };
  // Synchronisation
  NOT_SYNCHRONISABLE: { directory: string };
  SYNCHRONISATION_RUNNING: { directory: string };
  RUN_SUPERSEDED: { directory: string };
  RUN_CANCELLED: { directory: string };
  RUN_TOO_LONG: { directory: string; minutes: number };
  /** The run that should be cancelled has ended already. */
  RUN_NOT_RUNNING: { run: string };
  PROCESS_ENDED: Record<string, never>;
  /** Users that a run would remove, of those the copy holds. */
  REMOVALS_HELD: { directory: string; removed: number; held: number };
  /** Groups that have grants and would be left without an active member; the first few. */
  EMPTIED_GROUPS_HELD: { directory: string; groups: string[] };
  ADMINISTRATORS_HELD: { directory: string };
  /** The run is not held, or another one came after it. */
  RUN_NOT_HELD: { run: string };
  // Ourselves
  STORE_BUSY: { waitedMs: number };
  REQUEST_TOO_LARGE: { limit: string };
  SHUTTING_DOWN: Record<string, never>;
  INTERNAL: { incident: string };
}

/**
 * Why a past state cannot be shown. DIRECTORY_RELOADED and DIRECTORY_REMOVED: what the directory held
 * before is kept nowhere. TOO_MANY_CHANGES: more would have to be taken back than one answer may.
 * LOG_CUT_OFF: entries of the log after it were deleted because of their age.
 */
export type UnreachableReason =
  | 'DIRECTORY_RELOADED'
  | 'DIRECTORY_REMOVED'
  | 'TOO_MANY_CHANGES'
  | 'LOG_CUT_OFF';

export type ErrorCode = keyof ErrorDetails;

type Wording = { [Code in ErrorCode]: (details: ErrorDetails[Code]) => string };

const FAULT_WORDS: Record<NameFault, string> = {
  EMPTY: 'is empty',
  TOO_LONG: 'is longer than 255 characters',
  OUTER_SPACE: 'begins or ends with a space',
  CONTROL_CHARACTER: 'holds a control character or a line break',
  BIDI_MARK: 'holds an invisible mark that changes the direction of text',
  UNPAIRED_SURROGATE: 'holds half of a character (an unpaired surrogate)',
  NONCHARACTER: 'holds a code point that is no character',
};

const UNREACHABLE_WORDS: Record<UnreachableReason, string> = {
  DIRECTORY_RELOADED: 'because a directory has been loaded anew since',
  DIRECTORY_REMOVED: 'because a directory has been removed since',
  TOO_MANY_CHANGES: 'because too much has changed since',
  LOG_CUT_OFF: 'because the change log is not kept for so long',
};

const quoted = (names: string[]) => names.map((name) => `\`${name}\``).join(', ');

/** One sentence each: what happened and what to do next; user input in backticks, no host but the admin's own. */
const WORDING: Wording = {
  NAME_INVALID: (d) => `the ${d.kind} name ${FAULT_WORDS[d.fault]}; choose another`,
  NAME_TAKEN: (d) => `there is a ${d.kind} named \`${d.name}\` already; choose another name`,
  INPUT_INVALID: (d) => `\`${d.field}\` ${d.reason}`,
  PAGE_INVALID: (d) => `this page cannot be given: ${d.reason}`,
  UNKNOWN_PERMISSION: (d) =>
    `\`${d.permission}\` is no permission of the scheme in force; use one of ${d.known.join(', ')}`,
  NOT_FOUND: (d) => `there is no ${d.kind} \`${d.name}\`; check the spelling and the directory`,
  MEMBERSHIP_EXISTS: (d) => `\`${d.member}\` is a direct member of \`${d.group}\` already`,
  MEMBERSHIP_NOT_FOUND: (d) =>
    `\`${d.member}\` is no direct member of \`${d.group}\`; a nested member is removed from the group it sits in`,
  MEMBERSHIP_CYCLE: (d) =>
    `\`${d.group}\` is \`${d.member}\` or in it already, and no group is in itself; choose another`,
  GRANT_EXISTS: (d) => `\`${d.subject}\` has been granted ${d.permission} already`,
  REVISION_CONFLICT: (d) =>
    `the state you saw (revision ${d.expected}) has changed (now ${d.actual}); read it again and repeat`,
  REVISION_NOT_REACHABLE: (d) =>
    `revision ${d.revision} cannot be shown, ${UNREACHABLE_WORDS[d.reason]}; ask for ${d.oldest} or later`,
  REVISION_NOT_REACHED: (d) =>
    `revision ${d.revision} has not come to this process yet (it knows ${d.reached}); repeat the request, or check that it is a revision of this gateway`,
  DIRECTORY_READ_ONLY: (d) =>
    `the directory \`${d.directory}\` is a copy; make the change at its server and synchronise`,
  NO_WRITABLE_DIRECTORY: () =>
    'no active directory permits changes; enable or add an internal directory',
  NESTED_GROUPS_OFF: (d) =>
    `groups in groups do not count in the directory \`${d.directory}\`; an administrator can switch them on`,
  DIRECTORY_STILL_ACTIVE: (d) => `disable the directory \`${d.directory}\` before you remove it`,
  LAST_INTERNAL_DIRECTORY: (d) =>
    `\`${d.directory}\` is the only internal directory and cannot be removed`,
  DIRECTORY_ORDER_INCOMPLETE: (d) =>
    `the order must name each directory exactly once (missing: ${quoted(d.missing) || 'none'}; unknown: ${quoted(d.unknown) || 'none'}; repeated: ${quoted(d.repeated) || 'none'})`,
  UNAUTHENTICATED: () => 'sign in with a name and password',
  TOO_MANY_ATTEMPTS: (d) => `too many failed sign-ins; try again in ${d.retryAfterSeconds} seconds`,
  PERMISSION_DENIED: (d) => `this needs ${d.needed}; ask an administrator to grant it`,
  TARGET_OUTRANKS_VIEWER: (d) =>
    `\`${d.target}\` has permissions that you do not have; ask somebody who has them`,
  WOULD_REMOVE_SELF: () => 'nobody removes their own account; ask another administrator',
  WOULD_LOCK_OUT_VIEWER: (d) =>
    `you would lose ${d.lost} by this; repeat with confirm: [WOULD_LOCK_OUT_VIEWER] if that is meant`,
  NO_SYS_ADMIN_LEFT: () =>
    'nobody would be left with system administration; repeat with confirm: [NO_SYS_ADMIN_LEFT] if that is meant',
  ADMITS_EVERYBODY: (d) =>
    `\`${d.range}\` admits the application from everywhere, so that its password alone protects it; name the addresses it calls from, or repeat with confirm: [ADMITS_EVERYBODY] if that is meant`,
  APPLICATION_PERMISSION_DENIED: (d) =>
    `the application \`${d.application}\` has no ${d.permission} in the directory \`${d.directory}\`; an administrator can give it that`,
  EMAIL_INVALID: (d) => `the e-mail address ${d.reason}`,
  TOO_MANY_MAILS: (d) =>
    `too many mails were asked for within an hour; try again in ${d.retryAfterSeconds} seconds`,
  MAIL_HOOK_MISSING: () =>
    'this gateway sends no mail; an operator sets GATEHOUSE_MAIL_HOOK_URL to whatever shall send it and starts it again',
  RESET_TOKEN_INVALID: () =>
    'this token to set a new password is used, too old or none; ask for another mail',
  SECRET_KEY_MISSING: () =>
    'secrets are stored encrypted only; set GATEHOUSE_SECRET_KEY (32 bytes in base64, made by `openssl rand -base64 32`) and start again',
  SECRET_UNREADABLE: (d) =>
    `the password of \`${d.directory}\` was encrypted with another GATEHOUSE_SECRET_KEY; start with that key or enter the password again`,
  UNREACHABLE: (d) =>
    `${d.server} cannot be reached (${d.reason}); check the URL, the port and that the server runs`,
  TLS: (d) =>
    `no trusted connection to ${d.server} (${d.reason}); check its certificate and the URL's scheme`,
  AUTH: (d) =>
    `${d.server} refused the application name or password; enter them as they are registered there (the name is case-sensitive)`,
  ADDRESS_REFUSED: (d) =>
    `${d.server} does not accept requests from this gateway's address; add it to the application's IP addresses there`,
  PROTOCOL: (d) =>
    `${d.server} did not answer as a Jira or Crowd user server: ${d.field} ${d.reason}`,
  NOT_SYNCHRONISABLE: (d) => `\`${d.directory}\` is kept here and needs no synchronisation`,
  SYNCHRONISATION_RUNNING: (d) => `\`${d.directory}\` is being synchronised already`,
  RUN_SUPERSEDED: (d) => `a later run of \`${d.directory}\` took over; this one changed nothing`,
  RUN_CANCELLED: (d) =>
    `the run of \`${d.directory}\` was cancelled by an administrator; it changed nothing`,
  RUN_TOO_LONG: (d) =>
    `the server of \`${d.directory}\` did not tell everything within ${d.minutes} minutes; nothing was changed: find out why it is slow, or raise \`GATEHOUSE_RUN_LIMIT_MINUTES\``,
  RUN_NOT_RUNNING: (d) => `the run \`${d.run}\` has ended already; there is nothing to cancel`,
  PROCESS_ENDED: () =>
    'the process ended during the run; nothing was changed, the next run starts over',
  REMOVALS_HELD: (d) =>
    `the run would remove ${d.removed} of the ${d.held} users of \`${d.directory}\`, more than a run may remove by itself; nothing was changed: look at what the removal would do, then release the run or drop it`,
  EMPTIED_GROUPS_HELD: (d) =>
    `the run would leave nobody in groups of \`${d.directory}\` that have been granted permissions (${quoted(d.groups)}); nothing was changed: look at what it would take away, then release the run or drop it`,
  ADMINISTRATORS_HELD: (d) =>
    `after the run of \`${d.directory}\` nobody would have system administration; nothing was changed: look at what it would take away, then release the run or drop it`,
  RUN_NOT_HELD: (d) =>
    `the run ${d.run} does not wait for anybody: it is not held, or its directory has been synchronised since; look at the directory's latest run`,
  STORE_BUSY: (d) =>
    `the database was locked for ${d.waitedMs} ms by other work; nothing was changed, try again`,
  REQUEST_TOO_LARGE: (d) => `the request is larger than ${d.limit}; split it`,
  SHUTTING_DOWN: () => 'this process is stopping; repeat the request',
  INTERNAL: (d) => `something failed on our side; tell the operator incident ${d.incident}`,
};

/** The one error of Gatehouse: a code of the closed union with the facts that belong to it. */
export class GatehouseError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails[Code];

  /** `cause` goes to the log only and never to a caller. */
  constructor(code: Code, details: ErrorDetails[Code], options?: { cause?: unknown }) {
    super(WORDING[code](details), options);
    this.name = 'GatehouseError';
    this.code = code;
    this.details = details;
  }
}

/** Whether `error` is a Gatehouse error, with one of `codes` when any are named. */
export function isGatehouseError<Code extends ErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is GatehouseError<Code> {
  return (
    error instanceof GatehouseError &&
    (codes.length === 0 || (codes as ErrorCode[]).includes(error.code))
  );
}

/** Every code, for the edges that must know them all. */
export const ERROR_CODES = Object.keys(WORDING) as ErrorCode[];
