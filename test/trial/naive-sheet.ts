import { type DirectoryId, type Grant, type NameKey, nameKey } from '../../src/domain/index.js';
import { entryNamed, type NaiveDirectory } from '../support/naive-facts.js';
import { naiveMissing } from '../support/naive-missing.js';
import { byKey, inKeyOrder } from '../support/naive-order.js';
import type { NaiveState } from '../support/naive-state.js';
import type { Known } from '../support/scenario-questions.js';
import { naiveDerivationText, naiveWhyNotText, whyText } from './reasons.js';
import {
  fillSheet,
  grantText,
  groupText,
  type Respondent,
  relationText,
  type Sheet,
  userText,
} from './sheet.js';

/** The naive model's answers. */
export function naiveSheet(state: NaiveState, known: Known): Sheet {
  return fillSheet(naiveRespondent(state), known);
}

function naiveRespondent(state: NaiveState): Respondent {
  const { facts } = state;
  const holderOf = (id: DirectoryId) => facts.directory(id);
  const relations = (names: ReadonlyMap<NameKey, boolean>) =>
    inKeyOrder(names.keys()).map((name) => relationText(name, names.get(name)!));
  return {
    mode: () => facts.mode,
    seats: () => `${state.holders(facts.scheme.seat).length} of ${facts.licenceLimit}`,
    directories: () => facts.directories.map(({ directory }) => directory),
    size: (id) => `${holderOf(id).users.size} users, ${holderOf(id).groups.size} groups`,
    grants: () => grantsInOrder(state).map(grantText),
    users: (id) =>
      id === undefined
        ? state.users().map((user) => naiveUserText(state, user))
        : inKeyOrder([...holderOf(id).users.values()].map((user) => user.nameKey)).map((user) =>
            userTextIn(state, holderOf(id), user),
          ),
    groups: (id) =>
      id === undefined
        ? state.groups().map((group) => naiveGroupText(state, group))
        : inKeyOrder([...holderOf(id).groups.values()].map((group) => group.nameKey)).map((group) =>
            groupTextIn(holderOf(id), group),
          ),
    holders: (permission) => state.holders(permission).map((user) => naiveUserText(state, user)),
    holdersWithin: (permission, id) =>
      state.holders(permission).filter((user) => state.canonical(user) === holderOf(id)),
    holdersByNesting: (permission) =>
      state.holders(permission).filter((user) => holdsByNestingOnly(state, user, permission)),
    entries: (user) =>
      facts.directories
        .filter(({ users }) => entryNamed(users.values(), user))
        .map((holder) => userTextIn(state, holder, nameKey(user))),
    mask: (user) => state.mask(nameKey(user)),
    rankOfUser: (user) => state.rankOfUser(nameKey(user)),
    why: (user, permission) => naiveWhy(state, nameKey(user), permission),
    groupsOf: (user, nested) => {
      const direct = state.groupNames(nameKey(user), false);
      const all = state.groupNames(nameKey(user), nested);
      return inKeyOrder(all).map((group) => relationText(group, direct.has(group)));
    },
    groupDirectories: (group) =>
      facts.directories
        .filter(({ groups }) => entryNamed(groups.values(), group))
        .map(({ directory }) => directory.name),
    maskOfGroup: (group) => state.groupMask(nameKey(group)),
    rankOfGroup: (group) => state.rankOfGroup(nameKey(group)),
    membersOf: (group, nested) => {
      const members = state.members(nameKey(group), nested);
      return inKeyOrder(members.keys()).map((user) =>
        relationText(naiveUserText(state, user), members.get(user)!),
      );
    },
    above: (group, nested) => relations(state.relativesOf(nameKey(group), 'parents', nested)),
    below: (group, nested) => relations(state.relativesOf(nameKey(group), 'children', nested)),
  };
}

/** Users first, by subject, then by permission. */
export function grantsInOrder({ facts }: NaiveState): Grant[] {
  const order = facts.scheme.permissions.map(({ key }) => key);
  return [...facts.grants].sort(
    (a, b) =>
      Number(a.subjectType === 'GROUP') - Number(b.subjectType === 'GROUP') ||
      byKey(a.subjectKey, b.subjectKey) ||
      order.indexOf(a.permission) - order.indexOf(b.permission),
  );
}

/** The entry that a name means, which an active directory must know. */
export function naiveUserText(state: NaiveState, user: NameKey): string {
  return userTextIn(state, state.canonical(user)!, user);
}

/** The group that a name means, which an active directory must hold. */
export function naiveGroupText(state: NaiveState, group: NameKey): string {
  const holder = state.active().find(({ groups }) => entryNamed(groups.values(), group))!;
  return groupTextIn(holder, group);
}

/** No grant that gives the permission is to the user or to a group the user is in directly. */
function holdsByNestingOnly(state: NaiveState, user: NameKey, permission: string): boolean {
  const direct = state.groupNames(user, false);
  return !state
    .grantsGiving(permission)
    .some(({ subjectType, subjectKey }) =>
      subjectType === 'USER' ? subjectKey === user : direct.has(subjectKey),
    );
}

function naiveWhy(state: NaiveState, user: NameKey, permission: string): string {
  const canonical = state.canonical(user);
  if (!canonical || !state.holds(user, permission)) {
    return whyText(false, [], naiveMissing(state, user, permission).map(naiveWhyNotText));
  }
  const ways = state.derivations(state.view(canonical), user, permission, 'HONOURED');
  return whyText(true, ways.map(naiveDerivationText), []);
}

function userTextIn(state: NaiveState, holder: NaiveDirectory, user: NameKey): string {
  const entry = entryNamed(holder.users.values(), user)!;
  const canonical = state.canonical(user);
  const maskedBy = canonical && canonical !== holder ? canonical.directory : null;
  return userText({ ...entry, key: entry.nameKey, directory: holder.directory, maskedBy });
}

function groupTextIn(holder: NaiveDirectory, group: NameKey): string {
  const entry = entryNamed(holder.groups.values(), group)!;
  return groupText({ ...entry, key: entry.nameKey, directory: holder.directory });
}
