import { EntitySchema, type EntitySchemaOptions } from 'typeorm';
import type {
  ApplicationDirectory,
  ApplicationId,
  ApplicationPermission,
  AuditDifference,
  AuditSubject,
  CallCount,
  DirectoryConnection,
  DirectoryId,
  DirectoryType,
  ErrorCode,
  FullRunCause,
  GenerationId,
  GrantId,
  LicenceWatch,
  MembershipMode,
  NameKey,
  Origin,
  RefusedCalls,
  Revision,
  RunCounts,
  RunId,
  RunKind,
  RunOutcome,
  RunProgress,
  SetAsideGrantId,
  SetAsideRecord,
  SubjectType,
  TombstoneId,
  UserFacts,
  UserId,
} from '../../domain/index.js';
import { columnTypes } from './column-types.js';
import { type DeliveryRows, deliveryColumns } from './delivery-entities.js';
import type { Dialect } from './dialect.js';
import type { UserSessionRow } from './user-session-rows.js';

/** Progress with its time in milliseconds since 1970. */
export type StoredProgress = Omit<RunProgress, 'phaseStartedAt'> & {
  readonly phaseStartedAt: number;
};

/**
 * The rows of the small tables. Users, groups, edges and the entries of the log are many and are
 * read and written by statements of their own (`named-rows.ts`, `edge-rows.ts`, `change-log.ts`).
 */
export interface Rows extends DeliveryRows {
  /** One row: what every transaction locks, and the settings. */
  gateway_state: {
    readonly id: number;
    readonly revision: Revision;
    readonly schemeKey: string;
    readonly membershipMode: MembershipMode;
    readonly licenceLimit: number | null;
  };
  /** One row: the next id of whatever kind. */
  id_counter: { readonly id: number; readonly nextId: number };
  permission_scheme: {
    readonly schemeKey: string;
    readonly title: string;
    readonly seat: string;
    readonly administration: string;
    readonly systemAdministration: string;
  };
  permission: {
    readonly schemeKey: string;
    readonly permissionKey: string;
    readonly position: number;
    readonly title: string;
    readonly description: string;
  };
  permission_implication: {
    readonly schemeKey: string;
    readonly permissionKey: string;
    readonly impliedKey: string;
  };
  permission_grant: {
    readonly id: GrantId;
    readonly permission: string;
    readonly subjectType: SubjectType;
    readonly subjectName: string;
    readonly subjectKey: NameKey;
  };
  application: {
    readonly id: ApplicationId;
    readonly name: string;
    /** The exact name, compared by its bytes. */
    readonly nameBytes: NameKey;
    readonly active: boolean;
    readonly remoteAddresses: readonly string[];
    readonly passwordHash: string;
    readonly description: string;
    readonly directories: readonly ApplicationDirectory[] | null;
    readonly permissions: readonly ApplicationPermission[];
    readonly membershipMode: MembershipMode | null;
    readonly previousPasswordHash: string | null;
    readonly previousPasswordUntil: Date | null;
  };
  directory: {
    readonly id: DirectoryId;
    readonly name: string;
    readonly nameKey: NameKey;
    readonly type: DirectoryType;
    readonly active: boolean;
    readonly nestedGroups: boolean;
    readonly connection: DirectoryConnection | null;
    /** Sealed. */
    readonly password: string | null;
    readonly generation: GenerationId;
    readonly position: number;
  };
  /** Apart from the directory, because runs write it without the revision lock. */
  directory_freshness: {
    readonly directoryId: DirectoryId;
    /** Who has the lease, or had it last: the fencing token. */
    readonly currentRun: RunId | null;
    /** Milliseconds since 1970 by the database's clock. */
    readonly leaseExpires: number | null;
    readonly eventToken: string | null;
    readonly eventSource: string | null;
    /** Why the next run has to be a full one, when there is no token. */
    readonly fullCause: FullRunCause | null;
    readonly lastSucceededAt: Date | null;
    readonly staleSince: Date | null;
  };
  generation: {
    readonly id: GenerationId;
    readonly directoryId: DirectoryId;
    readonly createdAt: Date;
    /** Its rows are being deleted: nothing may be written to it or switch to it any more. */
    readonly condemned: boolean;
  };
  user_password: { readonly userId: UserId; readonly hash: string; readonly expired: boolean };
  synchronisation_run: {
    readonly id: RunId;
    readonly directoryId: DirectoryId;
    readonly startedAt: Date;
    readonly finishedAt: Date | null;
    /** The process that carries it out. */
    readonly owner: string;
    readonly kind: RunKind | null;
    readonly fullCause: FullRunCause | null;
    readonly outcome: RunOutcome;
    readonly reason: ErrorCode | null;
    readonly message: string | null;
    readonly counts: RunCounts;
    readonly setAside: readonly SetAsideRecord[];
    readonly requests: number;
    readonly bytes: number;
    readonly progress: StoredProgress | null;
    readonly revision: Revision | null;
  };
  revision: { readonly revision: Revision; readonly at: Date; readonly origin: Origin };
  /** One row: the log is whole after this revision, and is being cut off up to it. */
  log_cut: { readonly id: number; readonly revision: Revision };
  /** One row: what the log last told about the licence. */
  licence_watch: LicenceWatch & { readonly id: number };
  self_audit: {
    readonly id: number;
    readonly subject: AuditSubject;
    readonly at: Date;
    readonly revision: Revision;
    readonly durationMs: number;
    readonly differences: readonly AuditDifference[];
  };
  application_call_count: CallCount;
  /** An address that could not be told is empty. */
  application_refused_call: Omit<RefusedCalls, 'address'> & { readonly address: string };
  /** Users whom the server of their directory has no more. */
  tombstone: {
    readonly id: TombstoneId;
    readonly directoryId: DirectoryId;
    /** The row that stays all the same. */
    readonly userId: UserId | null;
    readonly nameKey: NameKey;
    readonly externalId: string | null;
    readonly facts: UserFacts;
    readonly memberOf: readonly string[];
    readonly deletedAt: Date;
    readonly purgeAt: Date | null;
  };
  set_aside_grant: {
    readonly id: SetAsideGrantId;
    readonly directoryId: DirectoryId;
    readonly permission: string;
    readonly subjectName: string;
    readonly subjectKey: NameKey;
    readonly previousExternalId: string;
    readonly newExternalId: string | null;
    readonly setAsideAt: Date;
  };
  /** Sign-ins that are remembered. */
  user_session: UserSessionRow;
  /** The head of a packed index; its bytes are in `index_snapshot_piece`. */
  index_snapshot: {
    readonly id: number;
    readonly revision: Revision;
    readonly format: number;
    /** What the log had at the revision when it was packed. */
    readonly footing: string;
    /** Bytes of all pieces together. */
    readonly size: number;
    /** SHA-256 of the bytes, in hexadecimal. */
    readonly checksum: string;
    readonly createdAt: Date;
    /** Whether every piece is written; until then nobody reads it. */
    readonly whole: boolean;
  };
}

export type TableName = keyof Rows;

type Columns<Name extends TableName> = EntitySchemaOptions<Rows[Name]>['columns'];

/** The small tables as TypeORM is told of them. */
export function entitySchemas(dialect: Dialect): EntitySchema[] {
  const type = columnTypes(dialect);
  const primary = { primary: true };
  const nullable = { nullable: true };
  const columns: { readonly [Name in TableName]: Columns<Name> } = {
    ...deliveryColumns(type),
    gateway_state: {
      id: type.number(primary),
      revision: type.number(),
      schemeKey: type.text(64),
      membershipMode: type.text(32),
      licenceLimit: type.number(nullable),
    },
    id_counter: { id: type.number(primary), nextId: type.number() },
    permission_scheme: {
      schemeKey: type.text(64, primary),
      title: type.text(255),
      seat: type.text(64),
      administration: type.text(64),
      systemAdministration: type.text(64),
    },
    permission: {
      schemeKey: type.text(64, primary),
      permissionKey: type.text(64, primary),
      position: type.number(),
      title: type.text(255),
      description: type.longText(),
    },
    permission_implication: {
      schemeKey: type.text(64, primary),
      permissionKey: type.text(64, primary),
      impliedKey: type.text(64, primary),
    },
    permission_grant: {
      id: type.number(primary),
      permission: type.text(64),
      subjectType: type.text(16),
      subjectName: type.text(255),
      subjectKey: type.key(),
    },
    application: {
      id: type.number(primary),
      name: type.text(255),
      nameBytes: type.key(),
      active: type.flag(),
      remoteAddresses: type.json(),
      passwordHash: type.longText(),
      description: type.text(255),
      directories: type.json(nullable),
      permissions: type.json(),
      membershipMode: type.text(32, nullable),
      previousPasswordHash: type.longText(nullable),
      previousPasswordUntil: type.time(nullable),
    },
    directory: {
      id: type.number(primary),
      name: type.text(255),
      nameKey: type.key(),
      type: type.text(16),
      active: type.flag(),
      nestedGroups: type.flag(),
      connection: type.json(nullable),
      password: type.longText(nullable),
      generation: type.number(),
      position: type.number(),
    },
    directory_freshness: {
      directoryId: type.number(primary),
      currentRun: type.number(nullable),
      lastSucceededAt: type.time(nullable),
      staleSince: type.time(nullable),
      leaseExpires: type.number(nullable),
      eventToken: type.longText(nullable),
      eventSource: type.text(64, nullable),
      fullCause: type.text(32, nullable),
    },
    generation: {
      id: type.number(primary),
      directoryId: type.number(),
      createdAt: type.time(),
      condemned: type.flag(),
    },
    user_password: { userId: type.number(primary), hash: type.longText(), expired: type.flag() },
    synchronisation_run: {
      id: type.number(primary),
      directoryId: type.number(),
      startedAt: type.time(),
      finishedAt: type.time(nullable),
      outcome: type.text(16),
      reason: type.text(64, nullable),
      message: type.longText(nullable),
      counts: type.json(),
      revision: type.number(nullable),
      owner: type.text(255),
      kind: type.text(16, nullable),
      fullCause: type.text(32, nullable),
      setAside: type.json(nullable),
      requests: type.number(),
      bytes: type.number(),
      progress: type.json(nullable),
    },
    revision: { revision: type.number(primary), at: type.time(), origin: type.json() },
    log_cut: { id: type.number(primary), revision: type.number() },
    licence_watch: {
      id: type.number(primary),
      revision: type.number(),
      nearSince: type.time(nullable),
      overSince: type.time(nullable),
      graceEndedAt: type.time(nullable),
    },
    self_audit: {
      id: type.number(primary),
      subject: type.text(16),
      at: type.time(),
      revision: type.number(),
      durationMs: type.number(),
      differences: type.json(),
    },
    application_call_count: {
      applicationId: type.number(primary),
      outcome: type.text(32, primary),
      times: type.number(),
      lastAt: type.time(),
    },
    application_refused_call: {
      applicationId: type.number(primary),
      reason: type.text(32, primary),
      address: type.text(64, primary),
      nearestRule: type.text(64, nullable),
      times: type.number(),
      lastAt: type.time(),
    },
    tombstone: {
      id: type.number(primary),
      directoryId: type.number(),
      userId: type.number(nullable),
      nameKey: type.key(),
      externalId: type.text(255, nullable),
      facts: type.json(),
      memberOf: type.json(),
      deletedAt: type.time(),
      purgeAt: type.time(nullable),
    },
    set_aside_grant: {
      id: type.number(primary),
      directoryId: type.number(),
      permission: type.text(64),
      subjectName: type.text(255),
      subjectKey: type.key(),
      previousExternalId: type.text(255),
      newExternalId: type.text(255, nullable),
      setAsideAt: type.time(),
    },
    user_session: {
      digest: type.text(64, primary),
      directoryId: type.number(nullable),
      userId: type.number(nullable),
      nameKey: type.key(),
      passwordDigest: type.text(64, nullable),
      applicationId: type.number(nullable),
      vouchedFor: type.flag(),
      createdAt: type.time(),
      lastSeenAt: type.time(),
      expiresAt: type.time(),
      idleMs: type.number(),
      endsAt: type.time(),
      factors: type.json(),
    },
    index_snapshot: {
      id: type.number(primary),
      revision: type.number(),
      format: type.number(),
      footing: type.text(64),
      size: type.number(),
      checksum: type.text(64),
      createdAt: type.time(),
      whole: type.flag(),
    },
  };
  return Object.entries<Columns<TableName>>(columns).map(
    ([name, described]) => new EntitySchema<object>({ name, columns: described }),
  );
}
