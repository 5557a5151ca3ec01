import type { DirectoryReload } from '../store/index.js';
import { membershipRows, nestingRows } from './apply-delta.js';
import type { DirectoryDelta } from './compare.js';
import type { EdgeSlots } from './edges.js';
import type { PictureRows } from './read-remote.js';
import type { RowDelta } from './row-comparison.js';
import type { IdsBySlot } from './snapshot-after.js';

/** Users or groups handed to the store at once, which writes as many in one transaction. */
const BATCH_ROWS = 1_000;
/** Edges of one transaction of the store. */
const BATCH_EDGES = 50_000;

/** Users and groups that have no id yet. */
export function countNew({ users, groups }: DirectoryDelta): number {
  return users.added.length + groups.added.length;
}

/** All that a directory is to hold. */
export interface ReloadedContents {
  readonly delta: DirectoryDelta;
  readonly remote: PictureRows;
  readonly ids: IdsBySlot;
}

/** Writes everything the remote side has as a new generation, which nobody sees until the directory is switched to it. */
export async function writeReload(
  reload: DirectoryReload,
  { delta, remote: { memberships, nestings }, ids }: ReloadedContents,
  onWritten: (rows: number) => void,
): Promise<void> {
  let written = 0;
  const note = (rows: number) => {
    written += rows;
    onWritten(written);
  };
  await writeRows(delta.groups, ids.groups, (rows) => reload.addGroups(rows), note);
  await writeRows(delta.users, ids.users, (rows) => reload.addUsers(rows), note);
  for (const edges of batches(nestings)) {
    await reload.addNestings(nestingRows(edges, ids.groups));
    note(edges.groups.length);
  }
  for (const edges of batches(memberships)) {
    await reload.addMemberships(membershipRows(edges, ids.groups, ids.users));
    note(edges.groups.length);
  }
}

async function writeRows<Id, Facts>(
  { facts }: RowDelta<Id, Facts, unknown>,
  ids: readonly Id[],
  write: (rows: { readonly id: Id; readonly facts: Facts }[]) => Promise<unknown>,
  note: (rows: number) => void,
): Promise<void> {
  for (let from = 0; from < ids.length; from += BATCH_ROWS) {
    const rows = ids
      .slice(from, from + BATCH_ROWS)
      .map((id, i) => ({ id, facts: facts(from + i) }));
    await write(rows);
    note(rows.length);
  }
}

function* batches({ groups, members }: EdgeSlots): Generator<EdgeSlots> {
  for (let from = 0; from < groups.length; from += BATCH_EDGES) {
    yield {
      groups: groups.subarray(from, from + BATCH_EDGES),
      members: members.subarray(from, from + BATCH_EDGES),
    };
  }
}
