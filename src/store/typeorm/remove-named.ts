import type { DirectoryId, Group, GroupId, UserId } from '../../domain/index.js';
import { deleteAttributes } from './attributes.js';
import { type Edge, edgeKey, edgesAt, MEMBERSHIPS, NESTINGS } from './edge-rows.js';
import { GROUPS, USERS } from './named-rows.js';
import { namedByIds } from './read-named.js';
import { requireDirectory } from './require-directory.js';
import type { Scope } from './scope.js';
import { removePresentEdges } from './write-edges.js';
import { deleteNamed } from './write-named.js';

/** Removes users after their memberships, passwords and attributes. Unknown ids are passed over. */
export async function removeUsers(scope: Scope, ids: readonly UserId[]): Promise<void> {
  const { session } = scope;
  const users = inOrder(ids, await namedByIds(session, USERS, ids));
  for (const [directoryId, here] of byDirectory(users)) {
    const directory = await requireDirectory(session, directoryId);
    const hereIds = here.map(({ id }) => id);
    const edges = await edgesAt(session, MEMBERSHIPS, 'below', directory.generation, hereIds);
    await removePresentEdges(scope, MEMBERSHIPS, directory, edges);
    await deleteNamed(session, USERS, directory.generation, hereIds);
    const passwords = `DELETE FROM user_password WHERE user_id ${session.dialect.inList}`;
    await session.runListed(passwords, [], hereIds);
    await deleteAttributes(session, 'user', hereIds);
  }
  for (const user of users) scope.record(USERS.removed(user));
}

/** Removes groups after their memberships and the nestings above and below them. */
export async function removeGroups(scope: Scope, ids: readonly GroupId[]): Promise<void> {
  const { session } = scope;
  const groups = inOrder(ids, await namedByIds(session, GROUPS, ids));
  for (const [directoryId, here] of byDirectory(groups)) {
    const directory = await requireDirectory(session, directoryId);
    const { generation } = directory;
    const hereIds = here.map(({ id }) => id);
    const memberships = await edgesAt(session, MEMBERSHIPS, 'above', generation, hereIds);
    await removePresentEdges(scope, MEMBERSHIPS, directory, memberships);
    const nestings = new Map<string, Edge>();
    for (const end of ['above', 'below'] as const) {
      const found = await edgesAt(session, NESTINGS, end, generation, hereIds);
      for (const edge of found) nestings.set(edgeKey(edge), edge);
    }
    await removePresentEdges(scope, NESTINGS, directory, [...nestings.values()]);
    await deleteNamed(session, GROUPS, generation, hereIds);
    await deleteAttributes(session, 'group', hereIds);
  }
  for (const group of groups) scope.record(GROUPS.removed(group));
}

function inOrder<Item extends { readonly id: number }>(
  ids: readonly number[],
  found: readonly Item[],
): Item[] {
  const items = new Map<number, Item>(found.map((item) => [item.id, item]));
  return [...new Set(ids)].flatMap((id) => items.get(id) ?? []);
}

function byDirectory<Item extends Pick<Group, 'directoryId'>>(
  items: readonly Item[],
): Map<DirectoryId, Item[]> {
  const directories = new Map<DirectoryId, Item[]>();
  for (const item of items) {
    const here = directories.get(item.directoryId);
    if (here) here.push(item);
    else directories.set(item.directoryId, [item]);
  }
  return directories;
}
