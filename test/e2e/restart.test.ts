import { expect, it } from '@jest/globals';
import { rawRows } from '../store/raw-rows.js';
import { serve } from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';

describeEachDatabase('a gateway that is started again', (database) => {
  it('takes the index it packed when it stopped, and packs a new one when that is spoilt', async () => {
    const url = await database.create();
    const store = await database.open({ url });
    const packedAfter = async (end: 'stop' | 'kill') => {
      const gateway = await serve(url);
      await gateway[end]();
      return store.packed.newest();
    };
    expect(await packedAfter('kill')).toBeNull();
    const first = await packedAfter('stop');
    expect(first?.revision).toBe(await store.reader.revision());
    // A process that had read the rows would have packed anew.
    expect(await packedAfter('kill')).toEqual(first);
    expect(await packedAfter('stop')).toEqual(first);
    await rawRows(url, "UPDATE index_snapshot_piece SET bytes = X'00'");
    const second = await packedAfter('stop');
    expect(second?.revision).toBe(first?.revision);
    expect(second?.id).not.toBe(first?.id);
    expect(await packedAfter('stop')).toEqual(second);
  }, 120_000);
});
