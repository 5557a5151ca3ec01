import { asId, type PermissionScheme, type Revision } from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { NaiveFacts } from './naive-facts.js';
import { setupActions } from './scenario-actions.js';
import type { Action } from './scenario-answerer.js';
import { ScenarioAuthor, type Written } from './scenario-author.js';
import type { ScenarioFile } from './scenario-format.js';
import type { Known } from './scenario-questions.js';

/** The beginning of a scenario: directories, grants, mode, licence. */
export type Beginning = Omit<ScenarioFile, 'scenario' | 'source' | 'stages'>;

/** Facts with an index that was built from them and can be fed with what is done to them. */
export class ScenarioState {
  readonly author: ScenarioAuthor;
  readonly index: PermissionIndex;

  constructor(setup: readonly Action[], scheme?: PermissionScheme) {
    this.author = new ScenarioAuthor(new NaiveFacts(scheme));
    this.author.perform(setup);
    this.index = this.rebuilt();
  }

  static of(beginning: Beginning): ScenarioState {
    return new ScenarioState(setupActions({ ...beginning, scenario: '', source: '', stages: [] }));
  }

  /** Does the actions as one change and feeds it to the index. */
  do(...actions: Action[]): void {
    this.feed(this.author.perform(actions));
  }

  feed({ changes, reloads }: Written): void {
    this.index.apply(asId<Revision>(this.author.facts.revision), changes, reloads);
  }

  /** A fresh index of the present facts. */
  rebuilt(): PermissionIndex {
    return new PermissionIndex(this.author.facts.snapshot());
  }
}

/** Every answer but the revision that an index can give about what is known, without waiting. */
export function everyAnswer(index: PermissionIndex, known: Known): unknown {
  const page = { first: 1_000, after: null };
  const both = [false, true];
  return {
    mode: index.membershipMode,
    directories: index.directories(),
    sizes: index.directories().map(({ id }) => index.sizeOf(id)),
    licence: index.licence(),
    grants: index.grants(),
    users: index.users(page),
    groups: index.groups(page),
    usersByDirectory: index.directories().map(({ id }) => index.users(page, { directoryId: id })),
    groupsByDirectory: index.directories().map(({ id }) => index.groups(page, { directoryId: id })),
    holders: known.permissions.map((permission) => [
      index.countHolders(permission),
      index.holdersOf(permission, page),
    ]),
    byUser: known.users.map((user) => ({
      entry: index.user(user),
      entries: index.userEntries(user),
      mask: index.maskOf(user),
      permissions: index.effectivePermissions(user),
      checks: known.permissions.map((permission) => index.check(user, permission)),
      reasons: known.permissions.map((permission) => index.explain(user, permission, 100)),
      groups: both.map((nested) => index.groupsOf(user, nested, page)),
    })),
    byGroup: known.groups.map((group) => ({
      entry: index.group(group),
      directories: index.groupDirectories(group),
      mask: index.maskOfGroup(group),
      members: both.map((nested) => index.membersOf(group, nested, page)),
      parents: both.map((nested) => index.parentGroupsOf(group, nested, page)),
      children: both.map((nested) => index.childGroupsOf(group, nested, page)),
    })),
  };
}
