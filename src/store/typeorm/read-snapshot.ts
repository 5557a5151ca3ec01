import type {
  Directory,
  DirectoryId,
  DirectorySnapshot,
  GatewaySnapshot,
  GroupId,
  Revision,
  UserId,
} from '../../domain/index.js';
import type { DirectoryContents, LogTail } from '../store.js';
import { readAllAfter } from './change-log.js';
import { toDirectory, toSettings } from './map-rows.js';
import { GROUPS, USERS } from './named-rows.js';
import { scanNamed } from './read-named.js';
import { readGrants, readRevision, readScheme, readState } from './read-settings.js';
import { requireDirectory } from './require-directory.js';
import type { Session } from './session.js';

/** In order, first directory first. */
export async function readDirectories(session: Session): Promise<Directory[]> {
  const rows = await session.rows('directory').find({ order: { position: 'ASC' } });
  return rows.map(toDirectory);
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function readDirectorySnapshot(
  session: Session,
  id: DirectoryId,
): Promise<DirectorySnapshot> {
  return snapshotOf(session, toDirectory(await requireDirectory(session, id)));
}

export async function readGatewaySnapshot(session: Session): Promise<GatewaySnapshot> {
  const state = await readState(session);
  const directories: DirectorySnapshot[] = [];
  for (const directory of await readDirectories(session)) {
    directories.push(await snapshotOf(session, directory));
  }
  return {
    revision: state.revision,
    settings: toSettings(state),
    scheme: await readScheme(session),
    directories,
    grants: await readGrants(session),
  };
}

export async function readTail(session: Session, from: Revision): Promise<LogTail> {
  const revision = await readRevision(session);
  const changes = await readAllAfter(session, from);
  const reloadedIds = new Set<DirectoryId>();
  for (const { change } of changes) {
    if (change.kind === 'DirectoryReloaded') reloadedIds.add(change.directoryId);
  }
  const reloaded = new Map<DirectoryId, DirectorySnapshot>();
  if (reloadedIds.size > 0) {
    // A directory that was removed since is not among them, and has nothing left to take over.
    for (const directory of await readDirectories(session)) {
      if (!reloadedIds.has(directory.id)) continue;
      reloaded.set(directory.id, await snapshotOf(session, directory));
    }
  }
  return { revision, changes, reloaded };
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function readContents(session: Session, id: DirectoryId): Promise<DirectoryContents> {
  const directory = await requireDirectory(session, id);
  return {
    users: await scanNamed(session, USERS, directory),
    groups: await scanNamed(session, GROUPS, directory),
    memberships: await memberships(session, directory),
    nestings: await nestings(session, directory),
  };
}

async function snapshotOf(session: Session, directory: Directory): Promise<DirectorySnapshot> {
  const users = { ids: [] as UserId[], names: [] as string[], active: [] as boolean[] };
  await session.scan(
    'SELECT id, name, active FROM directory_user WHERE generation = ?',
    [directory.generation],
    ([id, name, active]) => {
      users.ids.push(id as UserId);
      users.names.push(name as string);
      users.active.push(active === 1);
    },
  );
  const groups = { ids: [] as GroupId[], names: [] as string[] };
  await session.scan(
    'SELECT id, name FROM directory_group WHERE generation = ?',
    [directory.generation],
    ([id, name]) => {
      groups.ids.push(id as GroupId);
      groups.names.push(name as string);
    },
  );
  return {
    directory,
    users,
    groups,
    memberships: await memberships(session, directory),
    nestings: await nestings(session, directory),
  };
}

async function memberships(
  session: Session,
  { generation }: Pick<Directory, 'generation'>,
): Promise<DirectorySnapshot['memberships']> {
  const edges = { groups: [] as GroupId[], users: [] as UserId[] };
  const sql = 'SELECT group_id, user_id FROM membership WHERE generation = ?';
  await session.scan(sql, [generation], ([group, user]) => {
    edges.groups.push(group as GroupId);
    edges.users.push(user as UserId);
  });
  return edges;
}

async function nestings(
  session: Session,
  { generation }: Pick<Directory, 'generation'>,
): Promise<DirectorySnapshot['nestings']> {
  const edges = { parents: [] as GroupId[], children: [] as GroupId[] };
  const sql = 'SELECT parent_id, child_id FROM nesting WHERE generation = ?';
  await session.scan(sql, [generation], ([parent, child]) => {
    edges.parents.push(parent as GroupId);
    edges.children.push(child as GroupId);
  });
  return edges;
}
