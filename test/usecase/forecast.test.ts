import { expect, it } from '@jest/globals';
import { isGatehouseError, type LicenceState, type PermissionKey } from '../../src/domain/index.js';
import {
  compareRevisions,
  type Forecast,
  momentAt,
  previewChanges,
  setDirectoryActive,
} from '../../src/usecase/index.js';
import { addDirectory, person, settleCompany } from '../api/company.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway } from '../support/gateway.js';

const ALL = { first: 1_000, after: null };

interface Said {
  readonly lost: readonly string[];
  readonly gained: readonly string[];
  readonly seats: readonly [LicenceState, LicenceState];
  readonly why: readonly string[];
  readonly holders: readonly string[];
}

/** Everything of a forecast that a page shows, asked of it part by part. */
async function said(forecast: Forecast, permission: PermissionKey): Promise<Said> {
  const lost = await forecast.ask((preview) =>
    preview.lost(permission, ALL).items.map(({ before }) => before.name),
  );
  return {
    lost,
    gained: await forecast.ask((preview) =>
      preview.gained(permission, ALL).items.map(({ name }) => name),
    ),
    seats: await forecast.ask((preview) => [preview.licenceBefore, preview.licenceAfter] as const),
    why: await forecast.before.ask((index) =>
      lost.map((name) => index.explain(name, permission, 1).derivations[0].grant.subjectName),
    ),
    holders: await forecast.after.ask((index) => index.holderNames(permission)),
  };
}

describeEachDatabase('a forecast', (database) => {
  it('says the same however far the index has moved on, until the way back is barred', async () => {
    const { gateway, operator, close } = await openTestGateway({ url: await database.create() });
    const { store } = gateway;
    const { staff } = await settleCompany(store);
    const { forecast } = await setDirectoryActive(gateway, operator, staff.id, false, {
      dryRun: true,
    });
    const planned = previewChanges(gateway, operator, [
      {
        type: 'REMOVE_MEMBER',
        directoryId: null,
        name: 'developers',
        member: { type: 'USER', name: 'lin' },
      },
    ]);
    const first = [await said(forecast!, 'LICENSED_USER'), await said(planned, 'LICENSED_USER')];
    expect(first[0].lost).toEqual(['ada', 'lin', 'max', 'sam']);
    expect(first[1]).toMatchObject({ lost: ['lin'], holders: ['ada', 'max', 'sam'] });

    const moves: (() => Promise<unknown>)[] = [
      () => store.transact({ type: 'OPERATOR' }, (t) => t.addUsers(staff.id, [person('new')])),
      () => store.transact({ type: 'OPERATOR' }, (t) => t.setLicenceLimit(1)),
      () => store.transact({ type: 'OPERATOR' }, (t) => t.setMembershipMode('ALL_DIRECTORIES')),
      () =>
        store.transact({ type: 'OPERATOR' }, (t) => t.changeDirectory(staff.id, { active: false })),
      () => store.transact({ type: 'OPERATOR' }, (t) => addDirectory(t, { name: 'Late' })),
    ];
    for (const move of moves) {
      // Asked while the index moves, and after it.
      const asking = Promise.all([
        said(forecast!, 'LICENSED_USER'),
        said(planned, 'LICENSED_USER'),
        move(),
        said(forecast!, 'LICENSED_USER'),
        said(planned, 'LICENSED_USER'),
      ]);
      const [a, b, , c, d] = await asking;
      expect([a, b]).toEqual(first);
      expect([c, d]).toEqual(first);
      expect([
        await said(forecast!, 'LICENSED_USER'),
        await said(planned, 'LICENSED_USER'),
      ]).toEqual(first);
    }

    const { value: late } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const [, second] = await transaction.directories();
      await transaction.removeDirectory(second.id);
      return second;
    });
    expect(late.name).toBe('Late');
    const error: unknown = await said(planned, 'LICENSED_USER').catch((thrown: unknown) => thrown);
    expect(isGatehouseError(error, 'REVISION_NOT_REACHABLE')).toBe(true);
    await close();
  });

  it('of the past is what a fresh look at both revisions says', async () => {
    const { gateway, operator, close } = await openTestGateway({ url: await database.create() });
    const { store } = gateway;
    const { staff } = await settleCompany(store);
    const from = await store.reader.revision();
    await store.transact({ type: 'OPERATOR' }, (t) =>
      t.addGrant({ permission: 'ADMIN', subjectType: 'GROUP', subjectName: 'developers' }),
    );
    const to = await store.reader.revision();
    await store.transact({ type: 'OPERATOR' }, (t) =>
      t.changeDirectory(staff.id, { active: false }),
    );
    const diff = await compareRevisions(gateway, operator, from, to);
    const [before, after] = [await momentAt(gateway, from), await momentAt(gateway, to)];
    const holders = async (at: typeof before) => at.ask((index) => index.holderNames('ADMIN'));
    expect(await holders(before)).toEqual(['ada', 'sam']);
    expect(await holders(after)).toEqual(['ada', 'lin', 'max', 'sam']);
    expect(await said(diff, 'ADMIN')).toMatchObject({
      gained: ['lin', 'max'],
      lost: [],
      holders: ['ada', 'lin', 'max', 'sam'],
    });
    expect(await diff.refusals()).toEqual([]);
    await close();
  });
});
