import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import type { GraphqlClient } from '../../src/cli/demo/graphql-client.js';
import { openStore } from '../../src/store/index.js';
import {
  asAdmin,
  connectServer,
  serve,
  synchronise,
  synchroniseAfterKill,
} from '../support/company-and-gateway.js';
import { smallCompany } from '../support/company-server.js';
import { TEST_SECRET_KEY } from '../support/databases.js';
import { eventServer, type Stage } from '../support/event-server.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import {
  findServerProgram,
  type RestartableMysqlServer,
  startRestartableMysqlServer,
} from '../support/global-setup.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { Random } from '../support/random.js';
import { heldBeside } from '../sync/follow-document.js';
import { naivePicture } from '../sync/naive-picture.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'databaserestart';
const { count, seed } = trialSettings('databaserestart', { count: IN_TRIAL ? 20 : 1 });
const COMPANY = 'Company';
const program = findServerProgram();

/** Users who are created one after another, until it is stopped. */
class Writer {
  /** Whose creation was acknowledged. */
  readonly acknowledged: string[] = [];
  refused = 0;
  readonly #client: GraphqlClient;
  #next = 0;
  #isOver = false;

  constructor(client: GraphqlClient) {
    this.#client = client;
  }

  async write(): Promise<void> {
    for (this.#isOver = false; !this.#isOver; ) {
      if (!(await this.tryOnce())) this.refused += 1;
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  async tryOnce(): Promise<boolean> {
    const name = `written-${this.#next++}`;
    const mutation =
      'mutation ($name: String!) { createUser(input: { name: $name }) { revision } }';
    try {
      await this.#client.ask(mutation, { name });
    } catch {
      return false;
    }
    this.acknowledged.push(name);
    return true;
  }
}

if (program === null && process.env.CI === 'true') {
  throw new Error('mariadbd is missing: it cannot be tried to kill a database');
}
const suite = program === null ? describe.skip : describe;

suite('killing the database of a gateway', () => {
  let database: RestartableMysqlServer;
  let url: string;
  let gateway: GatewayProcess;
  let upstream: LocalServer;
  let directory: string;
  const stages: Stage[] = [];

  const advance = () => {
    const token = `log:${stages.length}`;
    stages.push({ token, document: smallCompany(stages.length % 2 === 1) });
    upstream.behave(eventServer(stages));
  };

  beforeAll(async () => {
    database = await startRestartableMysqlServer(program ?? '');
    const connection = await createConnection(database.url);
    await connection.query('CREATE DATABASE gatehouse');
    await connection.end();
    url = `${database.url}/gatehouse`;
    gateway = await serve(url);
    upstream = await startServer(() => undefined);
    advance();
    directory = await connectServer(gateway, COMPANY, {
      serverUrl: upstream.url,
      mostRemovedPercent: 100,
    });
    expect(await synchronise(gateway, directory)).toMatchObject({ outcome: 'SUCCEEDED' });
  }, 120_000);

  afterAll(async () => {
    await gateway.kill();
    await upstream.close();
    await database.stop();
  });

  /** What is in the database, by another process. */
  const look = async () => {
    const store = await openStore({ url, secretKey: TEST_SECRET_KEY });
    try {
      const directories = await store.reader.directories();
      const contents = await Promise.all(
        directories.map(async ({ id, name }) => ({ name, held: await store.reader.contents(id) })),
      );
      const copy = contents.find(({ name }) => name === COMPANY);
      const names = contents.flatMap(({ held }) => held.users.map((user) => user.name));
      return { copy: copy?.held, names };
    } finally {
      await store.close();
    }
  };

  it(
    `loses nothing that was acknowledged and needs no restart, ${count} times`,
    async () => {
      const random = new Random(seed);
      const client = asAdmin(gateway);
      const writer = new Writer(client);
      let interrupted = 0;
      for (let i = 0; i < count; i++) {
        advance();
        const writing = writer.write();
        const reading = client
          .ask('{ revision users(first: 100) { totalCount } }')
          .catch(() => null);
        const running = synchronise(gateway, directory).catch(() => null);
        await delay(random.below(250));
        await database.kill();
        await delay(random.below(250));
        await database.start();
        writer.stop();
        await Promise.all([writing, reading]);
        if ((await running)?.outcome !== 'SUCCEEDED') interrupted += 1;

        // The test's own time is the bound.
        while (!(await writer.tryOnce()));
        expect(await synchroniseAfterKill(gateway, directory)).toEqual({
          outcome: 'SUCCEEDED',
          reason: null,
        });
        const { copy, names } = await look();
        expect(names).toEqual(expect.arrayContaining(writer.acknowledged));
        const expected = naivePicture(stages[stages.length - 1].document);
        expect(copy && heldBeside(expected, copy)).toEqual(expected);
        const told = await client.ask<{ users: { totalCount: number } }>(
          '{ users(first: 1) { totalCount } }',
        );
        expect(told.users.totalCount).toBe(new Set(names).size);
      }
      process.stdout.write(
        `killed ${count} times: ${writer.acknowledged.length} users written, ${writer.refused} refused, ` +
          `${interrupted} runs interrupted\n`,
      );
    },
    60_000 + count * 60_000,
  );
});
