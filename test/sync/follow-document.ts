import { expect } from '@jest/globals';
import { applyDelta } from '../../src/sync/apply-delta.js';
import { compareDirectory } from '../../src/sync/compare.js';
import { readRemote } from '../../src/sync/read-remote.js';
import { ReadTally } from '../../src/sync/read-tally.js';
import { runCounts } from '../../src/sync/run-counts.js';
import { type RemoteDocument, ScriptedRemote } from '../support/scripted-remote.js';
import { DIRECTORY, type DirectoryModel } from './directory-model.js';
import { naivePicture } from './naive-picture.js';
import { inOrder, namedContents } from './named-contents.js';

const NOBODY_STAYS = { kept: [], over: [], keptBefore: 0 };

/** Brings the model in line with the document, as a run would. */
export async function follow(model: DirectoryModel, document: RemoteDocument) {
  const tally = new ReadTally();
  const picture = await readRemote(new ScriptedRemote(document), tally);
  const delta = compareDirectory(model.contents(), picture);
  await applyDelta(model, DIRECTORY, delta);
  return { delta, setAside: tally.kept, counts: runCounts(tally, delta, NOBODY_STAYS) };
}

/**
 * The model holds what the document says. Where that identifies nobody, the external id is the
 * store's own affair.
 */
export function expectHeld(model: DirectoryModel, document: RemoteDocument): void {
  const expected = naivePicture(document);
  const anonymous = new Set(
    expected.users.flatMap(({ name, externalId }) => (externalId === null ? [name] : [])),
  );
  const held = namedContents(model.contents());
  const users = held.users.map((user) =>
    anonymous.has(user.name) ? { ...user, externalId: null } : user,
  );
  expect(inOrder({ ...held, users })).toEqual(expected);
}
