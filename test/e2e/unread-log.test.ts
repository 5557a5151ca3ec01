import { expect, it } from '@jest/globals';
import { asAdmin, serve } from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';

describeEachDatabase('a gateway whose log nobody reads any more', (database) => {
  it('answers, and ends when it is asked to', async () => {
    const gateway = await serve(await database.create(), { GATEHOUSE_LOG_LEVEL: 'trace' });
    gateway.leaveLog();
    const ask = () => asAdmin(gateway).ask<{ viewer: { name: string } }>('{ viewer { name } }');
    // The first line that cannot be written tells that the reader is gone, those after it must not matter.
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual({ viewer: { name: 'admin' } });
    expect(await gateway.stop()).toBe(0);
  });

  it('ends together with the reader, as when a whole pipeline is interrupted', async () => {
    const gateway = await serve(await database.create());
    gateway.leaveLog('stopping');
    expect(await gateway.stop()).toBe(0);
  });
});
