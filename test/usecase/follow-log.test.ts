import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { asId, type ChangeCursor, nameKey, type Revision } from '../../src/domain/index.js';
import { KnownName } from '../../src/engine/index.js';
import { asAdministrator, licenceWarnings } from '../../src/usecase/index.js';
import { addInternal, codeOf, OPERATOR, userFacts } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';

describeEachDatabase('whoever follows the log', (database) => {
  let url: string;
  let test: TestGateway;
  let ended: AbortController;

  beforeEach(async () => {
    url = await database.create();
    test = await openTestGateway({ url });
    ended = new AbortController();
  });
  afterEach(async () => {
    ended.abort();
    await test.close();
  });

  it('hears no more as soon as they are no administrator any more', async () => {
    const { gateway } = test;
    const { id } = await addInternal(gateway.store, 'here');
    const { value: grant } = await gateway.store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(id, [userFacts('ada')]);
      return transaction.addGrant({
        permission: 'ADMIN',
        subjectType: 'USER',
        subjectName: 'ada',
      });
    });
    const known = new KnownName(nameKey('ada'));
    const ada = asAdministrator(gateway.live.index, {
      type: 'USER',
      name: 'ada',
      known,
      address: null,
    });
    const next = licenceWarnings(gateway, ada, null, ended.signal).next();
    await gateway.store.transact(OPERATOR, (transaction) => transaction.removeGrant(grant.id));
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('may go on where another process is already', async () => {
    const other = await openTestGateway({ url });
    try {
      await addInternal(other.gateway.store, 'here');
      const after = other.gateway.live.end();
      const next = licenceWarnings(test.gateway, test.operator, after, ended.signal).next();
      await other.gateway.store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(0));
      await test.gateway.store.transact(OPERATOR, async (transaction) => {
        const [{ id }] = await transaction.directories();
        await transaction.addUsers(id, [userFacts('seated')]);
        await transaction.addGrant({
          permission: 'LICENSED_USER',
          subjectType: 'USER',
          subjectName: 'seated',
        });
      });
      expect((await next).value?.change).toMatchObject({ threshold: 90, direction: 'UP' });
    } finally {
      await other.close();
    }
  });

  it('is told that the log does not reach to where they were, as after a backup', async () => {
    await addInternal(test.gateway.store, 'here');
    const { revision } = test.gateway.live.end();
    const after: ChangeCursor = { revision: asId<Revision>(revision + 1), ordinal: 0 };
    const next = licenceWarnings(test.gateway, test.operator, after, ended.signal).next();
    expect(await codeOf(next)).toBe('REVISION_NOT_REACHED');
  });
});
