import type {
  Change,
  ChangeCursor,
  ChangeKind,
  ChangeOf,
  Continuation,
  Directory,
  DirectoryConnection,
  DirectoryFreshness,
  DirectoryId,
  DirectorySnapshot,
  DirectoryType,
  GatewaySettings,
  GatewaySnapshot,
  GenerationId,
  Grant,
  GrantId,
  Group,
  GroupFacts,
  GroupId,
  LicenceChange,
  LicenceWatch,
  LoggedChange,
  MembershipMode,
  NameKey,
  Origin,
  PermissionScheme,
  Revision,
  RunId,
  RunReport,
  SubjectType,
  SynchronisationRun,
  TransactionWitness,
  User,
  UserFacts,
  UserId,
} from '../domain/index.js';
import type { ApplicationReader, ApplicationTransaction } from './application-store.js';
import type { ApplicationUseStore } from './application-use-store.js';
import type { AttributeReader, AttributeTransaction } from './attribute-store.js';
import type { MailStore } from './mail-store.js';
import type { PackedStore } from './packed-store.js';
import type { PasswordReader, PasswordTransaction } from './password-store.js';
import type { Lease, RunEnd, RunStore } from './run-store.js';
import type { SqlAccess } from './sql-access.js';
import type { TombstoneStore, TombstoneTransaction } from './tombstone-store.js';
import type { UpkeepStore } from './upkeep-store.js';
import type { UserSessionStore } from './user-session-store.js';
import type { WebhookStore } from './webhook-store.js';

/**
 * What Gatehouse keeps. One promise for every database: names are compared by key and nothing else,
 * lists come in the order stated, a transaction is seen whole or not at all, and revisions count up
 * by one in commit order without gaps, whoever writes.
 */
export interface GatehouseStore {
  readonly reader: StoreReader;
  readonly runs: RunStore;
  readonly packed: PackedStore;
  readonly tombstones: TombstoneStore;
  readonly upkeep: UpkeepStore;
  readonly userSessions: UserSessionStore;
  readonly applicationUse: ApplicationUseStore;
  readonly webhooks: WebhookStore;
  readonly mail: MailStore;
  /** For rooms that keep tables of their own. */
  readonly sql: SqlAccess;

  /** Puts the witness beside every later transaction. At most one; call before the first. */
  attach(witness: TransactionWitness): void;

  /**
   * Runs `work` under the revision lock and commits what it wrote together with its changes, or
   * nothing at all when `work`, the witness or the database refuses. `work` must not be kept waiting
   * by anything but the transaction itself.
   * @throws GatehouseError `STORE_BUSY` when the lock is not had within 10 seconds.
   */
  transact<Result>(
    origin: Origin,
    work: (transaction: StoreTransaction) => Promise<Result>,
  ): Promise<Committed<Result>>;

  /**
   * Begins a bulk load: a new generation of the directory, written in bounded transactions, unseen
   * by every reader until `StoreTransaction.switchGeneration`. Each of them also renews the lease.
   * @throws GatehouseError `RUN_SUPERSEDED`, as every later write, when the lease is not the run's.
   */
  beginReload(lease: Lease): Promise<DirectoryReload>;

  /**
   * Deletes, in bounded transactions, the rows of generations that are in force nowhere and that no
   * reload begun by a still running run is writing. @returns rows deleted.
   */
  sweep(): Promise<number>;

  close(): Promise<void>;
}

export interface Committed<Result> {
  readonly value: Result;
  /** The revision made, or the one found when nothing was changed. */
  readonly revision: Revision;
  /** What the log got, consequences included; empty when nothing was changed. */
  readonly changes: readonly LoggedChange[];
}

/** Reads outside a transaction see the last committed state; each call is consistent in itself. */
export interface StoreReader extends ApplicationReader, PasswordReader {
  readonly attributes: AttributeReader;

  revision(): Promise<Revision>;
  /** @param without a directory that is told without what it holds. */
  snapshot(without?: DirectoryId): Promise<GatewaySnapshot>;
  /** @throws GatehouseError `NOT_FOUND`. */
  directorySnapshot(id: DirectoryId): Promise<DirectorySnapshot>;
  /**
   * Everything after `revision` in one consistent read. Of a directory that was reloaded since, the
   * snapshot holds the state at the *end* of the tail, so its user, group and edge changes in the
   * tail must not be applied again. `null` when the log was cut off after `revision`.
   */
  tail(revision: Revision): Promise<LogTail | null>;
  /**
   * What a process needs that has the state at `revision` from elsewhere: the changes since, and
   * what the small tables hold after them, to compare. `null` when the log does not lead on from
   * there, or has more than `atMost` entries since. Of reloaded directories it is as with `tail`.
   */
  resume(revision: Revision, atMost: number): Promise<Resumption | null>;
  /** The state at this revision and every later one can be told from the log; 0 while it is whole. */
  oldestRevision(): Promise<Revision>;
  /**
   * Log entries after the cursor, oldest first, at most `limit`; only of `kinds` when given. Without
   * a cursor from the oldest that is kept.
   * @throws GatehouseError `REVISION_NOT_REACHABLE` when the log was cut off after the cursor.
   */
  changes<Kind extends ChangeKind = ChangeKind>(query: {
    readonly after: ChangeCursor | null;
    readonly limit: number;
    readonly kinds?: readonly Kind[];
  }): Promise<(LoggedChange & { readonly change: ChangeOf<Kind> })[]>;
  /**
   * What tells this history from every other at `revision`, as a digest in hexadecimal: another
   * database, or this one after a backup was restored, has another one. A new release that changes
   * the tables has another one, too. `null` when the log has no such revision.
   */
  footing(revision: Revision): Promise<string | null>;

  licenceWatch(): Promise<LicenceWatch>;

  /** In order, first directory first. */
  directories(): Promise<Directory[]>;
  freshness(ids: readonly DirectoryId[]): Promise<DirectoryFreshness[]>;
  /**
   * The application password of a remote directory, decrypted.
   * @throws GatehouseError `SECRET_KEY_MISSING`, `SECRET_UNREADABLE`, `NOT_FOUND`.
   */
  directoryPassword(id: DirectoryId): Promise<string>;

  /** FIRST_RUN until a run has succeeded. */
  continuation(id: DirectoryId): Promise<Continuation>;
  /** How many users a directory holds. */
  countUsers(id: DirectoryId): Promise<number>;
  /** The latest full run of a directory that succeeded. */
  lastFullRun(id: DirectoryId): Promise<SynchronisationRun | null>;

  /** Found ones only, in no promised order. */
  usersByIds(ids: readonly UserId[]): Promise<User[]>;
  groupsByIds(ids: readonly GroupId[]): Promise<Group[]>;
  usersByKeys(directoryId: DirectoryId, keys: readonly NameKey[]): Promise<User[]>;
  groupsByKeys(directoryId: DirectoryId, keys: readonly NameKey[]): Promise<Group[]>;
  /** Everything one directory holds, for a comparison. Users and groups by name key. */
  contents(id: DirectoryId): Promise<DirectoryContents>;
  /**
   * Tells the same one row after another in one consistent read, and keeps nothing.
   * @param begin makes the visitor, and another one when the read has to begin anew.
   * @throws GatehouseError `NOT_FOUND`.
   */
  visitContents(id: DirectoryId, begin: () => ContentsVisitor): Promise<void>;
  /** What a directory holds about some names, in one consistent read. */
  part(id: DirectoryId, names: NamesOfPart): Promise<DirectoryPart>;
}

export interface LogTail {
  readonly revision: Revision;
  readonly changes: readonly LoggedChange[];
  readonly reloaded: ReadonlyMap<DirectoryId, DirectorySnapshot>;
}

export interface Resumption extends Pick<LogTail, 'revision' | 'reloaded'> {
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly settings: GatewaySettings;
  readonly scheme: PermissionScheme;
  /** In order, first directory first. */
  readonly directories: readonly Directory[];
}

export interface DirectoryContents {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly memberships: DirectorySnapshot['memberships'];
  readonly nestings: DirectorySnapshot['nestings'];
}

/** Whom a directory's contents are told, one row after another. */
export interface ContentsVisitor {
  user(user: User): void;
  group(group: Group): void;
  /** Whom the edges are told; asked for once all users and groups have been told. */
  edges(): Promise<EdgeVisitor>;
}

/** Edges of one group come side by side. */
export interface EdgeVisitor {
  membership(group: GroupId, user: UserId): void;
  nesting(parent: GroupId, child: GroupId): void;
}

/** Users and groups that are asked for. Names that nobody has are passed over. */
export interface NamesOfPart {
  readonly userKeys: readonly NameKey[];
  readonly externalIds: readonly string[];
  readonly groupKeys: readonly NameKey[];
  /** Of the groups those whose edges to groups are asked for, above and below. */
  readonly nestedGroupKeys: ReadonlySet<NameKey>;
  /** Of the groups those whose members are to be counted. */
  readonly countedGroupKeys: ReadonlySet<NameKey>;
  /** Whether all memberships of a user are asked for; else those in the groups asked for. */
  needsAllMemberships(user: User): boolean;
}

/** Some users and groups with the edges asked for. */
export interface DirectoryPart {
  /** Those asked for. */
  readonly users: readonly User[];
  /** Those asked for, and the other ends of the edges. */
  readonly groups: readonly Group[];
  readonly memberships: readonly MembershipRow[];
  readonly nestings: readonly NestingRow[];
  /** How many users are in each of the groups that were to be counted; those without any are absent. */
  readonly memberCounts: ReadonlyMap<GroupId, number>;
}

export interface NewDirectory {
  readonly name: string;
  readonly type: DirectoryType;
  readonly nestedGroups: boolean;
  readonly connection: DirectoryConnection | null;
  /** Needed for a remote directory; encrypted at once. */
  readonly password: string | null;
}

export interface DirectoryPatch {
  readonly name?: string;
  readonly active?: boolean;
  readonly nestedGroups?: boolean;
  readonly connection?: DirectoryConnection;
  readonly password?: string;
}

export interface MembershipRow {
  readonly groupId: GroupId;
  readonly userId: UserId;
}

export interface NestingRow {
  readonly parentId: GroupId;
  readonly childId: GroupId;
}

/**
 * Writes of one transaction. Each records its own changes, in the order the log promises. Lists of
 * any length are written in batches. A name's key is worked out here and nowhere else.
 */
export interface StoreTransaction extends ApplicationTransaction, PasswordTransaction {
  /** The revision this transaction makes if it changes anything. */
  readonly revision: Revision;
  /** Recorded so far. */
  readonly changes: readonly Change[];
  readonly tombstones: TombstoneTransaction;
  readonly attributes: AttributeTransaction;

  settings(): Promise<GatewaySettings>;
  scheme(): Promise<PermissionScheme>;
  directories(): Promise<Directory[]>;
  userById(id: UserId): Promise<User | null>;
  groupById(id: GroupId): Promise<Group | null>;
  userByKey(directoryId: DirectoryId, key: NameKey): Promise<User | null>;
  groupByKey(directoryId: DirectoryId, key: NameKey): Promise<Group | null>;
  isMember(membership: MembershipRow): Promise<boolean>;
  isNested(nesting: NestingRow): Promise<boolean>;
  /** By subject type, subject key, permission. */
  grants(): Promise<Grant[]>;

  /** Appended at the end of the order. @throws `NAME_INVALID`, `NAME_TAKEN`, `SECRET_KEY_MISSING`. */
  addDirectory(directory: NewDirectory): Promise<Directory>;
  /** @throws `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`, `SECRET_KEY_MISSING`. */
  changeDirectory(id: DirectoryId, patch: DirectoryPatch): Promise<Directory>;
  /** @throws `DIRECTORY_ORDER_INCOMPLETE` unless `order` names every directory exactly once. */
  reorderDirectories(order: readonly DirectoryId[]): Promise<void>;
  /** Its rows are no longer seen and are deleted by the next `sweep`. @throws `NOT_FOUND`. */
  removeDirectory(id: DirectoryId): Promise<void>;
  /** Puts a reloaded generation in force. @throws `NOT_FOUND`. */
  switchGeneration(id: DirectoryId, generation: GenerationId): Promise<void>;

  /** Users without an external id get one. @throws `NAME_INVALID`, `NAME_TAKEN`. */
  addUsers(directoryId: DirectoryId, users: readonly UserFacts[]): Promise<User[]>;
  /** Only users that differ are written. @throws `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`. */
  changeUsers(
    users: readonly { readonly id: UserId; readonly facts: UserFacts }[],
  ): Promise<User[]>;
  /** With their memberships. Unknown ids are passed over. */
  removeUsers(ids: readonly UserId[]): Promise<void>;

  /** @throws `NAME_INVALID`, `NAME_TAKEN`. */
  addGroups(directoryId: DirectoryId, groups: readonly GroupFacts[]): Promise<Group[]>;
  /** @throws `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`. */
  changeGroups(
    groups: readonly { readonly id: GroupId; readonly facts: GroupFacts }[],
  ): Promise<Group[]>;
  /** With their memberships and nestings. Unknown ids are passed over. */
  removeGroups(ids: readonly GroupId[]): Promise<void>;

  /** Edges that are there already are passed over and not recorded; so are removals of absent ones. */
  addMemberships(directoryId: DirectoryId, rows: readonly MembershipRow[]): Promise<void>;
  removeMemberships(directoryId: DirectoryId, rows: readonly MembershipRow[]): Promise<void>;
  addNestings(directoryId: DirectoryId, rows: readonly NestingRow[]): Promise<void>;
  removeNestings(directoryId: DirectoryId, rows: readonly NestingRow[]): Promise<void>;

  /** @throws `GRANT_EXISTS`, `UNKNOWN_PERMISSION`, `NAME_INVALID`. */
  addGrant(grant: {
    readonly permission: string;
    readonly subjectType: SubjectType;
    readonly subjectName: string;
  }): Promise<Grant>;
  /** @throws `NOT_FOUND`. */
  removeGrant(id: GrantId): Promise<Grant>;
  /** Records nothing when it is so already. */
  setMembershipMode(mode: MembershipMode): Promise<void>;
  setLicenceLimit(limit: number | null): Promise<void>;

  licenceWatch(): Promise<LicenceWatch>;
  /** Records what is to be told of the licence and no change of this transaction causes. */
  tellOfLicence(change: LicenceChange): void;

  /**
   * Makes sure that nobody else writes the directory's copy until this transaction ends.
   * @throws `RUN_SUPERSEDED` when the lease is not the run's any more.
   */
  claimRun(id: RunId): Promise<void>;
  /**
   * Ends a run together with what it changed; notes the directory's freshness and how the next run
   * goes on.
   * @throws `RUN_SUPERSEDED` when the lease is not the run's any more: every write of a run must be
   * in a transaction that calls this.
   */
  finishRun(id: RunId, report: RunReport, next: Continuation): Promise<void>;
  /**
   * Ends a run that changed nothing as HELD and tells so in the log; passed over when it ended already.
   */
  holdRun(id: RunId, why: RunEnd): Promise<void>;
}

/**
 * A generation in the making. Ids of users and groups that stay the same people are passed in. Edges
 * are taken one after another, so they need not be there all at once. Only one call may run at a time.
 */
export interface DirectoryReload {
  readonly generation: GenerationId;
  /** @returns the first of so many ids one after another that no row has or will have but by this reload. */
  takeIds(count: number): Promise<number>;
  addUsers(
    users: readonly { readonly id: UserId | null; readonly facts: UserFacts }[],
  ): Promise<UserId[]>;
  addGroups(
    groups: readonly { readonly id: GroupId | null; readonly facts: GroupFacts }[],
  ): Promise<GroupId[]>;
  addMemberships(rows: Iterable<MembershipRow>): Promise<void>;
  addNestings(rows: Iterable<NestingRow>): Promise<void>;
}
