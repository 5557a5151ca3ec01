import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { OPERATOR, type Served, serve } from './served.js';
import { Listening, socketClient } from './sockets.js';

const QUERY = `query Seats($revision: Revision!) @atLeast(revision: $revision) {
  licence { limit } revision
}`;

interface Seats {
  readonly licence: { readonly limit: number };
  readonly revision: number;
}

describeEachDatabase('a query that must not be older than a revision', (database) => {
  let writer: Served;
  /** Another process on the same database, which follows only when it is told to. */
  let reader: Served;

  beforeAll(async () => {
    const url = await database.create();
    writer = await serve({ url });
    reader = await serve({ url });
  });
  afterAll(async () => {
    await reader.close();
    await writer.close();
  });

  const setLimit = async (limit: number): Promise<number> => {
    const { setLicenceLimit } = await writer.read<{ setLicenceLimit: { revision: number } }>(
      OPERATOR,
      'mutation ($limit: Int!) { setLicenceLimit(limit: $limit) { revision } }',
      { limit },
    );
    return setLicenceLimit.revision;
  };
  const seats = (revision: number) => reader.read<Seats>(OPERATOR, QUERY, { revision });

  it('is answered at once when it is committed, though this process did not know it', async () => {
    const revision = await setLimit(41);
    expect(reader.gateway.live.index.revision).toBeLessThan(revision);
    expect(await seats(revision)).toEqual({ licence: { limit: 41 }, revision });
    expect(await seats(1)).toEqual({ licence: { limit: 41 }, revision });
  });

  it('waits for what comes a little later', async () => {
    const next = reader.gateway.live.index.revision + 1;
    const waiting = seats(next);
    expect(await setLimit(42)).toBe(next);
    await reader.gateway.live.catchUp();
    expect(await waiting).toEqual({ licence: { limit: 42 }, revision: next });
  });

  it('is refused when the revision does not come, and tells what is known', async () => {
    const { revision: reached } = reader.gateway.live.index;
    const { data, errors } = await reader.ask(OPERATOR, QUERY, { revision: 1_000_000 });
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([
      {
        extensions: { code: 'REVISION_NOT_REACHED', details: { revision: 1_000_000, reached } },
      },
    ]);
  });

  it('is answered alike over a socket', async () => {
    const authorization = `Basic ${Buffer.from(`${OPERATOR.name}:${OPERATOR.password}`).toString('base64')}`;
    const client = socketClient(reader.origin, { authorization });
    const revision = await setLimit(43);
    const met = new Listening<Seats>(client, QUERY, { revision });
    expect(await met.next()).toEqual({ licence: { limit: 43 }, revision });
    await met.stop();
    await client.dispose();
  });

  it.each([
    {
      name: 'no revision',
      query: 'query @atLeast { revision }',
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      name: 'a negative one',
      query: 'query @atLeast(revision: -1) { revision }',
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      name: 'a mutation',
      query: 'mutation @atLeast(revision: 1) { setLicenceLimit(limit: 1) { revision } }',
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
  ])('is refused with $name', async ({ query, code }) => {
    expect(await reader.codeOf(OPERATOR, query)).toBe(code);
  });
});
