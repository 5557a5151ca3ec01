import {
  asId,
  type Directory,
  type DirectoryId,
  GatehouseError,
  type GenerationId,
  type NameKey,
  requireName,
} from '../../domain/index.js';
import type { DirectoryPatch, NewDirectory } from '../store.js';
import { deleteAttributesIn } from './attributes.js';
import { toDirectory } from './map-rows.js';
import { readDirectories } from './read-snapshot.js';
import { requireDirectory } from './require-directory.js';
import type { Scope } from './scope.js';

/** @throws GatehouseError `NAME_INVALID`, `NAME_TAKEN`, `INPUT_INVALID`, `SECRET_KEY_MISSING`. */
export async function addDirectory(scope: Scope, given: NewDirectory): Promise<Directory> {
  const { session, secrets, clock } = scope;
  const nameKey = requireName('directory', given.name);
  await requireFree(scope, given.name, nameKey);
  if (given.connection && given.password === null) {
    const reason = 'is needed for a remote directory';
    throw new GatehouseError('INPUT_INVALID', { field: 'password', reason });
  }
  const firstId = await scope.allocateIds(2);
  const id: DirectoryId = asId(firstId);
  const generation: GenerationId = asId(firstId + 1);
  const last = await session.rows('directory').maximum('position');
  const directory: Directory = {
    id,
    name: given.name,
    nameKey,
    type: given.type,
    active: true,
    nestedGroups: given.nestedGroups,
    connection: given.connection,
    generation,
  };
  const password =
    given.password === null ? null : secrets.seal({ kind: 'directory', id }, given.password);
  await session
    .rows('generation')
    .insert({ id: generation, directoryId: id, createdAt: clock.now(), condemned: false });
  await session
    .rows('directory')
    .insert({ ...directory, password, position: last === null ? 0 : last + 1 });
  await session.rows('directory_freshness').insert({
    directoryId: id,
    currentRun: null,
    leaseExpires: null,
    eventToken: null,
    eventSource: null,
    fullCause: null,
    lastSucceededAt: null,
    staleSince: null,
  });
  scope.record({ kind: 'DirectoryAdded', directory });
  return directory;
}

/** @throws GatehouseError `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`, `SECRET_KEY_MISSING`. */
export async function changeDirectory(
  scope: Scope,
  id: DirectoryId,
  patch: DirectoryPatch,
): Promise<Directory> {
  const before = toDirectory(await requireDirectory(scope.session, id));
  const name = patch.name ?? before.name;
  const nameKey = requireName('directory', name);
  if (nameKey !== before.nameKey) await requireFree(scope, name, nameKey);
  const after: Directory = {
    ...before,
    name,
    nameKey,
    active: patch.active ?? before.active,
    nestedGroups: patch.nestedGroups ?? before.nestedGroups,
    connection: patch.connection ?? before.connection,
  };
  const sealed =
    patch.password === undefined
      ? {}
      : { password: scope.secrets.seal({ kind: 'directory', id }, patch.password) };
  // A new password alone is a change too: the log tells that there was one, never what it is.
  if (!('password' in sealed) && same(before, after)) return before;
  const { active, nestedGroups, connection } = after;
  await scope.session
    .rows('directory')
    .update({ id }, { name, nameKey, active, nestedGroups, connection, ...sealed });
  scope.record({ kind: 'DirectoryChanged', before, after });
  return after;
}

/** @throws GatehouseError `DIRECTORY_ORDER_INCOMPLETE`. */
export async function reorderDirectories(
  scope: Scope,
  order: readonly DirectoryId[],
): Promise<void> {
  const directories = await readDirectories(scope.session);
  const names = new Map(directories.map(({ id, name }) => [id, name]));
  const before = [...names.keys()];
  const nameOf = (id: DirectoryId) => names.get(id) ?? String(id);
  const wanted = new Set(order);
  const missing = before.filter((id) => !wanted.has(id)).map(nameOf);
  const unknown = [...wanted].filter((id) => !names.has(id)).map(nameOf);
  const repeated = [...wanted].filter((id) => order.indexOf(id) !== order.lastIndexOf(id));
  if (missing.length + unknown.length + repeated.length > 0) {
    const details = { missing, unknown, repeated: repeated.map(nameOf) };
    throw new GatehouseError('DIRECTORY_ORDER_INCOMPLETE', details);
  }
  if (before.every((id, i) => id === order[i])) return;
  // Positions are unique at every moment, so all of them step aside below zero first.
  const rows = scope.session.rows('directory');
  for (const [i, id] of order.entries()) await rows.update({ id }, { position: -1 - i });
  await scope.session.run('UPDATE directory SET position = -1 - position');
  scope.record({ kind: 'DirectoriesReordered', before, after: [...order] });
}

/**
 * Takes a directory out of sight with its runs, passwords and attributes; `sweep` deletes the rest, which may
 * be a million rows. @throws GatehouseError `NOT_FOUND`.
 */
export async function removeDirectory(scope: Scope, id: DirectoryId): Promise<void> {
  const { session } = scope;
  const directory = toDirectory(await requireDirectory(session, id));
  await session.run(
    'DELETE FROM user_password WHERE user_id IN ' +
      '(SELECT id FROM directory_user WHERE generation = ?)',
    [directory.generation],
  );
  await deleteAttributesIn(session, id, null);
  await session.rows('directory_freshness').delete({ directoryId: id });
  await session.rows('synchronisation_run').delete({ directoryId: id });
  await session.rows('tombstone').delete({ directoryId: id });
  await session.rows('set_aside_grant').delete({ directoryId: id });
  await session.rows('directory').delete({ id });
  scope.record({ kind: 'DirectoryRemoved', directory });
}

/**
 * @throws GatehouseError `NOT_FOUND` for the directory; `RUN_SUPERSEDED` when the generation is not
 *   one of its own or is being swept, which happens to the generation of a run that is over.
 */
export async function switchGeneration(
  scope: Scope,
  id: DirectoryId,
  generation: GenerationId,
): Promise<void> {
  const { session } = scope;
  const directory = await requireDirectory(session, id);
  if (directory.generation === generation) return;
  const [made] = await session.select<{ directory_id: number; condemned: number }>(
    `SELECT directory_id, condemned FROM generation WHERE id = ?${session.dialect.forUpdate}`,
    [generation],
  );
  if (made?.directory_id !== id || made.condemned === 1) {
    throw new GatehouseError('RUN_SUPERSEDED', { directory: directory.name });
  }
  await session.run(
    'DELETE FROM user_password WHERE user_id IN ' +
      '(SELECT id FROM directory_user WHERE generation = ?) AND user_id NOT IN ' +
      '(SELECT id FROM directory_user WHERE generation = ?)',
    [directory.generation, generation],
  );
  await deleteAttributesIn(session, id, generation);
  await session.rows('directory').update({ id }, { generation });
  scope.record({ kind: 'DirectoryReloaded', directoryId: id, generation });
}

async function requireFree(scope: Scope, name: string, nameKey: NameKey): Promise<void> {
  if (await scope.session.rows('directory').existsBy({ nameKey })) {
    throw new GatehouseError('NAME_TAKEN', { kind: 'directory', name });
  }
}

/** Of one directory, before and after a patch. */
function same(before: Directory, after: Directory): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
