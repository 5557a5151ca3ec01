import { isDeepStrictEqual } from 'node:util';
import { compareNameKeys, type DifferenceTally, type NameKey } from '../domain/index.js';
import type { NameSheet, PermissionIndex } from '../engine/index.js';
import type { Moment } from './moment.js';
import { turn } from './turn.js';

/** Two pages are written and compared within a few milliseconds, so that nobody waits for long. */
const NAMES_OF_A_PAGE = 250;

/**
 * Looks whether two indexes of one revision answer alike: their small tables, how many hold each
 * permission, and all that they know of each name. Between two pages everybody else has a turn.
 * @param at the state of the one that may be wrong.
 */
export async function compareIndexes(
  at: Moment,
  right: PermissionIndex,
  tally: DifferenceTally,
): Promise<void> {
  await at.ask((index) => compareSmall(index, right, tally));
  await compareNames(
    (after) => at.ask((index) => index.userSheets(after, NAMES_OF_A_PAGE)),
    (after) => right.userSheets(after, NAMES_OF_A_PAGE),
    (name) => tally.add('USERS', name),
  );
  await compareNames(
    (after) => at.ask((index) => index.groupSheets(after, NAMES_OF_A_PAGE)),
    (after) => right.groupSheets(after, NAMES_OF_A_PAGE),
    (name) => tally.add('GROUPS', name),
  );
}

/** Answers that are of no single name. */
const SETTINGS: Readonly<Record<string, (index: PermissionIndex) => unknown>> = {
  licenceLimit: (index) => index.licence().seatsAllowed,
  membershipMode: (index) => index.membershipMode,
  permissionScheme: (index) => index.scheme.scheme,
  directoryOrder: (index) => index.directories().map(({ id }) => id),
};

function compareSmall(index: PermissionIndex, right: PermissionIndex, tally: DifferenceTally) {
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

type ReadSheets = (after: NameKey | null) => readonly NameSheet[] | Promise<readonly NameSheet[]>;

async function compareNames(
  read: ReadSheets,
  readRight: ReadSheets,
  tell: (name: NameKey) => void,
): Promise<void> {
  for (let after: NameKey | null = null; ; ) {
    const sheets: readonly NameSheet[] = await read(after);
    const rightSheets: readonly NameSheet[] = await readRight(after);
    const ends = [sheets, rightSheets].flatMap((page) =>
      page.length < NAMES_OF_A_PAGE ? [] : [page[page.length - 1].key],
    );
    const end: NameKey | null = ends.sort(compareNameKeys).at(0) ?? null;
    const upTo = (page: readonly NameSheet[]) =>
      new Map(
        page
          .filter(({ key }) => end === null || compareNameKeys(key, end) <= 0)
          .map(({ key, text }) => [key, text]),
      );
    const [left, right] = [upTo(sheets), upTo(rightSheets)];
    for (const key of new Set([...left.keys(), ...right.keys()])) {
      if (left.get(key) !== right.get(key)) tell(key);
    }
    if (end === null) return;
    after = end;
    await turn();
  }
}
