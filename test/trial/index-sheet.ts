import { nameKey, type PermissionMask } from '../../src/domain/index.js';
import {
  type Explanation,
  finish,
  KnownName,
  type Missing,
  type PermissionIndex,
  type Roster,
} from '../../src/engine/index.js';
import { allPages } from '../support/scenario-installers.js';
import type { Known } from '../support/scenario-questions.js';
import { derivationText, whyNotText, whyText } from './reasons.js';
import {
  fillSheet,
  grantText,
  groupText,
  type Respondent,
  relationText,
  type Sheet,
  userText,
} from './sheet.js';

/** More derivations, and more grants of a *no*, than any case has. */
const EVERYTHING = 100_000;

/**
 * An index's answers. What can be asked in several ways is asked in all of them; a contradiction is
 * an error.
 * @param pageSize how many items each page holds.
 */
export function indexSheet(index: PermissionIndex, known: Known, pageSize = 1_000): Sheet {
  return fillSheet(indexRespondent(index, known, pageSize), known);
}

function indexRespondent(index: PermissionIndex, known: Known, pageSize: number): Respondent {
  const holders = new Map<string, Set<string>>();
  const maskOf = (user: string) => agreedMask(index, known, user, holders);
  return {
    mode: () => index.membershipMode,
    seats: () => {
      const { seatsUsed, seatsAllowed } = index.licence();
      agree('seats and holders of one', seatsUsed, index.countHolders(known.seat));
      return `${seatsUsed} of ${seatsAllowed}`;
    },
    directories: () => index.directories(),
    size: (id) => {
      const { users, groups } = index.sizeOf(id) ?? { users: 0, groups: 0 };
      return `${users} users, ${groups} groups`;
    },
    grants: () => index.grants().map(grantText),
    users: (directoryId) => {
      const filter = directoryId === undefined ? {} : { directoryId };
      return allPages((page) => index.users(page, filter), pageSize).map(userText);
    },
    groups: (directoryId) => {
      const filter = directoryId === undefined ? {} : { directoryId };
      const found = allPages((page) => index.groups(page, filter), pageSize);
      if (directoryId === undefined) {
        agree('groups', rosterOf(index).groups.join(), found.map(({ name }) => name).join());
      }
      return found.map(groupText);
    },
    holders: (permission) => {
      const found = allPages((page) => index.holdersOf(permission, page), pageSize);
      agree(`count of ${permission}`, index.countHolders(permission), found.length);
      holders.set(permission, new Set(found.map(({ key }) => key)));
      const names = index.holderNames(permission).join();
      agree(`holder names of ${permission}`, names, found.map(({ name }) => name).join());
      return found.map(userText);
    },
    holdersWithin: (permission, directoryId) =>
      allPages((page) => index.holdersOf(permission, page, { directoryId }), pageSize).map(
        ({ key }) => key,
      ),
    holdersByNesting: (permission) =>
      allPages(
        (page) => index.holdersOf(permission, page, { onlyThroughNesting: true }),
        pageSize,
      ).map(({ key }) => key),
    entries: (user) => {
      const entries = index.userEntries(user);
      const own = index.user(user);
      const counting = entries.find(
        ({ directory, maskedBy }) => directory.active && maskedBy === null,
      );
      agree(
        `the entry of ${user}`,
        own && userText(own),
        counting === undefined ? null : userText(counting),
      );
      return entries.map(userText);
    },
    mask: maskOf,
    rankOfUser: (user) => index.rankOfUser(user),
    why: (user, permission) => {
      const why = index.explain(user, permission, EVERYTHING);
      agree(`why and may ${user} ${permission}`, why.allowed, index.check(user, permission));
      const entry = index.user(user);
      agree(`who ${user} is`, why.user && userText(why.user), entry && userText(entry));
      return reasonsText(index, user, why);
    },
    groupsOf: (user, nested) => {
      const found = allPages((page) => index.groupsOf(user, nested, page), pageSize);
      const keys = new Set(found.map(({ key }) => key));
      for (const group of known.groups) {
        const depth = nested ? 'all' : 'direct';
        const isMember = index.isMember(group, user, nested);
        agree(`${user} among ${depth} members of ${group}`, isMember, keys.has(nameKey(group)));
      }
      return found.map(({ key, direct }) => relationText(key, direct));
    },
    groupDirectories: (group) => {
      const directories = index.groupDirectories(group);
      const entry = index.group(group);
      const first = directories.find(({ active }) => active);
      agree(`the directory of ${group}`, entry?.directory.id, first?.id);
      return directories.map(({ name }) => name);
    },
    maskOfGroup: (group) => index.maskOfGroup(group),
    rankOfGroup: (group) => index.rankOfGroup(group),
    membersOf: (group, nested) => {
      const found = allPages((page) => index.membersOf(group, nested, page), pageSize);
      if (!nested) {
        const rostered = inRoster(index, group, (roster, place) =>
          Array.from(roster.usersIn(place), (user) => roster.users[user]),
        );
        agree(`users in ${group}`, rostered, found.map(({ name }) => name).join());
      }
      return found.map((member) => relationText(userText(member), member.direct));
    },
    above: (group, nested) => {
      const found = allPages((page) => index.parentGroupsOf(group, nested, page), pageSize);
      return found.map(({ key, direct }) => relationText(key, direct));
    },
    below: (group, nested) => {
      const found = allPages((page) => index.childGroupsOf(group, nested, page), pageSize);
      if (!nested) {
        const rostered = inRoster(index, group, (roster, place) =>
          Array.from(roster.groupsIn(place), (child) => roster.groups[child]),
        );
        agree(`groups in ${group}`, rostered, found.map(({ name }) => name).join());
      }
      return found.map(({ key, direct }) => relationText(key, direct));
    },
  };
}

/** The last roster of each index, for as long as it says that it still holds. */
const ROSTERS = new WeakMap<PermissionIndex, Roster>();

function rosterOf(index: PermissionIndex): Roster {
  const kept = ROSTERS.get(index);
  if (kept?.isFresh()) return kept;
  const roster = finish(index.roster());
  ROSTERS.set(index, roster);
  return roster;
}

/** What a roster tells of a group; of one that it does not have, nothing. */
function inRoster(
  index: PermissionIndex,
  group: string,
  tell: (roster: Roster, place: number) => readonly string[],
): string {
  const roster = rosterOf(index);
  const place = roster.groups.findIndex((name) => nameKey(name) === nameKey(group));
  return place < 0 ? '' : tell(roster, place).join();
}

/** One for every index that is ever asked, each of which has given the name another number. */
const KNOWN_NAMES = new Map<string, KnownName>();

function knownName(user: string): KnownName {
  const key = nameKey(user);
  const known = KNOWN_NAMES.get(key) ?? new KnownName(key);
  KNOWN_NAMES.set(key, known);
  return known;
}

/** The mask of a name by every question that tells it. */
function agreedMask(
  index: PermissionIndex,
  { permissions }: Known,
  user: string,
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): PermissionMask {
  const mask = index.maskOf(user);
  const keys = index.scheme.keysOf(mask);
  agree(`permissions of ${user}`, index.effectivePermissions(user).join(), keys.join());
  agree(`mask of ${user} by number`, index.maskOfKnown(knownName(user)), mask);
  const many = index.checkMany(permissions.map((permission) => ({ user, permission })));
  permissions.forEach((permission, i) => {
    const may = keys.includes(permission);
    agree(`may ${user} ${permission}`, index.check(user, permission), may);
    agree(`may ${user} ${permission}, of many`, many[i], may);
    const holds = holders.get(permission)?.has(nameKey(user)) ?? may;
    agree(`${user} among the holders of ${permission}`, holds, may);
  });
  return mask;
}

function reasonsText(index: PermissionIndex, user: string, why: Explanation): string {
  const { permission, allowed, derivations, derivationCount } = why;
  agree(`number of ways of ${user} to ${permission}`, derivationCount, derivations.length);
  const missing: readonly Missing[] = index.whyNot(user, permission, EVERYTHING);
  agree(
    `why not ${user} ${permission}`,
    missing.map(whyNotText).join('; '),
    why.missing.map(whyNotText).join('; '),
  );
  return whyText(allowed, derivations.map(derivationText), missing.map(whyNotText));
}

function agree(question: string, one: unknown, other: unknown): void {
  if (one !== other) throw new Error(`${question}? the index says ${one} and ${other}`);
}
