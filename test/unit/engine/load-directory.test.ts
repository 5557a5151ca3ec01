import { describe, expect, it } from '@jest/globals';
import {
  asId,
  type DirectoryId,
  type DirectorySnapshot,
  type GatewaySnapshot,
  type GenerationId,
  type GroupId,
  nameKey,
  type UserId,
} from '../../../src/domain/index.js';
import { PermissionIndex } from '../../../src/engine/index.js';
import { BITBUCKET_SCHEME } from '../../support/scenario-scheme.js';

const ALL = { first: 100, after: null };

function snapshot(
  users: readonly number[],
  groups: readonly number[],
  memberships: readonly (readonly [group: number, user: number])[],
): GatewaySnapshot {
  const id = asId<DirectoryId>(1);
  const directory: DirectorySnapshot = {
    directory: {
      id,
      name: 'staff',
      nameKey: nameKey('staff'),
      type: 'INTERNAL',
      active: true,
      nestedGroups: true,
      connection: null,
      generation: asId<GenerationId>(1),
    },
    users: {
      ids: users.map((user) => asId<UserId>(user)),
      names: users.map((user) => `user-${user}`),
      active: users.map(() => true),
    },
    groups: {
      ids: groups.map((group) => asId<GroupId>(group)),
      names: groups.map((group) => `group-${group}`),
    },
    memberships: {
      groups: memberships.map(([group]) => asId<GroupId>(group)),
      users: memberships.map(([, user]) => asId<UserId>(user)),
    },
    nestings: { parents: [], children: [] },
  };
  return {
    revision: asId(1),
    settings: { membershipMode: 'FIRST_DIRECTORY', licenceLimit: null },
    scheme: BITBUCKET_SCHEME,
    directories: [directory],
    grants: [],
  };
}

describe('the edges of a snapshot', () => {
  it.each([
    { name: 'one after another', ids: [5, 6, 7, 8] },
    { name: 'with gaps', ids: [5, 7, 9, 12] },
    { name: 'backwards', ids: [8, 7, 6, 5] },
    { name: 'far apart', ids: [5, 9_000, 4_000_000, 2 ** 40] },
  ])('join the entries whose ids they name, of ids $name', ({ ids }) => {
    const [first, , third, last] = ids;
    const index = new PermissionIndex(
      // Neither in order nor each once.
      snapshot(
        ids,
        [1, 2],
        [
          [2, last],
          [1, third],
          [1, first],
          [1, third],
        ],
      ),
    );
    const members = (group: string) =>
      index.membersOf(group, false, ALL).items.map(({ id }) => Number(id));
    expect(members('group-1').sort((a, b) => a - b)).toEqual([first, third].sort((a, b) => a - b));
    expect(members('group-2')).toEqual([last]);
    expect(index.groupNamesOf(`user-${third}`, true)).toEqual(['group-1']);
  });

  it.each([
    { name: 'between two that are there', ids: [5, 7, 9], user: 6 },
    { name: 'before the first', ids: [5, 6, 7], user: 4 },
    { name: 'behind the last', ids: [5, 6, 7], user: 8 },
    { name: 'of a directory without users', ids: [], user: 1 },
  ])('are refused when they name a user $name', ({ ids, user }) => {
    expect(() => new PermissionIndex(snapshot(ids, [1], [[1, user]]))).toThrow(
      'an entry it does not hold',
    );
  });
});
