import { isDeepStrictEqual } from 'node:util';
import { compareNameKeys, type DifferenceTally, type NameKey } from '../domain/index.js';
import type { NameSheet, PermissionIndex } from '../engine/index.js';
import { turn } from './turn.js';

/** Two pages are written and compared within a few milliseconds, so that nobody waits for long. */
const NAMES_OF_A_PAGE = 250;

/** Two indexes of one revision. */
export interface TwoIndexes {
  /** The one that may be wrong. */
  readonly index: PermissionIndex;
  readonly right: PermissionIndex;
}

/**
 * Looks whether two indexes answer alike: their small tables, how many hold each permission, and all
 * that they know of each name. Between two pages everybody else has a turn.
 * @param both gives the two as they are now; each page is compared in one go.
 */
export async function compareIndexes(
  both: () => TwoIndexes,
  tally: DifferenceTally,
): Promise<void> {
  compareSmall(both(), tally);
  await compareNames(both, 'USERS', tally);
  await compareNames(both, 'GROUPS', tally);
}

/** Answers that are of no single name. */
const SETTINGS: Readonly<Record<string, (index: PermissionIndex) => unknown>> = {
  licenceLimit: (index) => index.licence().seatsAllowed,
  membershipMode: (index) => index.membershipMode,
  permissionScheme: (index) => index.scheme.scheme,
  directoryOrder: (index) => index.directories().map(({ id }) => id),
};

function compareSmall({ index, right }: TwoIndexes, tally: DifferenceTally): void {
  for (const [name, answer] of Object.entries(SETTINGS)) {
    if (!isDeepStrictEqual(answer(index), answer(right))) tally.add('SETTINGS', name);
  }
  for (const { name } of unequal(index.directories(), right.directories())) {
    tally.add('DIRECTORIES', name);
  }
  for (const { permission, subjectName } of unequal(index.grants(), right.grants())) {
    tally.add('GRANTS', `${permission} to ${subjectName}`);
  }
  for (const { key } of right.scheme.scheme.permissions) {
    if (index.countHolders(key) !== right.countHolders(key)) tally.add('SEATS', key);
  }
}

/** Those of either list that the other has not, or has otherwise. */
function unequal<Item extends { readonly id: number }>(
  list: readonly Item[],
  right: readonly Item[],
): Item[] {
  const left = new Map(list.map((item) => [item.id, item]));
  const odd = right.filter((item) => !isDeepStrictEqual(left.get(item.id), item));
  const known = new Set(right.map(({ id }) => id));
  return [...odd, ...list.filter(({ id }) => !known.has(id))];
}

async function compareNames(
  both: () => TwoIndexes,
  kind: 'USERS' | 'GROUPS',
  tally: DifferenceTally,
): Promise<void> {
  for (let after: NameKey | null = null; ; ) {
    const end = comparePage(both(), kind, after, tally);
    if (end === null) return;
    after = end;
    await turn();
  }
}

/** @returns up to which name it has come; `null` at the end. */
function comparePage(
  { index, right }: TwoIndexes,
  kind: 'USERS' | 'GROUPS',
  after: NameKey | null,
  tally: DifferenceTally,
): NameKey | null {
  const read = (of: PermissionIndex) =>
    kind === 'USERS'
      ? of.userSheets(after, NAMES_OF_A_PAGE)
      : of.groupSheets(after, NAMES_OF_A_PAGE);
  const pages = [read(index), read(right)];
  const full = pages.filter((page) => page.length === NAMES_OF_A_PAGE);
  const end = full.map((page) => page[page.length - 1].key).sort(compareNameKeys)[0] ?? null;
  const [left, expected] = pages.map((page) => textsUpTo(end, page));
  for (const key of new Set([...left.keys(), ...expected.keys()])) {
    if (left.get(key) !== expected.get(key)) tally.add(kind, key);
  }
  return end;
}

function textsUpTo(end: NameKey | null, page: readonly NameSheet[]): Map<NameKey, string> {
  const within = page.filter(({ key }) => end === null || compareNameKeys(key, end) <= 0);
  return new Map(within.map(({ key, text }) => [key, text]));
}
