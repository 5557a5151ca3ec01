import {
  type Directory,
  GatehouseError,
  type NameKey,
  nameKey,
  type Page,
  type PageRequest,
  type PermissionKey,
  type Revision,
} from '../domain/index.js';
import type {
  DerivationCursor,
  DerivationPage,
  Explanation,
  MemberGroupEntry,
  Missing,
  PermissionIndex,
  UserEntry,
} from '../engine/index.js';
import type { Gateway } from './gateway.js';
import type { Moment } from './moment.js';
import { type Administrator, type LicensedViewer, maySee } from './viewer.js';

/** The engine's answers about everybody at a moment, for administrators. */
export function askAboutAll<Answer>(
  _viewer: Administrator,
  at: Moment,
  question: (index: PermissionIndex) => Answer,
): Answer | Promise<Answer> {
  return at.ask(question);
}

/** The engine's answers about one name at one moment. */
export interface UserAnswers {
  readonly name: string;
  readonly revision: Revision;
  entry(): UserEntry | null;
  /** Every entry of the name, in directory order. */
  entries(): UserEntry[];
  permissions(): PermissionKey[];
  check(permission: PermissionKey): boolean;
  explain(permission: PermissionKey, atMost: number): Explanation;
  whyNot(permission: PermissionKey, atMost: number): readonly Missing[];
  derivations(permission: PermissionKey, page: PageRequest<DerivationCursor>): DerivationPage;
  groups(nested: boolean, page: PageRequest<NameKey>): Page<MemberGroupEntry>;
  /**
   * The active directories whose contents an answer about the name rests on: those up to the one that
   * knows the name, because a name that turned up in an earlier one would mask it; all of them when
   * memberships are joined or nobody bears the name.
   */
  directoriesWithASay(): Directory[];
}

/**
 * The engine's answers about one name at a moment, for that user and for administrators.
 * @throws GatehouseError `PERMISSION_DENIED` for anybody else, whether the name exists or not.
 */
export function askAboutUser<Answer>(
  gateway: Gateway,
  viewer: LicensedViewer,
  name: string,
  at: Moment,
  question: (answers: UserAnswers) => Answer,
): Answer | Promise<Answer> {
  requireSight(gateway, viewer, name);
  return at.ask((index) => question(answersAbout(index, name)));
}

export interface Check {
  readonly user: string;
  readonly permission: PermissionKey;
}

/**
 * The answers to many questions, all of one revision, in the order of the questions.
 * @throws GatehouseError `PERMISSION_DENIED` when one is about somebody the viewer may not ask about;
 *   `UNKNOWN_PERMISSION`.
 */
export function checkMany(
  gateway: Gateway,
  viewer: LicensedViewer,
  questions: readonly Check[],
  at: Moment,
): boolean[] | Promise<boolean[]> {
  for (const name of new Set(questions.map(({ user }) => user)))
    requireSight(gateway, viewer, name);
  return at.ask((index) => index.checkMany(questions));
}

/** Who may be asked about hangs on what the viewer holds now, whatever moment is asked about. */
function requireSight({ live }: Gateway, viewer: LicensedViewer, name: string): void {
  const { index } = live;
  if (maySee(index, viewer, nameKey(name))) return;
  throw new GatehouseError('PERMISSION_DENIED', { needed: index.scheme.scheme.administration });
}

function answersAbout(index: PermissionIndex, name: string): UserAnswers {
  return {
    name,
    revision: index.revision,
    entry: () => index.user(name),
    entries: () => index.userEntries(name),
    permissions: () => index.effectivePermissions(name),
    check: (permission) => index.check(name, permission),
    explain: (permission, atMost) => index.explain(name, permission, atMost),
    whyNot: (permission, atMost) => index.whyNot(name, permission, atMost),
    derivations: (permission, page) => index.derivationsOf(name, permission, page),
    groups: (nested, page) => index.groupsOf(name, nested, page),
    directoriesWithASay: () => {
      const active = index.directories().filter((directory) => directory.active);
      const owner = index.user(name)?.directory;
      if (index.membershipMode === 'ALL_DIRECTORIES' || !owner) return active;
      return active.slice(0, active.findIndex(({ id }) => id === owner.id) + 1);
    },
  };
}
