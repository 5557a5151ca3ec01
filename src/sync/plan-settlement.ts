import {
  type Directory,
  type DirectoryConnection,
  mayBeOnePerson,
  type NameKey,
  nameKey,
  serversId,
  type Tombstone,
  type TombstoneId,
  type UserFacts,
  type UserId,
} from '../domain/index.js';
import type { TombstoneReader } from '../store/index.js';
import type { DirectoryDelta } from './compare.js';
import { groupedBy } from './grouped-by.js';
import { isDue, NamesBefore } from './names-before.js';
import { NOTHING_TO_SETTLE, type Settlement, SettlementDraft } from './settlement.js';

/** What is about to be done to the users of one directory. */
export interface Undertaking {
  /** In order. */
  readonly directories: readonly Directory[];
  readonly directory: Directory & { readonly connection: DirectoryConnection };
  readonly users: DirectoryDelta['users'];
}

/** Whoever comes to bear a name. */
interface Comer {
  readonly key: NameKey;
  readonly name: string;
  /** The server's; `null` when it knows none. */
  readonly externalId: string | null;
}

/** A user who was known by another name before. */
interface Rename {
  readonly from: NameKey;
  readonly comer: Comer & { readonly externalId: string };
}

/** A deleted user who is there again. */
interface Return {
  readonly comer: Comer;
  /** All that are of this user. */
  readonly tombstones: ReadonlySet<TombstoneId>;
  /** The name they bore last. */
  readonly last: NameKey;
}

/**
 * Grants are to names, and mean whoever bears the name in the first directory that knows it. So that
 * they go on meaning the same person:
 * - whoever is renamed takes along the grants that meant them; nobody who bears the old name further
 *   down gains by it, and if the new name means somebody above, the grants are set aside;
 * - whoever comes to bear a name of somebody else, as their two ids tell, does not inherit: the grants
 *   are set aside. Where one side knows no id the name decides, and they stay;
 * - whoever comes back before the purge is the user of before, under a new name too. A tombstone that
 *   is due when its user or another bearer of the name comes is purged first.
 *
 * Reads the state before the difference is written; users whom the difference removes may have their
 * tombstones already.
 */
export async function planSettlement(
  reader: TombstoneReader,
  { directories, directory, users }: Undertaking,
): Promise<Settlement> {
  if (users.added.length + users.changed.length + users.removed.length === 0) {
    return NOTHING_TO_SETTLE;
  }
  const grants = groupedBy(await reader.userGrants(), ({ subjectKey }) => subjectKey);
  const mayReturn = await reader.hasTombstones(directory.id);
  if (grants.size === 0 && !mayReturn) return NOTHING_TO_SETTLE;
  // Of the many whom a first run adds, the few are kept here who matter.
  const added = users.added.flatMap((slot) => {
    const person = comer(users.facts(slot));
    return mayReturn || grants.has(person.key) ? [person] : [];
  });
  const renames = renamesAmong(users.changed);
  const comers = [...added, ...renames.map(({ comer }) => comer)];
  const tombstones = await reader.tombstonesOf(directory.id, {
    nameKeys: comers.map(({ key }) => key),
    externalIds: added.flatMap(({ externalId }) => externalId ?? []),
  });
  const gone = tombstones.filter(({ userId }) => userId === null);
  const due = gone.filter((tombstone) => isDue(tombstone, reader.now()));
  const waiting = gone.filter((tombstone) => !due.includes(tombstone));
  const returns = returnsAmong(added, waiting);

  const lapsing = due.map((tombstone) => tombstone.nameKey);
  const awaitsNobody = directory.connection.tombstoneDays === 0 && users.removed.length > 0;
  const moves = [...renames, ...returns.map(({ comer, last }) => ({ from: last, comer }))];
  const granted = [
    ...lapsing,
    ...comers.map(({ key }) => key),
    ...moves.map(({ from }) => from),
    ...(awaitsNobody ? grants.keys() : []),
  ].filter((key) => grants.has(key));
  const aims = moves.filter(({ from }) => grants.has(from)).map(({ comer }) => comer.key);
  const keys = [...new Set([...granted, ...aims])];
  const names = await NamesBefore.read(reader, directories, directory.id, keys);
  const draft = new SettlementDraft(grants);
  for (const key of lapsing) {
    if (names.bearers(key).length === 0 && !names.isAwaited(key)) draft.lapse(key);
  }
  for (const rename of renames) takeAlong(draft, names, rename);
  for (const { comer, last, tombstones } of returns) {
    const { key, externalId } = comer;
    if (externalId === null || last === key || !isTheirs(names, last, tombstones)) continue;
    takeAlong(draft, names, { from: last, comer: { ...comer, externalId } });
  }
  const removed = new Set(users.removed);
  for (const comer of comers) keepFrom(comer, draft, names, removed);
  if (awaitsNobody) {
    const coming = new Set(comers.map(({ key }) => key));
    for (const key of keys) {
      if (!coming.has(key) && !names.isAwaited(key) && isLeft(names, key, removed)) {
        draft.lapse(key);
      }
    }
  }
  const back = returns.flatMap(({ tombstones }) => [...tombstones]);
  return draft.settlement([...due.map(({ id }) => id), ...back]);
}

function takeAlong(draft: SettlementDraft, names: NamesBefore, { from, comer }: Rename): void {
  if (names.meansOneAbove(from)) return;
  if (names.meansOneAbove(comer.key)) draft.reserve(from, comer.externalId, null);
  else draft.move(from, comer.name);
}

/** Takes what is granted to the name from whoever is somebody else than its last bearer. */
function keepFrom(
  { key, externalId }: Comer,
  draft: SettlementDraft,
  names: NamesBefore,
  removed: ReadonlySet<UserId>,
): void {
  if (names.meansOneAbove(key)) return;
  const previous = names.previous(key, removed);
  if (previous === null || mayBeOnePerson(previous, { externalId })) return;
  draft.reserve(key, String(serversId(previous)), externalId);
}

/** Whether grants to a name still wait for the user of these tombstones. */
function isTheirs(names: NamesBefore, key: NameKey, tombstones: Return['tombstones']): boolean {
  // Meanwhile they have meant whoever else bears the name.
  if (names.bearers(key).length > 0) return false;
  const last = names.lastTombstone(key);
  return last !== null && tombstones.has(last.id);
}

/** Whether all who bear the name are removed. */
function isLeft(names: NamesBefore, key: NameKey, removed: ReadonlySet<UserId>): boolean {
  const bearers = names.bearers(key);
  return bearers.length > 0 && bearers.every(({ id }) => removed.has(id));
}

function renamesAmong(changed: DirectoryDelta['users']['changed']): Rename[] {
  return changed.flatMap(({ before, facts }) => {
    const { externalId, ...named } = comer(facts);
    const isRename = named.key !== before.nameKey && externalId !== null;
    return isRename ? [{ from: before.nameKey, comer: { ...named, externalId } }] : [];
  });
}

function returnsAmong(added: readonly Comer[], waiting: readonly Tombstone[]): Return[] {
  if (waiting.length === 0) return [];
  const byId = groupedBy(waiting, ({ facts }) => serversId(facts));
  const byKey = groupedBy(waiting, (tombstone) => tombstone.nameKey);
  return added.flatMap((comer) => {
    const { key, externalId } = comer;
    const known = externalId === null ? [] : (byId.get(externalId) ?? []);
    const named = (byKey.get(key) ?? []).filter(({ facts }) =>
      mayBeOnePerson(facts, { externalId }),
    );
    const theirs = [...named, ...known].sort((a, b) => a.id - b.id);
    if (theirs.length === 0) return [];
    const tombstones = new Set(theirs.map(({ id }) => id));
    return [{ comer, tombstones, last: theirs[theirs.length - 1].nameKey }];
  });
}

function comer(facts: UserFacts): Comer {
  return { key: nameKey(facts.name), name: facts.name, externalId: serversId(facts) };
}
