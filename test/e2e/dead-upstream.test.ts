import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MASKED_PERSON } from '../../src/cli/demo/company.js';
import { GraphqlClient } from '../../src/cli/demo/graphql-client.js';
import {
  asAdmin,
  companyDatabase,
  connectCompany,
  PASSWORD,
  serve,
  synchronise,
} from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';

const QUESTION = `{
  effectivePermissions(user: "${MASKED_PERSON}") { dataAsOf staleSince permissions { permission } }
}`;

interface Answer {
  readonly effectivePermissions: {
    readonly dataAsOf: string | null;
    readonly staleSince: string | null;
    readonly permissions: readonly { readonly permission: string }[];
  };
}

describeEachDatabase("a gateway whose company's server dies", (database) => {
  let companyUrl: string;
  let company: GatewayProcess;
  let gateway: GatewayProcess;
  let directory: string;

  beforeAll(async () => {
    companyUrl = await companyDatabase(database);
    company = await serve(companyUrl);
    gateway = await serve(await database.create());
    directory = await connectCompany(gateway, company.url);
    expect(await synchronise(gateway, directory)).toEqual({ outcome: 'SUCCEEDED', reason: null });
  }, 120_000);

  afterAll(async () => {
    await Promise.all([company.kill(), gateway.stop()]);
  });

  const ask = () => asAdmin(gateway).ask<Answer>(QUESTION);
  const somebody = () =>
    new GraphqlClient(gateway.url, MASKED_PERSON, PASSWORD).ask('{ viewer { name } }');

  it('answers, says how old the answers are, and recovers when the server is back', async () => {
    const fresh = (await ask()).effectivePermissions;
    expect(fresh.permissions).toEqual([{ permission: 'LICENSED_USER' }]);
    expect(fresh.staleSince).toBeNull();
    expect(fresh.dataAsOf).not.toBeNull();

    const { port } = new URL(company.url);
    await company.kill();
    const failed = { outcome: 'FAILED', reason: 'UNREACHABLE' };
    expect(await synchronise(gateway, directory)).toEqual(failed);
    const stale = (await ask()).effectivePermissions;
    expect(stale.permissions).toEqual(fresh.permissions);
    expect(stale.dataAsOf).toBe(fresh.dataAsOf);
    expect(stale.staleSince).not.toBeNull();
    await expect(somebody()).rejects.toThrow('UNAUTHENTICATED');

    company = await serve(companyUrl, { PORT: port });
    expect(await synchronise(gateway, directory)).toEqual({ outcome: 'SUCCEEDED', reason: null });
    const back = (await ask()).effectivePermissions;
    expect(back.staleSince).toBeNull();
    expect(await somebody()).toEqual({ viewer: { name: MASKED_PERSON } });
  });
});
