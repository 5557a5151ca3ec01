import { expect, it } from '@jest/globals';
import { runSynchronisation, synchroniseNow } from '../../src/usecase/index.js';
import { settleCopy } from '../api/copied-directory.js';
import { openTestGateway } from '../support/gateway.js';
import { ScriptedRemote } from '../support/scripted-remote.js';

it('a run may read as long as the gateway is told, by hand and by schedule', async () => {
  const silent = new ScriptedRemote(
    { users: [], groups: [], memberships: [] },
    { before: () => new Promise<never>(() => undefined) },
  );
  const test = await openTestGateway({ connect: () => silent, runLimitMinutes: 0.001 });
  const { gateway, operator } = test;
  const copy = await settleCopy(gateway.store);
  const tooLong = { outcome: 'FAILED', reason: 'RUN_TOO_LONG' };
  expect(await synchroniseNow(gateway, operator, copy)).toMatchObject(tooLong);
  expect(await runSynchronisation(gateway, copy)).toMatchObject(tooLong);
  await test.close();
});
