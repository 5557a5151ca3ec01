import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { requireRow } from '../../src/api/global-id.js';
import type { ApplicationId } from '../../src/domain/index.js';
import { authenticateApplication } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { SAM, settleCompany } from './company.js';
import { type Served, serve } from './served.js';

const PASSWORD = 'the right one';

interface Told {
  readonly node: {
    readonly use: {
      readonly calls: number;
      readonly lastSeenAt: string | null;
      readonly refusals: readonly { readonly reason: string; readonly times: number }[];
    };
    readonly refusedCalls: readonly {
      readonly reason: string;
      readonly address: string | null;
      readonly nearestRule: string | null;
      readonly times: number;
    }[];
  };
}

interface Admitted {
  readonly admitRefusedAddresses: {
    readonly application: { readonly remoteAddresses: readonly string[] };
  };
}

describeEachDatabase('how an application calls', (database) => {
  let served: Served;
  let id: string;
  let count = 0;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    await settleCompany(served.gateway.store);
  });
  afterAll(() => served.close());
  beforeEach(async () => {
    const name = `caller ${++count}`;
    const { addApplication } = await served.read<{
      addApplication: { application: { id: string } };
    }>(
      SAM,
      'mutation($name: String!, $password: String!) { addApplication(input: { name: $name, password: $password, remoteAddresses: ["10.0.0.0/24", "fd00::/8"] }) { application { id } } }',
      { name, password: PASSWORD },
    );
    id = addApplication.application.id;
  });

  const call = (address: string | null, password = PASSWORD) =>
    authenticateApplication(served.gateway, { name: `caller ${count}`, password, address });
  const told = async (first = 20) =>
    (
      await served.read<Told>(
        SAM,
        `query($id: ID!, $first: Int!) { node(id: $id) { ... on Application {
          use { calls lastSeenAt refusals { reason times } }
          refusedCalls(first: $first) { reason address nearestRule times }
        } } }`,
        { id, first },
      )
    ).node;

  it('is counted by what was made of each call', async () => {
    expect(await told()).toEqual({
      use: { calls: 0, lastSeenAt: null, refusals: [] },
      refusedCalls: [],
    });
    await call('10.0.0.1');
    await call('10.0.0.2');
    await call('10.0.0.1', 'a wrong one');
    await call('10.0.1.1');
    await call('10.0.1.1', 'a wrong one');
    await call('fe80::1');
    await call(null);
    const { use, refusedCalls } = await told();
    expect(use).toMatchObject({
      calls: 2,
      refusals: [
        { reason: 'ADDRESS_REFUSED', times: 4 },
        { reason: 'WRONG_PASSWORD', times: 1 },
      ],
    });
    expect(Date.parse(use.lastSeenAt ?? '')).not.toBeNaN();
    const lines = refusedCalls.map(({ reason, address, nearestRule, times }) =>
      [reason, address, nearestRule, times].join(' '),
    );
    expect(lines.sort()).toEqual([
      'ADDRESS_REFUSED   1',
      'ADDRESS_REFUSED 10.0.1.1 10.0.0.0/24 2',
      'ADDRESS_REFUSED fe80::1 fd00::/8 1',
      'WRONG_PASSWORD 10.0.0.1 10.0.0.0/24 1',
    ]);
    await call('10.0.0.1');
    expect((await told()).use.calls).toBe(3);
    expect((await told(1)).refusedCalls).toHaveLength(1);
  });

  it('is kept for the latest fifty refusals', async () => {
    for (let i = 0; i < 60; i++) await call(`192.168.0.${i}`);
    expect((await told(100)).refusedCalls).toHaveLength(50);
    expect((await told()).use.refusals).toMatchObject([{ reason: 'ADDRESS_REFUSED', times: 60 }]);
  });

  it('lets the addresses that were refused be admitted at once', async () => {
    for (const address of ['10.0.1.1', '10.0.1.2', '10.0.1.3']) await call(address);
    const admit = (addresses: readonly string[] | null) =>
      served.ask<Admitted>(
        SAM,
        'mutation($id: ID!, $addresses: [String!]) { admitRefusedAddresses(id: $id, addresses: $addresses) { application { remoteAddresses } } }',
        { id, addresses },
      );
    expect((await admit(['10.0.1.9'])).errors?.[0].extensions.code).toBe('INPUT_INVALID');
    const one = await admit(['10.0.1.2']);
    expect(one.data.admitRefusedAddresses).toEqual({
      application: { remoteAddresses: ['10.0.0.0/24', 'fd00::/8', '10.0.1.2'] },
    });
    expect((await call('10.0.1.2')).outcome).toBe('ADMITTED');
    const all = await admit(null);
    expect(all.data.admitRefusedAddresses.application.remoteAddresses.toSorted()).toEqual([
      '10.0.0.0/24',
      '10.0.1.1',
      '10.0.1.2',
      '10.0.1.3',
      'fd00::/8',
    ]);
  });

  it('goes with the application', async () => {
    await call('10.0.1.1');
    await served.gateway.ledger.write();
    const row = requireRow<ApplicationId>('Application', id);
    const { applicationUse } = served.gateway.store;
    expect(await applicationUse.refused(row, 10)).toHaveLength(1);
    await call('10.0.1.2');
    await served.read(SAM, 'mutation($id: ID!) { removeApplication(id: $id) { removedId } }', {
      id,
    });
    await served.gateway.ledger.write();
    expect(await applicationUse.refused(row, 10)).toEqual([]);
    expect(await applicationUse.counts(row)).toEqual([]);
  });
});
