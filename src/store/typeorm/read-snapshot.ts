import {
  asId,
  type Change,
  type Directory,
  type DirectoryId,
  type DirectorySnapshot,
  type GatewaySnapshot,
  type Group,
  type GroupId,
  type Revision,
  type User,
  type UserId,
} from '../../domain/index.js';
import type { ContentsVisitor, DirectoryContents, LogTail } from '../store.js';
import { readAllAfter } from './change-log.js';
import { readCut } from './cut-log.js';
import { MEMBERSHIPS, NESTINGS } from './edge-rows.js';
import { toDirectory, toSettings } from './map-rows.js';
import { GROUPS, USERS } from './named-rows.js';
import type { Column } from './number-column.js';
import { readEdgeColumns, readNamedColumns, scanEdges } from './read-columns.js';
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

/** @param without a directory that is told without what it holds. */
export async function readGatewaySnapshot(
  session: Session,
  without?: DirectoryId,
): Promise<GatewaySnapshot> {
  const state = await readState(session);
  const directories: DirectorySnapshot[] = [];
  for (const directory of await readDirectories(session)) {
    directories.push(
      directory.id === without ? emptySnapshot(directory) : await snapshotOf(session, directory),
    );
  }
  return {
    revision: state.revision,
    settings: toSettings(state),
    scheme: await readScheme(session),
    directories,
    grants: await readGrants(session),
  };
}

export async function readTail(session: Session, from: Revision): Promise<LogTail | null> {
  if (from < (await readCut(session))) return null;
  const revision = await readRevision(session);
  const changes = await readAllAfter(session, from);
  const reloaded = await readReloaded(
    session,
    changes.map(({ change }) => change),
  );
  return { revision, changes, reloaded };
}

/** The directories that the changes reload and that are still there, as they are now. */
export async function readReloaded(
  session: Session,
  changes: readonly Change[],
): Promise<Map<DirectoryId, DirectorySnapshot>> {
  const ids = new Set<DirectoryId>();
  for (const change of changes) {
    if (change.kind === 'DirectoryReloaded') ids.add(change.directoryId);
  }
  const reloaded = new Map<DirectoryId, DirectorySnapshot>();
  if (ids.size === 0) return reloaded;
  // A directory that was removed since is not among them, and has nothing left to take over.
  for (const directory of await readDirectories(session)) {
    if (ids.has(directory.id)) reloaded.set(directory.id, await snapshotOf(session, directory));
  }
  return reloaded;
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function readContents(session: Session, id: DirectoryId): Promise<DirectoryContents> {
  const directory = await requireDirectory(session, id);
  const users: User[] = [];
  const groups: Group[] = [];
  await scanNamed(session, USERS, directory, 'name_key', (user) => users.push(user));
  await scanNamed(session, GROUPS, directory, 'name_key', (group) => groups.push(group));
  return {
    users,
    groups,
    memberships: await memberships(session, directory),
    nestings: await nestings(session, directory),
  };
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function visitContents(
  session: Session,
  id: DirectoryId,
  visitor: ContentsVisitor,
): Promise<void> {
  const directory = await requireDirectory(session, id);
  await scanNamed(session, USERS, directory, 'id', (user) => visitor.user(user));
  await scanNamed(session, GROUPS, directory, 'id', (group) => visitor.group(group));
  const edges = await visitor.edges();
  await scanEdges(session, MEMBERSHIPS, directory, (group, user) =>
    edges.membership(asId(group), asId(user)),
  );
  await scanEdges(session, NESTINGS, directory, (parent, child) =>
    edges.nesting(asId(parent), asId(child)),
  );
}

function emptySnapshot(directory: Directory): DirectorySnapshot {
  return {
    directory,
    users: { ids: [], names: [], active: [] },
    groups: { ids: [], names: [] },
    memberships: { groups: [], users: [] },
    nestings: { parents: [], children: [] },
  };
}

async function snapshotOf(session: Session, directory: Directory): Promise<DirectorySnapshot> {
  const users = await readNamedColumns(session, USERS.table, directory);
  const groups = await readNamedColumns(session, GROUPS.table, directory);
  return {
    directory,
    users: { ...users, ids: idsOf(users.ids) },
    groups: { ids: idsOf(groups.ids), names: groups.names },
    memberships: await memberships(session, directory),
    nestings: await nestings(session, directory),
  };
}

async function memberships(
  session: Session,
  directory: Directory,
): Promise<DirectorySnapshot['memberships']> {
  const { above, below } = await readEdgeColumns(session, MEMBERSHIPS, directory);
  return { groups: idsOf(above), users: idsOf(below) };
}

async function nestings(
  session: Session,
  directory: Directory,
): Promise<DirectorySnapshot['nestings']> {
  const { above, below } = await readEdgeColumns(session, NESTINGS, directory);
  return { parents: idsOf(above), children: idsOf(below) };
}

/** A column of numbers that are ids of one kind. */
function idsOf<Kind extends GroupId | UserId>(column: Column): ArrayLike<Kind> {
  return column as ArrayLike<number> as ArrayLike<Kind>;
}
