import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { staff } from '../../src/cli/demo/company.js';
import { GraphqlClient } from '../../src/cli/demo/graphql-client.js';
import {
  asAdmin,
  companyDatabase,
  connectCompany,
  connectServer,
  PASSWORD,
  serve,
  synchronise,
} from '../support/company-and-gateway.js';
import { companyServer, smallCompany } from '../support/company-server.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { Random } from '../support/random.js';
import { trialSettings } from './trial-settings.js';

const { count, seed } = trialSettings('hanging', { count: 100 });

const PEOPLE = 1_200;
/** Who sign in at the server that hangs, all at the same time. */
const WAITING = 20;
const SUCCEEDED = { outcome: 'SUCCEEDED', reason: null };
const SMALL_COMPANY = smallCompany(false);

const QUESTION = `query ($user: String!) {
  effectivePermissions(user: $user) {
    directory { name }
    permissions { permission derivations(first: 1) { message } }
  }
}`;

/** What one round of asking brought: answers, and how many milliseconds each took. */
interface Round {
  readonly answers: readonly unknown[];
  readonly times: readonly number[];
}

async function timed<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const begun = performance.now();
  return [await work(), performance.now() - begun];
}

function percentile(times: readonly number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
}

const told = ({ times }: Round) =>
  `p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms`;

describeEachDatabase('a gateway one of whose servers hangs', (database) => {
  let hanging: LocalServer;
  let company: GatewayProcess;
  let gateway: GatewayProcess;
  let hangingId: string;

  beforeAll(async () => {
    hanging = await startServer(companyServer(SMALL_COMPANY));
    company = await serve(await companyDatabase(database));
    gateway = await serve(await database.create());
    hangingId = await connectServer(gateway, 'Hanging', {
      serverUrl: hanging.url,
      connectTimeoutMs: 1_000,
      requestTimeoutMs: 2_000,
    });
    const companyId = await connectCompany(gateway, company.url);
    for (const id of [hangingId, companyId]) {
      expect(await synchronise(gateway, id)).toEqual(SUCCEEDED);
    }
    const { createUser } = await asAdmin(gateway).ask<{ createUser: { revision: unknown } }>(
      'mutation ($password: String!) { createUser(input: { name: "inside", password: $password }) { revision } }',
      { password: PASSWORD },
    );
    // First in the order, so that its users are who their names mean.
    await asAdmin(gateway).ask(
      'mutation ($id: ID!, $revision: Revision!) { moveDirectory(id: $id, position: 1, expectedRevision: $revision) { revision } }',
      { id: hangingId, revision: createUser.revision },
    );
  }, 120_000);

  afterAll(async () => {
    await Promise.all([company.stop(), gateway.stop(), hanging.close()]);
  });

  const askAll = async (): Promise<Round> => {
    const random = new Random(seed);
    const answers: unknown[] = [];
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const user = i % 10 === 0 ? 'user-007' : staff(1 + random.below(PEOPLE));
      const [answer, ms] = await timed(() => asAdmin(gateway).ask(QUESTION, { user }));
      answers.push(answer);
      times.push(ms);
    }
    return { answers, times };
  };

  const signIn = (name: string) =>
    new GraphqlClient(gateway.url, name, PASSWORD).ask('{ viewer { name } }');
  const here = (name: string) => ({ viewer: { name } });

  it(
    `costs the others nothing, ${count} questions`,
    async () => {
      await askAll();
      const before = await askAll();

      hanging.behave(() => undefined);
      const run = synchronise(gateway, hangingId);
      const refused = Array.from({ length: WAITING }, async (_, i) =>
        timed(() => signIn(SMALL_COMPANY.users[i].name).catch(String)),
      );
      const during = await askAll();
      expect(during.answers).toEqual(before.answers);
      const [admin, adminMs] = await timed(() => signIn('admin'));
      expect(admin).toEqual(here('admin'));
      const [dev, devMs] = await timed(() => signIn(staff(48)));
      expect(dev).toEqual(here(staff(48)));
      const [inside, insideMs] = await timed(() => signIn('inside'));
      expect(inside).toEqual(here('inside'));

      const outcomes = await Promise.all(refused);
      for (const [outcome] of outcomes) expect(outcome).toContain('UNAUTHENTICATED');
      const { name } = SMALL_COMPANY.users[WAITING];
      const asked = hanging.requests.length;
      const [again, againMs] = await timed(() => signIn(name).catch(String));
      expect(again).toContain('UNAUTHENTICATED');
      const requests = hanging.requests.length - asked;
      expect(await run).toEqual({ outcome: 'FAILED', reason: 'UNREACHABLE' });

      hanging.behave(companyServer(SMALL_COMPANY));
      expect(await synchronise(gateway, hangingId)).toEqual(SUCCEEDED);
      expect(await signIn(name)).toEqual(here(name));

      const longest = percentile(
        outcomes.map(([, ms]) => ms),
        1,
      );
      process.stdout.write(
        `${[
          `${database.dialect}: questions ${told(before)}; while a server hangs ${told(during)}`,
          `sign-in: break-glass ${adminMs.toFixed(1)} ms, at another server ${devMs.toFixed(1)} ms, here ${insideMs.toFixed(1)} ms`,
          `at the server that hangs: ${WAITING} at once, refused within ${longest} ms; the next ${againMs.toFixed(1)} ms with ${requests} requests`,
        ].join('\n  ')}\n`,
      );
    },
    120_000 + count * 200,
  );
});
