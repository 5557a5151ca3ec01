import { describe, expect, it } from '@jest/globals';
import { asId, type GroupId, type UserId } from '../../src/domain/index.js';
import type { DirectoryContents } from '../../src/store/index.js';
import type { DirectoryDelta } from '../../src/sync/compare.js';
import type { RemotePicture } from '../../src/sync/read-remote.js';
import { isBulk } from '../../src/sync/write-difference.js';

const NO_EDGES = { groups: new Uint32Array(0), members: new Uint32Array(0) };
const NO_ROWS = { facts: [], ids: [], added: [], changed: [], removed: [] };

/** A copy of `rows` rows. */
function held(rows: number): DirectoryContents {
  return {
    users: [],
    groups: [],
    memberships: {
      groups: Array.from({ length: rows }, () => asId<GroupId>(1)),
      users: Array.from({ length: rows }, () => asId<UserId>(1)),
    },
    nestings: { parents: [], children: [] },
  };
}

/** A remote side of `rows` rows. */
function remote(rows: number): RemotePicture {
  const memberships = { groups: new Uint32Array(rows), members: new Uint32Array(rows) };
  return { users: [], groups: [], memberships, nestings: NO_EDGES };
}

/** A difference of `rows` rows, of every kind that there is. */
function difference(rows: number): DirectoryDelta {
  const edge = { groups: new Uint32Array(1), members: new Uint32Array(1) };
  const edges = { added: edge, removed: edge };
  const one = { ...NO_ROWS, added: [0] };
  return {
    users: { ...one, removed: [asId<UserId>(1)] },
    groups: { ...one, removed: [asId<GroupId>(1)] },
    memberships: edges,
    nestings: edges,
    edgesLost: rows - 8,
  };
}

describe('whether a difference is written as a new generation', () => {
  it.each([
    { rows: 1_000, before: 0, after: 1_000, bulk: false },
    { rows: 1_001, before: 0, after: 1_001, bulk: true },
    { rows: 1_000, before: 1_000, after: 0, bulk: false },
    { rows: 1_001, before: 10_010, after: 10_000, bulk: false },
    { rows: 1_001, before: 10_000, after: 10_010, bulk: false },
    { rows: 1_001, before: 10_009, after: 10_009, bulk: true },
    { rows: 20_000, before: 200_000, after: 200_000, bulk: false },
    { rows: 20_001, before: 1_000_000, after: 1_000_000, bulk: true },
  ])('$rows rows between $before and $after: $bulk', ({ rows, before, after, bulk }) => {
    expect(isBulk(difference(rows), held(before), remote(after))).toBe(bulk);
  });
});
