import { expect } from '@jest/globals';
import type { RemoteEvent } from '../../src/connector/index.js';
import type { NameKey } from '../../src/domain/index.js';
import type { DirectoryContents, DirectoryPart, NamesOfPart } from '../../src/store/index.js';
import { applyDelta } from '../../src/sync/apply-delta.js';
import { compareDirectory } from '../../src/sync/compare.js';
import { followEvents } from '../../src/sync/follow-events.js';
import { namesInEvents } from '../../src/sync/names-in-events.js';
import { readRemote } from '../../src/sync/read-remote.js';
import { ReadTally } from '../../src/sync/read-tally.js';
import { runCounts } from '../../src/sync/run-counts.js';
import { type RemoteDocument, ScriptedRemote } from '../support/scripted-remote.js';
import { DIRECTORY, type DirectoryModel } from './directory-model.js';
import { naivePicture } from './naive-picture.js';
import { inOrder, type NamedContents, namedContents } from './named-contents.js';

const NOBODY_KEPT = { policy: 'DELETE', keptRows: [] } as const;
const NOBODY_STAYS = { kept: [], over: [], letGo: [], keptBefore: 0 };

/** Brings the model in line with the document, as a run would. */
export async function follow(model: DirectoryModel, document: RemoteDocument) {
  const tally = new ReadTally();
  const picture = await readRemote(new ScriptedRemote(document), tally);
  const { delta } = await compareDirectory((begin) => model.visit(begin), picture);
  await applyDelta(model, DIRECTORY, delta);
  return { delta, setAside: tally.kept, counts: runCounts(tally, delta, NOBODY_STAYS) };
}

/** Brings the model in line with the events, as a run would. */
export async function followTold(model: DirectoryModel, events: readonly RemoteEvent[]) {
  const tally = new ReadTally();
  const part = partOf(model, namesInEvents(events, NOBODY_KEPT));
  const { delta, departures } = followEvents(events, part, tally, NOBODY_KEPT);
  await applyDelta(model, DIRECTORY, delta);
  return { setAside: tally.kept, counts: runCounts(tally, delta, departures) };
}

/** What a store gives for `reader.part`. */
function partOf(model: DirectoryModel, names: NamesOfPart): DirectoryPart {
  const { userKeys, externalIds, groupKeys, needsAllMemberships } = names;
  const { users: all, groups: allGroups, ...edges } = model.contents();
  const users = all.filter(
    ({ nameKey, externalId }) =>
      userKeys.includes(nameKey) || (externalId !== null && externalIds.includes(externalId)),
  );
  const byId = new Map(users.map((user) => [user.id, user]));
  const asked = allGroups.filter(({ nameKey }) => groupKeys.includes(nameKey));
  const askedIds = new Set(asked.map(({ id }) => id));
  const idsOf = (keys: ReadonlySet<NameKey>) =>
    asked.filter(({ nameKey }) => keys.has(nameKey)).map(({ id }) => id);
  const nestedIds = new Set(idsOf(names.nestedGroupKeys));
  const rows = Array.from(edges.memberships.groups, (groupId, i) => ({
    groupId,
    userId: edges.memberships.users[i],
  }));
  const memberships = rows.filter(({ groupId, userId }) => {
    const user = byId.get(userId);
    return user !== undefined && (askedIds.has(groupId) || needsAllMemberships(user));
  });
  const nestings = Array.from(edges.nestings.parents, (parentId, i) => ({
    parentId,
    childId: edges.nestings.children[i],
  })).filter(({ parentId, childId }) => nestedIds.has(parentId) || nestedIds.has(childId));
  const ends = new Set([
    ...askedIds,
    ...memberships.map(({ groupId }) => groupId),
    ...nestings.flatMap(({ parentId, childId }) => [parentId, childId]),
  ]);
  return {
    users,
    groups: allGroups.filter(({ id }) => ends.has(id)),
    memberships,
    nestings,
    memberCounts: new Map(
      idsOf(names.countedGroupKeys).map((id) => [
        id,
        rows.filter(({ groupId }) => groupId === id).length,
      ]),
    ),
  };
}

/**
 * The model holds what the document says. Where that identifies nobody, the external id is the
 * store's own affair.
 */
export function expectHeld(model: DirectoryModel, document: RemoteDocument): void {
  const expected = naivePicture(document);
  expect(heldBeside(expected, model.contents())).toEqual(expected);
}

/** What is held, without the external ids that the store itself gave to those who have none. */
export function heldBeside(expected: NamedContents, contents: DirectoryContents): NamedContents {
  const anonymous = new Set(
    expected.users.flatMap(({ name, externalId }) => (externalId === null ? [name] : [])),
  );
  const held = namedContents(contents);
  const users = held.users.map((user) =>
    anonymous.has(user.name) ? { ...user, externalId: null } : user,
  );
  return inOrder({ ...held, users });
}
