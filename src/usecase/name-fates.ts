import type { Directory, DirectoryId, NameKey } from '../domain/index.js';
import { isRenamed, type Touch, type TouchedName, type TouchedNames } from './touched-names.js';

/** A user or group of one directory. */
export interface NameEntry<Id> {
  readonly id: Id;
  readonly key: NameKey;
  readonly name: string;
  readonly directory: Directory;
}

/** Who bears a name now, as far as applications see it. */
export interface Bearers<Id, Seen extends NameEntry<Id>> {
  /** `null` when nobody does. */
  seen(key: NameKey): Seen | null;
  /** The one that is seen and those of later directories that it masks. */
  all(key: NameKey): readonly NameEntry<Id>[];
}

/** What became of a touched name that is seen. */
export interface NameFate<Seen> {
  readonly entry: Seen;
  /** CREATED for who is new under a name that was free, UPDATED otherwise; `null`: nothing that is seen. */
  readonly operation: 'CREATED' | 'UPDATED' | null;
  /** Somebody else may have borne the name before. */
  readonly moved: boolean;
  /** Whoever bore the name is to be removed first. */
  readonly replaces: boolean;
}

export interface ToldName<Seen> extends NameFate<Seen> {
  readonly operation: 'CREATED' | 'UPDATED';
}

export interface NameFates<Seen> {
  readonly seen: ReadonlyMap<NameKey, NameFate<Seen>>;
  /** Names to be removed before anything is added, as they were spelled last. */
  readonly removed: readonly string[];
}

/**
 * What became of users. A name that somebody left is removed where nobody bears it any more, where its
 * bearer was removed in the directory that has another one now, and where it was taken up by a rename
 * while its bearer is seen nowhere: a client that knows people by key would otherwise keep that one.
 * A later directory's entry that comes to be masked or seen is a change of the name.
 */
export function userFates<Id, Seen extends NameEntry<Id>>(
  touched: TouchedNames<Id>,
  bearers: Bearers<Id, Seen>,
  order: readonly DirectoryId[],
): NameFates<Seen> {
  const seenIds = new Set<Id>();
  for (const key of touched.byKey.keys()) {
    const entry = bearers.seen(key);
    if (entry) seenIds.add(entry.id);
  }
  return fates(touched, bearers, order, ({ entry, own, all }) => {
    const place = order.indexOf(entry.directory.id);
    // Below a name that was never free nobody was seen.
    const visible = own?.wasFree === false ? order.slice(0, place + 1) : order;
    const leftUnseen = [...all].some(([id, at]) => visible.includes(at) && !seenIds.has(id));
    const replaces = own?.removed === true || (touched.renamed.has(entry.id) && leftUnseen);
    return { replaces, isNew: own?.added.has(entry.id) === true && (replaces || all.size === 1) };
  });
}

/**
 * What became of groups. They have no key, so a rename is a removal and an addition with everything in
 * the group (Crowd REST API, groups). A name that was taken up and was free before is only added, and so is one that
 * nobody had before, in however many directories: followers that do not know a group are told everything
 * of it, or else have to read everything.
 */
export function groupFates<Id, Seen extends NameEntry<Id>>(
  touched: TouchedNames<Id>,
  bearers: Bearers<Id, Seen>,
  order: readonly DirectoryId[],
): NameFates<Seen> {
  return fates(touched, bearers, order, ({ name, own, all }) => {
    const wasRenamed = isRenamed(name);
    const onlyTakenUp = all.size === 1 && own?.renamedTo === 1 && own.renamedFrom === 0;
    const replaces = own?.removed === true || (wasRenamed && !onlyTakenUp);
    const areAdded = [...all].every(([id, at]) => name.touches.get(at)?.added.has(id));
    return { replaces, isNew: wasRenamed || replaces || areAdded };
  });
}

interface Circumstances<Id, Seen> {
  readonly entry: Seen;
  readonly name: TouchedName<Id>;
  /** What happened to the name in the directory that counts. */
  readonly own: Touch<Id> | undefined;
  /** All that bore the name or bear it, masked ones included, with their directories. */
  readonly all: ReadonlyMap<Id, DirectoryId>;
}

function fates<Id, Seen extends NameEntry<Id>>(
  touched: TouchedNames<Id>,
  bearers: Bearers<Id, Seen>,
  order: readonly DirectoryId[],
  judge: (circumstances: Circumstances<Id, Seen>) => { replaces: boolean; isNew: boolean },
): NameFates<Seen> {
  const seen = new Map<NameKey, NameFate<Seen>>();
  const removed: string[] = [];
  for (const [key, name] of touched.byKey) {
    const entry = bearers.seen(key);
    if (!entry) {
      removed.push(name.spelling);
      continue;
    }
    const own = name.touches.get(entry.directory.id);
    const earlier = order.slice(0, order.indexOf(entry.directory.id));
    const moved = changedHands(own) || earlier.some((id) => name.touches.has(id));
    const all = new Map(name.bearers);
    for (const { id, directory } of bearers.all(key)) all.set(id, directory.id);
    const { replaces, isNew } = judge({ entry, name, own, all });
    if (replaces) removed.push(name.spelling);
    const told = moved || replaces || own?.changed === true;
    const operation = isNew ? 'CREATED' : told ? 'UPDATED' : null;
    seen.set(key, { entry, operation, moved, replaces });
  }
  return { seen, removed };
}

function changedHands<Id>(touch: Touch<Id> | undefined): boolean {
  if (touch === undefined) return false;
  const { added, removed, renamedTo, renamedFrom } = touch;
  return added.size > 0 || removed || renamedTo + renamedFrom > 0;
}
