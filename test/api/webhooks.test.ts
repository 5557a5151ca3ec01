import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { APPLICATION_DEFAULTS, type Application } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { idOf, SAM, settleCompany } from './company.js';
import { type Served, serve } from './served.js';

const OPERATOR = { type: 'OPERATOR' } as const;
const HOUR_MS = 60 * 60_000;
const FIELDS =
  'id endpointUrl createdAt lastSuccessAt failures failingSince lastFailure { fault status }';
const PAGE = `query($first: Int, $after: String) { applications { nodes { name webhooks(first: $first, after: $after) {
  totalCount nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } } } }`;
const REMOVE = 'mutation($id: ID!) { removeWebhook(id: $id) { removedId revision } }';

interface Told {
  readonly applications: {
    readonly nodes: readonly {
      readonly name: string;
      readonly webhooks: {
        readonly totalCount: number;
        readonly nodes: readonly { readonly id: string; readonly endpointUrl: string }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      };
    }[];
  };
}

describeEachDatabase('webhooks in GraphQL', (database) => {
  const clock = new StandingClock();
  let served: Served;
  let stash: Application;

  beforeAll(async () => {
    served = await serve({ url: await database.create(), clock });
    await settleCompany(served.gateway.store);
    stash = await addApplication('Stash');
    await addApplication('Quiet');
  });
  afterAll(() => served.close());

  const addApplication = async (name: string) => {
    const { value } = await served.gateway.store.transact(OPERATOR, (transaction) =>
      transaction.addApplication({
        ...APPLICATION_DEFAULTS,
        name,
        remoteAddresses: [],
        passwordHash: 'hash',
      }),
    );
    return value;
  };
  const register = (path: string) =>
    served.gateway.store.webhooks.register(
      stash.id,
      { endpointUrl: `https://stash.example.org/${path}`, token: 'a token' },
      20,
    );
  const ask = async (variables: object = {}) => {
    const told = await served.read<Told>(SAM, PAGE, { ...variables });
    const byName = new Map(told.applications.nodes.map(({ name, webhooks }) => [name, webhooks]));
    return { stash: byName.get('Stash')!, quiet: byName.get('Quiet')! };
  };

  it('are told with how their calls went, and never with their token', async () => {
    const webhook = await register('told');
    const createdAt = clock.now().toISOString();
    const id = idOf('Webhook', webhook.id);
    const untried = {
      id,
      endpointUrl: 'https://stash.example.org/told',
      createdAt,
      lastSuccessAt: null,
      failures: 0,
      failingSince: null,
      lastFailure: null,
    };
    const told = await ask();
    expect(told.stash).toMatchObject({ totalCount: 1, nodes: [untried] });
    expect(told.quiet).toMatchObject({ totalCount: 0, nodes: [] });
    const { store, live } = served.gateway;
    await store.transact(OPERATOR, (transaction) =>
      transaction.addGroups(live.index.directories()[0].id, [
        { name: 'new', description: '', active: true },
      ]),
    );
    const { revision } = live.index;
    const [called] = await store.webhooks.claim(revision, 20, 60_000);
    await store.webhooks.failed(called, { fault: 'REFUSED', status: 503 }, clock.now());
    const failing = {
      failures: 1,
      failingSince: createdAt,
      lastFailure: { fault: 'REFUSED', status: 503 },
    };
    expect((await ask()).stash.nodes).toEqual([{ ...untried, ...failing }]);
    const node = await served.read(SAM, `{ node(id: "${id}") { ... on Webhook { ${FIELDS} } } }`);
    expect(node).toEqual({ node: { ...untried, ...failing } });
    clock.advance(HOUR_MS);
    const [again] = await store.webhooks.claim(revision, 20, 60_000);
    await store.webhooks.succeeded(again, revision);
    expect((await ask()).stash.nodes).toEqual([
      { ...untried, lastSuccessAt: clock.now().toISOString() },
    ]);
    await store.webhooks.remove(webhook.id);
    expect(await served.read(SAM, `{ node(id: "${id}") { id } }`)).toEqual({ node: null });
  });

  it('come in pages, oldest first', async () => {
    const urls = [];
    for (const path of ['c', 'a', 'b']) urls.push((await register(path)).endpointUrl);
    const first = (await ask({ first: 2 })).stash;
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const last = (await ask({ first: 2, after: first.pageInfo.endCursor })).stash;
    expect(last).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
    expect([...first.nodes, ...last.nodes].map(({ endpointUrl }) => endpointUrl)).toEqual(urls);
    const wrong = Buffer.from('["application",1]').toString('base64url');
    expect(await served.codeOf(SAM, PAGE, { after: wrong })).toBe('PAGE_INVALID');
  });

  it('are removed, once', async () => {
    const { id: row } = await register('removed');
    const id = idOf('Webhook', row);
    const { revision } = served.gateway.live.index;
    expect(await served.read(SAM, REMOVE, { id })).toEqual({
      removeWebhook: { removedId: id, revision },
    });
    expect(await served.gateway.store.webhooks.byId(row)).toBeNull();
    expect(await served.codeOf(SAM, REMOVE, { id })).toBe('NOT_FOUND');
    expect(await served.codeOf(SAM, REMOVE, { id: idOf('Application', stash.id) })).toBe(
      'NOT_FOUND',
    );
  });
});
