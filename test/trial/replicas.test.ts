import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../../src/cli/demo/graphql-client.js';
import {
  asAdmin,
  companyDatabase,
  connectCompany,
  serve,
  synchronise,
  synchroniseAfterKill,
} from '../support/company-and-gateway.js';
import { describeSharedDatabase } from '../support/databases.js';
import { handOn } from '../support/gateway-front.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { Random } from '../support/random.js';
import { trialSettings } from './trial-settings.js';

const { count, seed } = trialSettings('replicas', { count: 20 });

const ANSWERS = `query ($revision: Revision!) @atLeast(revision: $revision) {
  revision
  licence { limit used }
  users(first: 1000) { totalCount nodes { name permissions: effectivePermissions { permissions { permission } } } }
  holders(permission: "LICENSED_USER", first: 1000) { totalCount nodes { name } }
  group(name: "staff") { members(first: 1000) { totalCount nodes { __typename } } }
}`;

/** A change that one of the gateways makes, as mutation and variables. */
type Change = readonly [string, Readonly<Record<string, unknown>>];

/** People come, and go in and out of a group that gives a seat. */
class Company {
  private readonly random: Random;
  private readonly group: string;
  private readonly people: string[] = [];
  private readonly members = new Set<string>();

  constructor(random: Random, group: string) {
    this.random = random;
    this.group = group;
  }

  next(): Change {
    if (this.people.length < 2 || this.random.chance(30)) {
      const name = `person-${this.people.length}`;
      this.people.push(name);
      return [
        'mutation ($name: String!) { done: createUser(input: { name: $name }) { revision } }',
        { name },
      ];
    }
    const name = this.random.pick(this.people);
    const isMember = this.members.delete(name);
    if (!isMember) this.members.add(name);
    const field = isMember ? 'removeMember' : 'addMember';
    return [
      `mutation ($group: ID!, $name: String!) { done: ${field}(group: $group, member: { type: USER, name: $name }) { revision } }`,
      { group: this.group, name },
    ];
  }
}

/** Makes a change at one gateway. @returns its revision. */
async function make(client: GraphqlClient, [mutation, variables]: Change): Promise<number> {
  const { done } = await client.ask<{ done: { revision: number } }>(mutation, { ...variables });
  return done.revision;
}

/** Asks again and again until the gateway knows a revision; the test's own time is the bound. */
async function becomesVisible(client: GraphqlClient, revision: number): Promise<void> {
  for (;;) {
    const known = await client.ask<{ revision: number }>('{ revision }');
    if (known.revision >= revision) return;
  }
}

function shareOf(sorted: readonly number[], share: number): string {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(0);
}

describeSharedDatabase('two gateways on one database', (database) => {
  let gateways: GatewayProcess[];
  let company: GatewayProcess;
  let between: LocalServer;

  beforeAll(async () => {
    const url = await database.create();
    gateways = [await serve(url), await serve(url)];
    company = await serve(await companyDatabase(database));
    between = await startServer(forward);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([...gateways, company].map((gateway) => gateway.kill()));
    await between.close();
  });

  /** Hands a request on to the company's server. */
  const forward: Parameters<typeof startServer>[0] = async (request, response) => {
    const answer = await handOn(company.url, request);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };

  it(
    `know what the other did, ${count} times, and answer alike`,
    async () => {
      const random = new Random(seed);
      const clients = gateways.map(asAdmin);
      const { createGroup } = await clients[0].ask<{ createGroup: { group: { id: string } } }>(
        `mutation { createGroup(input: { name: "staff" }) { group { id } }
          grantPermission(permission: "LICENSED_USER", subject: { type: GROUP, name: "staff" }) { revision } }`,
      );
      const people = new Company(random, createGroup.group.id);
      const delays: number[] = [];
      for (let i = 0; i < count; i++) {
        const [writer, reader] = random.shuffled(clients);
        const revision = await make(writer, people.next());
        const made = performance.now();
        await becomesVisible(reader, revision);
        delays.push(performance.now() - made);
        // Whoever made it knows it at once.
        expect(await writer.ask('{ revision }')).toEqual({ revision });
        const answers = await Promise.all(
          clients.map((client) => client.ask<{ revision: number }>(ANSWERS, { revision })),
        );
        expect(answers[0].revision).toBe(revision);
        expect(answers[1]).toEqual(answers[0]);
      }
      const sorted = delays.toSorted((a, b) => a - b);
      process.stdout.write(
        `${database.dialect}: visible at the other after ${shareOf(sorted, 0.5)} ms (p50), ${shareOf(sorted, 0.99)} ms (p99), ${count} changes\n`,
      );
    },
    60_000 + count * 5_000,
  );

  it('take over a synchronisation whose process was killed', async () => {
    const [one, other] = gateways;
    const directory = await connectCompany(one, between.url);
    const asked = new Promise<void>((resolve) => {
      between.behave(() => {
        resolve();
        // No answer: the run waits for it until its process is gone.
        return new Promise(() => undefined);
      });
    });
    const interrupted = synchronise(one, directory).catch(() => 'CUT');
    await asked;
    await expect(synchronise(other, directory)).rejects.toThrow('SYNCHRONISATION_RUNNING');
    await one.kill();
    expect(await interrupted).toBe('CUT');
    between.behave(forward);
    const killed = performance.now();
    expect(await synchroniseAfterKill(other, directory)).toEqual({
      outcome: 'SUCCEEDED',
      reason: null,
    });
    const seconds = (performance.now() - killed) / 1_000;
    process.stdout.write(
      `${database.dialect}: taken over and done ${seconds.toFixed(1)} s after its process was killed\n`,
    );
  }, 120_000);
});
