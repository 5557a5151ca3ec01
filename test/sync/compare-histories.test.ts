import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { User } from '../../src/domain/index.js';
import { changedRows } from '../../src/sync/compare.js';
import type { RemoteDocument } from '../support/scripted-remote.js';
import { documents } from './colliding-documents.js';
import { DirectoryModel } from './directory-model.js';
import { expectHeld, follow } from './follow-document.js';
import { naivePicture } from './naive-picture.js';

describe('the comparison of any copy with any remote side', () => {
  it('leads to what the remote side says, and writes no row twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(documents(), { minLength: 2, maxLength: 4 }), async (history) => {
        const model = new DirectoryModel();
        for (const document of history) {
          const before = new Map(model.users);
          const written = model.rowsWritten;
          const { delta } = await follow(model, document);
          expectHeld(model, document);
          expectSamePeople(before, model, document);
          expect(model.rowsWritten - written).toBe(changedRows(delta));
          expect(changedRows((await follow(model, document)).delta)).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Whoever bears an external id before and after is one row. */
function expectSamePeople(
  before: ReadonlyMap<User['id'], User>,
  model: DirectoryModel,
  document: RemoteDocument,
): void {
  const told = new Set(naivePicture(document).users.map(({ externalId }) => externalId));
  for (const { id, externalId } of before.values()) {
    if (told.has(externalId)) expect(model.users.get(id)?.externalId).toBe(externalId);
  }
}
