import { describe, expect, it } from '@jest/globals';
import { asId, type GroupId, type UserId } from '../../src/domain/index.js';
import type { DirectoryDelta } from '../../src/sync/compare.js';
import { isBulk } from '../../src/sync/write-difference.js';
import { remoteGroup, remoteUser } from '../support/scripted-remote.js';

/** A difference of `rows` rows, of every kind that there is. */
function difference(rows: number): DirectoryDelta {
  const edge = { groups: new Uint32Array(1), members: new Uint32Array(1) };
  const edges = { added: edge, removed: edge };
  const one = { ids: [null], added: [0], changed: [] };
  return {
    users: { ...one, facts: () => remoteUser('sam'), removed: [asId<UserId>(1)] },
    groups: { ...one, facts: () => remoteGroup('devs'), removed: [asId<GroupId>(1)] },
    memberships: edges,
    nestings: edges,
    edgesLost: rows - 8,
  };
}

describe('whether a difference is written as a new generation', () => {
  it.each([
    { rows: 1_000, size: 1_000, bulk: false },
    { rows: 1_001, size: 1_001, bulk: true },
    { rows: 1_001, size: 10_010, bulk: false },
    { rows: 1_001, size: 10_009, bulk: true },
    { rows: 20_000, size: 200_000, bulk: false },
    { rows: 20_001, size: 1_000_000, bulk: true },
  ])('$rows rows of $size: $bulk', ({ rows, size, bulk }) => {
    expect(isBulk(difference(rows), size)).toBe(bulk);
  });
});
