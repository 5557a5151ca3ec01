import { describe, expect, it } from '@jest/globals';
import {
  type Change,
  type ChangeCursor,
  isGatehouseError,
  type LoggedChange,
  type Revision,
} from '../../../src/domain/index.js';
import type { StoreReader } from '../../../src/store/index.js';
import { MAX_TAKEN_BACK, readBack } from '../../../src/usecase/read-back.js';

const NOTHING: Change = { kind: 'LicenceLimitChanged', before: null, after: null };
const directory = { id: 1 } as Extract<Change, { kind: 'DirectoryRemoved' }>['directory'];
const REMOVED: Change = { kind: 'DirectoryRemoved', directory };
const RELOADED = { kind: 'DirectoryReloaded', directoryId: 1, generation: 2 } as Change;

/** A log of revisions 1, 2, … with so many changes each, and how much of it was read. */
function logOf(sizes: readonly number[], special: Readonly<Record<number, Change>> = {}, cut = 0) {
  const log: LoggedChange[] = sizes.flatMap((size, i) =>
    Array.from({ length: size }, (_, ordinal) => ({
      revision: (i + 1) as Revision,
      ordinal,
      at: new Date(0),
      origin: { type: 'OPERATOR' } as const,
      change: (ordinal === 0 ? special[i + 1] : undefined) ?? NOTHING,
    })),
  );
  const isAfter = (logged: LoggedChange, { revision, ordinal }: ChangeCursor) =>
    logged.revision > revision || (logged.revision === revision && logged.ordinal > ordinal);
  const read = { changes: 0, oldest: Number.POSITIVE_INFINITY };
  const reader = {
    oldestRevision: async () => cut,
    changes: async ({ after, limit }: { after: ChangeCursor; limit: number }) => {
      const found = log.filter((logged) => isAfter(logged, after)).slice(0, limit);
      read.changes += found.length;
      read.oldest = Math.min(read.oldest, found.at(0)?.revision ?? read.oldest);
      return found;
    },
  } as unknown as StoreReader;
  return { log, reader, read };
}

const back = (reader: StoreReader, after: number, to: number) =>
  readBack(reader, { after: after as Revision, to: to as Revision, wanted: after as Revision });

async function refusalOf(work: Promise<unknown>) {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return isGatehouseError(error, 'REVISION_NOT_REACHABLE') ? error.details : error;
}

describe('reading back', () => {
  it.each([
    { name: 'nothing', after: 300, to: 300 },
    { name: 'one revision', after: 299, to: 300 },
    { name: 'less than is there', after: 10, to: 200 },
    { name: 'all', after: 0, to: 300 },
  ])('gives $name, oldest first', async ({ after, to }) => {
    const { log, reader } = logOf(Array.from({ length: 300 }, (_, i) => 1 + (i % 3)));
    const expected = log.filter(({ revision }) => revision > after && revision <= to);
    expect(await back(reader, after, to)).toEqual(expected);
  });

  it('reads a revision that is larger than a page', async () => {
    const { log, reader } = logOf([1, 12_000, 1]);
    expect(await back(reader, 0, 3)).toEqual(log);
  });

  it('meets what bars the way before it has read what is older', async () => {
    const sizes = Array.from({ length: 2_000 }, () => 1);
    const { reader, read } = logOf(sizes, { 5: REMOVED, 1990: RELOADED, 1985: REMOVED });
    expect(await refusalOf(back(reader, 0, 2_000))).toEqual({
      revision: 0,
      oldest: 1_990,
      reason: 'DIRECTORY_RELOADED',
    });
    expect(read.oldest).toBeGreaterThan(1_900);
  });

  it('passes over what bars the way to an earlier time only', async () => {
    const { reader } = logOf([1, 1, 1, 1], { 2: REMOVED });
    expect(await back(reader, 2, 4)).toHaveLength(2);
    expect(await refusalOf(back(reader, 1, 4))).toEqual({
      revision: 1,
      oldest: 2,
      reason: 'DIRECTORY_REMOVED',
    });
  });

  it('takes no more back than it may, and names a revision that can be shown', async () => {
    const sizes = Array.from({ length: 1_000 }, () => 100);
    const { reader, read } = logOf(sizes);
    const refusal = await refusalOf(back(reader, 0, 1_000));
    expect(refusal).toMatchObject({ revision: 0, reason: 'TOO_MANY_CHANGES' });
    expect(read.changes).toBeLessThan(2 * MAX_TAKEN_BACK);
    const { oldest } = refusal as { oldest: number };
    expect(oldest).toBeGreaterThan(0);
    expect(oldest).toBeLessThan(1_000);
    expect(await back(reader, oldest, 1_000)).toHaveLength((1_000 - oldest) * 100);
  });

  it('refuses what lies before the cut of the log, and tells the oldest that can be shown', async () => {
    const sizes = Array.from({ length: 300 }, () => 1);
    const { reader } = logOf(sizes, {}, 250);
    expect(await refusalOf(back(reader, 249, 300))).toEqual({
      revision: 249,
      oldest: 250,
      reason: 'LOG_CUT_OFF',
    });
    expect(await back(reader, 250, 300)).toHaveLength(50);
    // What is nearer bars the way first.
    const barred = logOf(sizes, { 270: RELOADED }, 250);
    expect(await refusalOf(back(barred.reader, 10, 300))).toMatchObject({
      oldest: 270,
      reason: 'DIRECTORY_RELOADED',
    });
  });
});
