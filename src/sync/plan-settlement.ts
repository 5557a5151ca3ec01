import {
  type Directory,
  type DirectoryConnection,
  type Grant,
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
  undertaking: Undertaking,
): Promise<Settlement> {
  const { added, changed, removed } = undertaking.users;
  if (added.length + changed.length + removed.length === 0) return NOTHING_TO_SETTLE;
  const grants = groupedBy(await reader.userGrants(), ({ subjectKey }) => subjectKey);
  const mayReturn = await reader.hasTombstones(undertaking.directory.id);
  if (grants.size === 0 && !mayReturn) return NOTHING_TO_SETTLE;
  // Of the many whom a first run adds, the few are kept here who matter.
  const matters = (key: NameKey) => mayReturn || grants.has(key);
  const people = await peopleMoving(reader, undertaking, matters);
  const names = await namesTouched(reader, undertaking, people, grants);
  const draft = new SettlementDraft(grants);
  settle(draft, names, people, new Set(removed));
  if (awaitsNobody(undertaking)) {
    lapseWithUsers(draft, names, people, new Set(removed), [...grants.keys()]);
  }
  const back = people.returns.flatMap(({ tombstones }) => [...tombstones]);
  return draft.settlement([...people.due.map(({ id }) => id), ...back]);
}

/** Those whose names change hands. */
interface PeopleMoving {
  readonly comers: readonly Comer[];
  readonly renames: readonly Rename[];
  readonly returns: readonly Return[];
  /** Tombstones of comers, or of their names, whose time is over. */
  readonly due: readonly Tombstone[];
}

async function peopleMoving(
  reader: TombstoneReader,
  { directory, users }: Undertaking,
  matters: (key: NameKey) => boolean,
): Promise<PeopleMoving> {
  const added = users.added.flatMap((slot) => {
    const person = comer(users.facts(slot));
    return matters(person.key) ? [person] : [];
  });
  const renames = renamesAmong(users.changed);
  const comers = [...added, ...renames.map(({ comer }) => comer)];
  const tombstones = await reader.tombstonesOf(directory.id, {
    nameKeys: comers.map(({ key }) => key),
    externalIds: added.flatMap(({ externalId }) => externalId ?? []),
  });
  const gone = tombstones.filter(({ userId }) => userId === null);
  const now = reader.now();
  const waiting = gone.filter((tombstone) => !isDue(tombstone, now));
  const due = gone.filter((tombstone) => isDue(tombstone, now));
  return { comers, renames, returns: returnsAmong(added, waiting), due };
}

/** What is known of the names whose grants may be disposed of, and of those they may go to. */
function namesTouched(
  reader: TombstoneReader,
  undertaking: Undertaking,
  { comers, renames, returns, due }: PeopleMoving,
  grants: ReadonlyMap<NameKey, readonly Grant[]>,
): Promise<NamesBefore> {
  const moves = [...renames, ...returns.map(({ comer, last }) => ({ from: last, comer }))];
  const touched = [
    ...due.map((tombstone) => tombstone.nameKey),
    ...comers.map(({ key }) => key),
    ...moves.map(({ from }) => from),
    ...(awaitsNobody(undertaking) ? grants.keys() : []),
  ].filter((key) => grants.has(key));
  const aims = moves.filter(({ from }) => grants.has(from)).map(({ comer }) => comer.key);
  const { directories, directory } = undertaking;
  return NamesBefore.read(reader, directories, directory.id, [...new Set([...touched, ...aims])]);
}

function settle(
  draft: SettlementDraft,
  names: NamesBefore,
  { comers, renames, returns, due }: PeopleMoving,
  removed: ReadonlySet<UserId>,
): void {
  for (const { nameKey } of due) {
    if (names.bearers(nameKey).length === 0 && !names.isAwaited(nameKey)) draft.lapse(nameKey);
  }
  for (const rename of renames) takeAlong(draft, names, rename);
  for (const { comer, last, tombstones } of returns) {
    const { key, externalId } = comer;
    if (externalId === null || last === key || !isTheirs(names, last, tombstones)) continue;
    takeAlong(draft, names, { from: last, comer: { ...comer, externalId } });
  }
  for (const comer of comers) keepFrom(comer, draft, names, removed);
}

/** Whether users go at once whose return nobody waits for. */
function awaitsNobody({ directory, users }: Undertaking): boolean {
  return directory.connection.tombstoneDays === 0 && users.removed.length > 0;
}

function lapseWithUsers(
  draft: SettlementDraft,
  names: NamesBefore,
  { comers }: PeopleMoving,
  removed: ReadonlySet<UserId>,
  granted: readonly NameKey[],
): void {
  const coming = new Set(comers.map(({ key }) => key));
  for (const key of granted) {
    if (coming.has(key) || names.isAwaited(key)) continue;
    if (isLeft(names, key, removed)) draft.lapse(key);
  }
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
