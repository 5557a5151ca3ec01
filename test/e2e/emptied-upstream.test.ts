import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  asAdmin,
  companyDatabase,
  connectCompany,
  serve,
  synchronise,
} from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';

interface State {
  readonly licence: { readonly used: number };
  readonly directory: {
    readonly userCount: number;
    readonly latestRun: { readonly id: string; readonly message: string | null };
  };
}

describeEachDatabase("a gateway whose company's server forgets its people", (database) => {
  let company: GatewayProcess;
  let gateway: GatewayProcess;
  let directory: string;

  beforeAll(async () => {
    company = await serve(await companyDatabase(database));
    gateway = await serve(await database.create());
    directory = await connectCompany(gateway, company.url);
    expect(await synchronise(gateway, directory)).toEqual({ outcome: 'SUCCEEDED', reason: null });
  }, 120_000);

  afterAll(async () => {
    await Promise.all([company.stop(), gateway.stop()]);
  });

  const state = () =>
    asAdmin(gateway).ask<State>(
      'query ($id: ID!) { licence { used } directory(id: $id) { userCount latestRun { id message } } }',
      { id: directory },
    );
  /** Switches every directory of the company's server on or off: it then answers nobody, with 200. */
  const switchCompany = async (how: 'enableDirectory' | 'disableDirectory') => {
    const { directories } = await asAdmin(company).ask<{
      directories: { nodes: readonly { id: string }[] };
    }>('{ directories { nodes { id } } }');
    for (const { id } of directories.nodes) {
      await asAdmin(company).ask(
        `mutation ($id: ID!) { ${how}(id: $id, confirm: [NO_SYS_ADMIN_LEFT]) { revision } }`,
        { id },
      );
    }
  };

  it('keeps everybody until an administrator has decided', async () => {
    const before = await state();
    expect(before.licence.used).toBeGreaterThan(0);
    await switchCompany('disableDirectory');
    const held = { outcome: 'HELD', reason: 'EMPTIED_GROUPS_HELD' };
    expect(await synchronise(gateway, directory)).toEqual(held);
    const after = await state();
    expect(after.licence).toEqual(before.licence);
    expect(after.directory.userCount).toBe(before.directory.userCount);
    const { id: run, message } = after.directory.latestRun;
    expect(message).toContain('`bitbucket-users`');

    await asAdmin(gateway).ask(
      'mutation ($run: ID!) { dropSynchronisation(run: $run) { revision } }',
      { run },
    );
    await switchCompany('enableDirectory');
    expect(await synchronise(gateway, directory)).toEqual({ outcome: 'SUCCEEDED', reason: null });
    expect((await state()).licence).toEqual(before.licence);

    await switchCompany('disableDirectory');
    expect(await synchronise(gateway, directory)).toEqual(held);
    const { releaseSynchronisation } = await asAdmin(gateway).ask<{
      releaseSynchronisation: { run: { outcome: string } };
    }>('mutation ($run: ID!) { releaseSynchronisation(run: $run) { run { outcome } } }', {
      run: (await state()).directory.latestRun.id,
    });
    expect(releaseSynchronisation.run.outcome).toBe('SUCCEEDED');
    expect((await state()).directory.userCount).toBe(0);
  });
});
