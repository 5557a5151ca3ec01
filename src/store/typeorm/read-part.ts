import type {
  DirectoryId,
  GenerationId,
  Group,
  GroupId,
  NameKey,
  User,
} from '../../domain/index.js';
import type { DirectoryPart, NamesOfPart } from '../store.js';
import { type Edge, edgeKey, edgesAt, MEMBERSHIPS, NESTINGS } from './edge-rows.js';
import { GROUPS, USERS } from './named-rows.js';
import { namedByIds, namedByKeys, usersByExternalIds } from './read-named.js';
import { requireDirectory } from './require-directory.js';
import type { Session } from './session.js';

/** @throws GatehouseError `NOT_FOUND`. */
export async function readPart(
  session: Session,
  directoryId: DirectoryId,
  names: NamesOfPart,
): Promise<DirectoryPart> {
  const { userKeys, externalIds, groupKeys } = names;
  const { generation } = await requireDirectory(session, directoryId);
  const users = new Map<number, User>();
  const byName = await namedByKeys(session, USERS, directoryId, userKeys);
  const known = new Set(byName.map(({ externalId }) => externalId));
  const unknown = externalIds.filter((id) => !known.has(id));
  const byId = await usersByExternalIds(session, directoryId, unknown);
  for (const user of [...byName, ...byId]) users.set(user.id, user);
  const asked = await namedByKeys(session, GROUPS, directoryId, groupKeys);
  const idsOf = (keys: ReadonlySet<NameKey>) =>
    asked.filter(({ nameKey }) => keys.has(nameKey)).map(({ id }) => id);
  const groups = new Map<number, Group>(asked.map((group) => [group.id, group]));
  const userIds = [...users.values()].map(({ id }) => id);
  const held = await edgesAt(session, MEMBERSHIPS, 'below', generation, userIds);
  const memberships = held.filter(
    ([group, user]) => groups.has(group) || names.needsAllMemberships(users.get(user)!),
  );
  const nestings = new Map<string, Edge>();
  const nestedIds = idsOf(names.nestedGroupKeys);
  for (const end of ['above', 'below'] as const) {
    for (const edge of await edgesAt(session, NESTINGS, end, generation, nestedIds)) {
      nestings.set(edgeKey(edge), edge);
    }
  }
  const ends = new Set<GroupId>(memberships.map(([group]) => group));
  for (const [parent, child] of nestings.values()) ends.add(parent).add(child as GroupId);
  const others = [...ends].filter((id) => !groups.has(id));
  for (const group of await namedByIds(session, GROUPS, others)) groups.set(group.id, group);
  return {
    users: [...users.values()],
    groups: [...groups.values()],
    memberships: memberships.map(([groupId, userId]) => ({
      groupId,
      userId: userId as User['id'],
    })),
    nestings: [...nestings.values()].map(([parentId, childId]) => ({
      parentId,
      childId: childId as GroupId,
    })),
    memberCounts: await countMembers(session, generation, idsOf(names.countedGroupKeys)),
  };
}

async function countMembers(
  session: Session,
  generation: GenerationId,
  ids: readonly GroupId[],
): Promise<Map<GroupId, number>> {
  const rows = await session.selectListed<{ group_id: GroupId; members: number }>(
    'SELECT group_id, COUNT(*) AS members FROM membership ' +
      `WHERE generation = ? AND group_id ${session.dialect.inList} GROUP BY group_id`,
    [generation],
    ids,
  );
  return new Map(rows.map(({ group_id, members }) => [group_id, members]));
}
