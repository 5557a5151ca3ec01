import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { asId, type Revision } from '../../src/domain/index.js';
import type { GatehouseStore, PackedIndex, PackedUnfit } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { programs } from '../support/programs.js';
import { codeOf, OPERATOR, SetClock } from './builders.js';
import { rawRows } from './raw-rows.js';

const { killInTheMiddle } = programs('../store/processes/');

const MIB = 1024 * 1024;
const revisionOf = (revision: number): Revision => asId(revision);

describeEachDatabase('the packed index', (database) => {
  let url: string;
  let clock: SetClock;
  let store: GatehouseStore;

  beforeEach(async () => {
    url = await database.create();
    clock = new SetClock();
    store = await database.open({ url, clock });
    await makeRevisions(3);
  });

  const makeRevisions = async (count: number) => {
    for (let i = 0; i < count; i++) {
      clock.advance(1);
      const limit = clock.now().getTime();
      await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(limit));
    }
  };

  const raw = (sql: string) => rawRows(url, sql);
  const counts = async () => {
    const [heads] = await raw('SELECT COUNT(*) AS number FROM index_snapshot');
    const [left] = await raw(
      'SELECT COUNT(*) AS number FROM index_snapshot_piece WHERE snapshot_id NOT IN ' +
        '(SELECT id FROM index_snapshot)',
    );
    return { heads: Number(heads.number), piecesLeft: Number(left.number) };
  };
  const write = (revision: number, bytes: Uint8Array = randomBytes(10)) =>
    store.packed.write(revisionOf(revision), bytes);
  const unfit = async () => ((await store.packed.read()) as PackedUnfit | null)?.unfit ?? null;
  const revisionRead = async () => (await store.packed.read())?.revision ?? null;

  test('is not there at first', async () => {
    expect(await store.packed.read()).toBeNull();
    expect(await store.packed.newest()).toBeNull();
  });

  test('is read as it was written, by whoever opens the database', async () => {
    const bytes = randomBytes(17 * MIB + 1);
    expect(await write(3, bytes)).toBe(true);
    const other = await database.open({ url, clock });
    const read = (await other.packed.read()) as PackedIndex;
    expect(read).toMatchObject({ revision: 3, createdAt: clock.now() });
    expect(Buffer.compare(Buffer.from(read.bytes), bytes)).toBe(0);
    expect(read.bytes.byteOffset).toBe(0);
    const { id, revision, createdAt } = read;
    expect(await other.packed.newest()).toEqual({ id, revision, createdAt });
    const [{ longest }] = await raw(
      'SELECT MAX(LENGTH(bytes)) AS longest FROM index_snapshot_piece',
    );
    expect(Number(longest)).toBeLessThanOrEqual(MIB);
  });

  test('may be empty', async () => {
    expect(await write(1, new Uint8Array(0))).toBe(true);
    expect(await store.packed.read()).toMatchObject({ revision: 1, bytes: new Uint8Array(0) });
  });

  test('of a newer revision takes the place of an older one', async () => {
    await write(1, randomBytes(3 * MIB));
    expect(await write(3)).toBe(true);
    expect(await revisionRead()).toBe(3);
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });

  test('of the same or an older revision is not kept', async () => {
    await write(2);
    const before = await store.packed.read();
    expect(await write(2)).toBe(false);
    expect(await write(1)).toBe(false);
    expect(await store.packed.read()).toEqual(before);
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });

  test('of a revision that the log has not reached is not kept', async () => {
    expect(await write(4)).toBe(false);
    expect(await write(0)).toBe(false);
    expect(await counts()).toEqual({ heads: 0, piecesLeft: 0 });
  });

  test('is the one of the higher revision when two processes write at once', async () => {
    const other = await database.open({ url, clock });
    for (let revision = 4; revision <= 12; revision += 2) {
      await makeRevisions(2);
      const bytes = [randomBytes(2 * MIB), randomBytes(2 * MIB)];
      const kept = await Promise.all([
        store.packed.write(revisionOf(revision), bytes[0]),
        other.packed.write(revisionOf(revision + 1), bytes[1]),
      ]);
      expect(kept[1]).toBe(true);
      const read = (await store.packed.read()) as PackedIndex;
      expect(read.revision).toBe(revision + 1);
      expect(Buffer.compare(Buffer.from(read.bytes), bytes[1])).toBe(0);
    }
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });

  test('is written once when two processes write the same revision', async () => {
    const other = await database.open({ url, clock });
    const bytes = randomBytes(2 * MIB);
    const kept = await Promise.all(
      [store, other].map(({ packed }) => packed.write(revisionOf(3), bytes)),
    );
    expect(kept.filter(Boolean)).toHaveLength(1);
    expect(await revisionRead()).toBe(3);
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });

  test('leaves nothing behind when its writing is given up', async () => {
    await write(1);
    let asked = 0;
    const signal = {
      throwIfAborted() {
        if (++asked === 3) throw Object.assign(new Error('given up'), { code: 'GIVEN_UP' });
      },
    };
    const given = store.packed.write(
      revisionOf(3),
      randomBytes(8 * MIB),
      signal as unknown as AbortSignal,
    );
    expect(await codeOf(given)).toBe('GIVEN_UP');
    expect(await revisionRead()).toBe(1);
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });

  test('of a process that was killed while it wrote is never seen, and cleared away later', async () => {
    await write(1);
    await killInTheMiddle('stop-in-packing', url, 2, 8 * MIB);
    expect(await revisionRead()).toBe(1);
    expect((await counts()).heads).toBe(2);
    expect(await write(3)).toBe(true);
    expect(await revisionRead()).toBe(3);
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });

  test('that is still being written is left alone for an hour', async () => {
    await killInTheMiddle('stop-in-packing', url, 3, 8 * MIB);
    await raw(`UPDATE index_snapshot SET created_at = ${clock.now().getTime()}`);
    clock.advance(3_600_000);
    await write(1);
    expect((await counts()).heads).toBe(2);
    clock.advance(1);
    await write(2);
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });

  test.each([
    ['CUT_OFF', 'DELETE FROM index_snapshot_piece'],
    ['CUT_OFF', 'DELETE FROM index_snapshot_piece WHERE piece = 1'],
    ['CUT_OFF', "UPDATE index_snapshot_piece SET bytes = X'00' WHERE piece = 1"],
    ['CUT_OFF', 'UPDATE index_snapshot SET size = 9007199254740991'],
    ['ALTERED', 'UPDATE index_snapshot_piece SET piece = 99 WHERE piece = 0'],
    ['ALTERED', "UPDATE index_snapshot SET checksum = ''"],
    ['OTHER_HISTORY', 'UPDATE index_snapshot SET revision = 2'],
    ['OTHER_HISTORY', 'UPDATE index_snapshot SET revision = 4'],
    ['OTHER_HISTORY', 'UPDATE revision SET at = at + 1'],
    ['OTHER_FORMAT', 'UPDATE index_snapshot SET format = 99'],
  ])('is unfit (%s) after %s', async (reason, alteration) => {
    await write(3, randomBytes(MIB));
    await raw(alteration);
    expect(await unfit()).toBe(reason);
    const headTells = reason.startsWith('OTHER');
    expect(await store.packed.newest()).toEqual(
      headTells ? null : expect.objectContaining({ revision: 3 }),
    );
  });

  test('is discarded with its pieces, and no other in its place', async () => {
    await write(2, randomBytes(2 * MIB));
    const read = (await store.packed.read()) as PackedIndex;
    await write(3);
    await store.packed.discard(read);
    expect(await revisionRead()).toBe(3);
    await store.packed.discard((await store.packed.read()) as PackedIndex);
    expect(await store.packed.read()).toBeNull();
    expect(await counts()).toEqual({ heads: 0, piecesLeft: 0 });
    expect(await write(1)).toBe(true);
  });

  test('does not stand on a log that a restored backup has taken back', async () => {
    await write(3);
    for (const table of ['change_log', 'revision'])
      await raw(`DELETE FROM ${table} WHERE revision > 2`);
    await raw('UPDATE gateway_state SET revision = 2');
    expect(await unfit()).toBe('OTHER_HISTORY');
    expect(await store.packed.newest()).toBeNull();
    await makeRevisions(2);
    expect(await store.reader.revision()).toBe(4);
    expect(await unfit()).toBe('OTHER_HISTORY');
    expect(await write(2)).toBe(true);
    expect(await revisionRead()).toBe(2);
    expect(await counts()).toEqual({ heads: 1, piecesLeft: 0 });
  });
});
