import { registerEnumType } from 'type-graphql';
import type {
  ApplicationPermission,
  ApplicationRefusal,
  AuditDifferenceKind,
  AuditSubject,
  DeliveryFault,
  DirectoryType,
  ErrorCode,
  FullRunCause,
  LicenceCrossing,
  MembershipMode,
  Origin,
  RemovalPolicy,
  RunKind,
  RunOutcome,
  RunPhase,
  SetAsideReason,
  SetAsideRecord,
  SubjectType,
} from '../domain/index.js';
import { ERROR_CODES } from '../domain/index.js';
import type { FindingCode, Missing } from '../engine/index.js';
import type { DirectoryTestOutcome, DirectoryTestStepName } from '../sync/index.js';
import type { Confirmation, Viewer } from '../usecase/index.js';
import { ERROR_TABLE } from './errors.js';

/**
 * Registers an enum whose values are a closed union of the domain: a value without a description,
 * or one that the domain does not have, does not compile.
 */
function describedEnum<Value extends string>(
  name: string,
  description: string,
  values: Record<Value, string>,
): Readonly<Record<Value, Value>> {
  const keys = Object.keys(values) as Value[];
  const members = Object.fromEntries(keys.map((value) => [value, value])) as Record<Value, Value>;
  const valuesConfig = Object.fromEntries(
    keys.map((value) => [value, { description: values[value] }]),
  ) as Record<Value, { description: string }>;
  registerEnumType(members, { name, description, valuesConfig });
  return members;
}

export const DirectoryTypeEnum = describedEnum<DirectoryType>(
  'DirectoryType',
  'Where a directory is kept.',
  {
    INTERNAL: 'Kept here; users, groups and memberships are changed here.',
    JIRA: "A copy of what Jira's user server tells.",
    CROWD: 'A copy of what a Crowd server, or another Gatehouse, tells.',
  },
);

export const RemovalPolicyEnum = describedEnum<RemovalPolicy>(
  'RemovalPolicy',
  'What becomes of a user whom the server of a directory has no more.',
  {
    DELETE:
      'The user goes, and the seat is free. Grants to the name wait `tombstoneDays` for a return.',
    DEACTIVATE: 'The user stays and is inactive, so that the seat is free.',
    KEEP: 'The user stays as they are, with the seat.',
  },
);

export const FreshnessEnum = describedEnum<'COPY' | 'LIVE'>(
  'Freshness',
  'Where a user or group is read.',
  {
    COPY: 'From the copy kept here; says with the directory how old it is.',
    LIVE: 'At the server of each remote directory, in order, until one knows the name. Permissions still come from the copy.',
  },
);

export const SubjectTypeEnum = describedEnum<SubjectType>(
  'SubjectType',
  'What bears a name: a user or a group.',
  { USER: 'A user.', GROUP: 'A group.' },
);

export const MembershipModeEnum = describedEnum<MembershipMode>(
  'MembershipMode',
  'Which memberships count for a name that several directories know.',
  {
    FIRST_DIRECTORY:
      'Only those in the first active directory that knows the name, as in Jira and Bitbucket.',
    ALL_DIRECTORIES:
      'Those in all active directories together, as for an aggregating Crowd application.',
  },
);

export const ApplicationMembershipModeEnum = describedEnum<MembershipMode | 'GATEWAY'>(
  'ApplicationMembershipMode',
  'Which memberships an application sees for a name that several directories know.',
  {
    GATEWAY: 'As the gateway itself.',
    FIRST_DIRECTORY: 'Only those in the first directory it sees that knows the name.',
    ALL_DIRECTORIES: 'Those in all directories it sees together.',
  },
);

export const ApplicationRefusalEnum = describedEnum<ApplicationRefusal>(
  'ApplicationRefusal',
  'Why a call of an application was refused.',
  {
    INACTIVE: 'The application is switched off.',
    ADDRESS_REFUSED: 'Its addresses do not include the one it called from.',
    WRONG_PASSWORD: 'The password was wrong.',
  },
);

export const ApplicationPermissionEnum = describedEnum<ApplicationPermission>(
  'ApplicationPermission',
  'What an application may change in a directory.',
  {
    ADD_USER: 'Add users.',
    MODIFY_USER: 'Change users, their attributes and passwords.',
    REMOVE_USER: 'Remove users.',
    ADD_GROUP: 'Add groups.',
    MODIFY_GROUP: 'Change groups and their attributes.',
    REMOVE_GROUP: 'Remove groups.',
    ADD_MEMBERSHIP: 'Put users and groups into groups.',
    REMOVE_MEMBERSHIP: 'Take users and groups out of groups.',
  },
);

export const DeliveryFaultEnum = describedEnum<DeliveryFault>(
  'DeliveryFault',
  'Why a call of an endpoint failed.',
  {
    TIMED_OUT: 'It did not answer in time.',
    UNREACHABLE: 'There was no connection, or it was cut before an answer.',
    TLS: 'There was no encrypted connection that can be trusted.',
    REDIRECTED: 'It answered with a redirect, and none is followed.',
    REFUSED: 'It answered with another status than 2xx.',
    ADDRESS_NOT_PERMITTED:
      'Its host is at an address that is never called, such as the metadata service of a cloud.',
    SECRET_UNREADABLE: 'The token that belongs into the call was encrypted with another key.',
  },
);

export const ConfirmationEnum = describedEnum<Confirmation>(
  'Confirmation',
  'A refusal that may be overridden by naming it.',
  {
    WOULD_LOCK_OUT_VIEWER: 'Go on although the viewer loses their own administration.',
    NO_SYS_ADMIN_LEFT: 'Go on although nobody is left with system administration.',
    ADMITS_EVERYBODY: 'Go on although an application may be called from every address.',
  },
);

export const RunOutcomeEnum = describedEnum<RunOutcome>(
  'RunOutcome',
  'How a synchronisation run stands.',
  {
    RUNNING: 'It has not ended yet.',
    SUCCEEDED: 'The copy is as the server was.',
    FAILED: 'It changed nothing; `reason` says why.',
    ABORTED: 'Its process ended, a later run took over, or it was cancelled; it changed nothing.',
    HELD: 'It would have removed more users than it may by itself; it changed nothing and waits to be released or dropped.',
    RELEASED: 'It was held, and an administrator had another run do what it would have done.',
    DROPPED: 'It was held, and an administrator decided against it.',
  },
);

export const RunKindEnum = describedEnum<RunKind>('RunKind', 'What a run reads.', {
  FULL: 'Everything the server has.',
  INCREMENTAL: 'The events of the server since the last run.',
});

export const FullRunCauseEnum = describedEnum<FullRunCause>(
  'FullRunCause',
  'Why a run reads everything.',
  {
    FIRST_RUN: 'No run of the directory has succeeded yet.',
    REQUESTED: 'An administrator asked for it, or let a held run go.',
    SWITCHED_OFF: 'The directory is set not to use events.',
    SETTINGS_CHANGED: 'Server, application or patterns of names are others since.',
    NOT_SUPPORTED: 'The server has no events, or not at present.',
    TOKEN_EXPIRED: 'The server does not know our place in its events any more.',
    UPSTREAM_RESTARTED: 'The server began to count its events anew.',
    UNKNOWN_EVENT: 'An event was of a kind that is not known.',
    INCONSISTENT_EVENT: 'Events did not fit together, or not to the copy.',
    UNREADABLE_EVENTS: 'The events could not be read.',
    TOO_MANY_EVENTS: 'They would have changed more than is written by events.',
    AMBIGUOUS_RECORDS:
      'The server has names that differ in letter case alone, or two users of one id, which events do not tell apart.',
    SELF_AUDIT: 'Everything is compared once a day.',
  },
);

export const RunPhaseEnum = describedEnum<RunPhase>('RunPhase', 'What a run is doing.', {
  CONNECTING: 'It has begun.',
  EVENTS: 'It reads events.',
  USERS: 'It reads users.',
  GROUPS: 'It reads groups.',
  MEMBERSHIPS: 'It reads memberships.',
  COMPARING: 'It compares them with the copy.',
  WRITING: 'It writes what has changed.',
});

export const SetAsideKindEnum = describedEnum<SetAsideRecord['kind']>(
  'SetAsideKind',
  'What a record that was set aside tells of.',
  { user: 'A user.', group: 'A group.', membership: 'Memberships of one group.' },
);

export const SetAsideReasonEnum = describedEnum<SetAsideReason>(
  'SetAsideReason',
  'Why a record, or one value of it, could not be kept.',
  {
    EMPTY: 'It has no name.',
    TOO_LONG: 'Its name is longer than 255 characters.',
    OUTER_SPACE: 'Its name begins or ends with a space.',
    CONTROL_CHARACTER: 'Its name holds a control character or a line break.',
    BIDI_MARK: 'Its name holds an invisible mark that changes the direction of text.',
    UNPAIRED_SURROGATE: 'Its name holds half of a character.',
    NONCHARACTER: 'Its name holds a code point that is no character.',
    DUPLICATE_NAME: 'Another record bears the name, compared without regard to case.',
    DUPLICATE_EXTERNAL_ID: 'Another user bears the external id; both are known by name alone.',
    DUPLICATE_MEMBER: 'The member was named before.',
    FACT_TOO_LONG: 'The value is longer than 255 characters and was left out.',
    FACT_IS_NO_TEXT: 'The value is no text and was left out.',
    UNKNOWN_GROUP: 'The server has no such group, or it was set aside.',
    UNKNOWN_USER: 'The server has no such user, or it was set aside.',
  },
);

export const DirectoryTestStepNameEnum = describedEnum<DirectoryTestStepName>(
  'DirectoryTestStepName',
  'A step of the test of a connection, in the order in which they are taken.',
  {
    ADDRESS: 'Does something answer at the server URL?',
    TLS: 'Is the connection encrypted and the certificate trusted?',
    CREDENTIALS: "Are the application's name, password and address accepted?",
    VERSION: 'Is it a Jira or Crowd user server of a version that is supported?',
    NESTED_GROUPS: 'Do both sides agree on groups in groups?',
    FIRST_PAGE: 'Can users, groups and memberships be read?',
  },
);

export const DirectoryTestOutcomeEnum = describedEnum<DirectoryTestOutcome>(
  'DirectoryTestOutcome',
  'What came of a step of a test.',
  {
    OK: 'It worked.',
    WARNING: 'It worked, but something should be looked at.',
    FAILED: 'It did not work; the message says what to do.',
    SKIPPED: 'It could not be judged, because another step failed.',
  },
);

export const MissingReasonEnum = describedEnum<Missing['reason']>(
  'MissingReason',
  'What stands between a user and a permission.',
  {
    NO_SUCH_USER: 'No directory knows the name.',
    DIRECTORY_INACTIVE: 'Only directories that are disabled know the name.',
    USER_INACTIVE: 'The entry that counts is inactive.',
    MASKED: 'An entry further down would have the permission, but an earlier directory counts.',
    NESTING_OFF:
      'A chain of groups leads to a grant, but a directory does not honour nested groups.',
    NO_SEAT: 'The user does not even hold the permission that a seat comes with.',
    NOBODY_GRANTED: 'The permission has been granted to nobody.',
    NOT_IN_GRANTED_GROUP:
      'The permission has been granted, but neither to the user nor to a group they are in.',
  },
);

export const FindingCodeEnum = describedEnum<FindingCode>(
  'FindingCode',
  'What a finding is about.',
  {
    NO_HOLDER: 'Nobody holds the permission that system administration needs.',
    LAST_HOLDER: 'Only one name holds it: one accident away from nobody.',
    NESTING_ONLY_HERE: "Nested groups count here and not at the directory's server.",
    GRANT_TO_UNKNOWN_NAME:
      'No active directory knows the name; whoever comes to bear it gets the permission.',
    GRANT_TO_EMPTY_GROUP: 'Nobody is in the group, not even by nesting.',
    GRANT_TO_SINGLE_USER:
      'It was granted to a user, where a group would stay right when people come and go.',
    SEAT_OF_INACTIVE: 'The grant gives a seat, and nobody it reaches is active.',
    NESTED_CYCLE: 'Groups contain each other, or one contains itself; all of them give the same.',
    SEVERAL_PATHS:
      'A group gives a permission in several ways, so removing one takes nothing away.',
    MASKED_NAME_DIFFERS: 'An entry is masked by another of its name that differs from it.',
    SEAT_NEVER_SEEN: 'The user takes a seat and was never seen signing in.',
  },
);

export const LicenceDirectionEnum = describedEnum<LicenceCrossing['direction'] | 'STAYED'>(
  'LicenceDirection',
  'Which way a licence threshold was crossed.',
  {
    UP: 'The threshold was passed.',
    DOWN: 'The threshold is no longer passed.',
    STAYED: 'The threshold is still passed, and the grace period has ended.',
  },
);

export const AuditSubjectEnum = describedEnum<AuditSubject>(
  'SelfAuditSubject',
  'What a self-audit looked at.',
  {
    INDEX: "One process's permission index, beside the rows of the database.",
    ROWS: 'The rows of the database among themselves.',
  },
);

export const AuditDifferenceKindEnum = describedEnum<AuditDifferenceKind>(
  'SelfAuditDifferenceKind',
  'What differed from what it should be.',
  {
    SETTINGS:
      'Licence limit, membership mode, permission scheme or order of directories in an index.',
    DIRECTORIES: 'A directory in an index.',
    GRANTS: 'A grant in an index.',
    SEATS: 'How many hold a permission in an index.',
    USERS: 'What an index knew of a user name: entries, groups, permissions.',
    GROUPS:
      'What an index knew of a group name: entries, members, groups above and below, permissions.',
    MEMBERSHIPS_WITHOUT_ENDS: 'A membership of a group or user that there is not.',
    NESTINGS_WITHOUT_ENDS: 'A group in a group one of which there is not.',
    ROWS_OF_NO_GENERATION: 'Rows that belong to no directory and that no sweep would find.',
    NAME_KEYS: 'A name that is not found, because its key is that of another name.',
  },
);

export const CauseTypeEnum = describedEnum<Origin['type']>(
  'CauseType',
  'Who or what caused a change.',
  {
    USER: 'A user who signed in.',
    BREAK_GLASS: "The operator's own account.",
    APPLICATION: 'An application, through the user server.',
    RUN: 'A synchronisation run.',
    OPERATOR: 'The command line or the first set-up.',
    GATEWAY: 'Nobody: time went by, or the gateway noticed something by itself.',
  },
);

export const ViewerTypeEnum = describedEnum<Viewer['type']>(
  'ViewerType',
  'What kind of account somebody signed in with.',
  {
    USER: 'A user of a directory.',
    BREAK_GLASS: "The operator's own account: in no directory, holds every permission.",
  },
);

export const ErrorCodeEnum = describedEnum<ErrorCode>(
  'ErrorCode',
  'Every refusal that `extensions.code` of an error can name, next to the faults of the request itself (`BAD_REQUEST`, `BAD_USER_INPUT`, `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, `OPERATION_RESOLUTION_FAILURE`).',
  Object.fromEntries(ERROR_CODES.map((code) => [code, ERROR_TABLE[code].meaning])) as Record<
    ErrorCode,
    string
  >,
);
