import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Gateway, hashPassword } from '../../usecase/index.js';
import { COMPANY, MASKED_PERSON, seedCompany, seedContractors } from './company.js';
import { GraphqlClient } from './graphql-client.js';
import { EXAMPLES } from './queries.js';
import { WarningListener } from './warning-listener.js';

const ADMIN = 'admin';
const APPLICATION = 'bitbucket';

/** What the doorstep lends to the demo. */
export interface DemoOptions {
  /** Compare the answers with the expected ones and end, instead of serving until stopped. */
  readonly check: boolean;
  /** Resolves when the demo is to stop. */
  readonly stop: Promise<unknown>;
  /** Starts a gateway with these settings. */
  readonly start: (environment: Record<string, string>) => Promise<DemoServer>;
  readonly write: (text: string) => void;
}

export interface DemoServer {
  readonly url: string;
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

/**
 * Starts a company and a gateway, connects one to the other as an administrator would, over HTTP,
 * and shows what comes of it.
 * @throws Error in check mode when an answer differs from the expected one.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-demo-'));
  const servers: DemoServer[] = [];
  const passwords = { admin: secret(), application: secret(), user: secret() };
  const start = async (name: string, port: string) => {
    const settings = {
      HOST: '127.0.0.1',
      DATABASE_URL: `sqlite:${join(folder, `${name}.db`)}`,
      GATEHOUSE_SECRET_KEY: randomBytes(32).toString('base64'),
      GATEHOUSE_ADMIN_NAME: ADMIN,
      GATEHOUSE_ADMIN_PASSWORD: passwords.admin,
    };
    // A fixed port is easier to paste; where it is taken any other will do.
    const server = await options
      .start({ ...settings, PORT: port })
      .catch(() => options.start({ ...settings, PORT: '0' }));
    servers.push(server);
    return server;
  };
  try {
    const company = await start('company', options.check ? '0' : '4001');
    const gateway = await start('gateway', options.check ? '0' : '4000');
    await seedCompany(company.gateway.store, await hashPassword(passwords.user));
    await seedContractors(gateway.gateway.store);
    await show(options, company, gateway, passwords);
    if (!options.check) await options.stop;
  } finally {
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(
  { check, write }: DemoOptions,
  company: DemoServer,
  gateway: DemoServer,
  passwords: { readonly admin: string; readonly application: string; readonly user: string },
): Promise<void> {
  const upstream = new GraphqlClient(company.url, ADMIN, passwords.admin);
  const admin = new GraphqlClient(gateway.url, ADMIN, passwords.admin);
  write(`The company's directory (it plays Jira):  ${company.url}\n`);
  write(`The gateway, GraphiQL for a browser:      ${gateway.url}/graphql\n`);
  write(`Sign in as ${ADMIN} with ${passwords.admin}\n`);
  write(`        or ${MASKED_PERSON} with ${passwords.user} (checked at the company's server)\n\n`);

  await upstream.ask(
    `mutation ($input: AddApplicationInput!) { addApplication(input: $input) { revision } }`,
    {
      input: {
        name: APPLICATION,
        password: passwords.application,
        remoteAddresses: ['127.0.0.1'],
      },
    },
  );
  const directory = await connectDirectory(admin, company.url, passwords.application, write);
  await admin.ask(`mutation ($limit: Int) { setLicenceLimit(limit: $limit) { revision } }`, {
    limit: COMPANY.licenceLimit,
  });

  const { licence } = await admin.ask<{ licence: { warningCursor: string } }>(
    '{ licence { warningCursor } }',
  );
  const warnings = new WarningListener(admin.connect(), licence.warningCursor);
  try {
    await warnings.ready;
    await synchronise(admin, directory.id, write);
    for (const [permission, group] of [
      ['LICENSED_USER', 'bitbucket-users'],
      ['SYS_ADMIN', 'bitbucket-administrators'],
    ]) {
      await admin.ask(
        `mutation ($permission: PermissionKey!, $subject: SubjectInput!) {
          grantPermission(permission: $permission, subject: $subject) { revision }
        }`,
        { permission, subject: { type: 'GROUP', name: group } },
      );
      write(`Granted ${permission} to the group ${group}.\n`);
    }
    await reorder(admin, directory.id, write);
    const warning = await warnings.next(
      ({ threshold, direction }) => threshold === 100 && direction === 'UP',
    );
    write(`\nThe subscriber of licenceWarning received:\n  ${warning.message}\n`);
  } finally {
    await warnings.close();
  }
  await askExamples(admin, gateway.url, passwords.admin, check, write);
}

async function connectDirectory(
  admin: GraphqlClient,
  serverUrl: string,
  applicationPassword: string,
  write: (text: string) => void,
): Promise<{ readonly id: string }> {
  const connection = { serverUrl, applicationName: APPLICATION };
  const test = await admin.ask<{
    testDirectoryConnection: { steps: { step: string; outcome: string; message: string }[] };
  }>(
    `mutation ($input: TestConnectionInput!) {
      testDirectoryConnection(input: $input) { steps { step outcome message } }
    }`,
    { input: { connection, applicationPassword, nestedGroups: true } },
  );
  for (const { step, outcome, message } of test.testDirectoryConnection.steps) {
    write(`${outcome.padEnd(8)}${step.padEnd(15)}${message}\n`);
  }
  const added = await admin.ask<{ addDirectory: { directory: { id: string } } }>(
    `mutation ($input: AddDirectoryInput!) { addDirectory(input: $input) { directory { id } } }`,
    {
      input: {
        name: 'Company Jira',
        type: 'JIRA',
        nestedGroups: true,
        connection,
        applicationPassword,
      },
    },
  );
  return added.addDirectory.directory;
}

async function synchronise(
  admin: GraphqlClient,
  id: string,
  write: (text: string) => void,
): Promise<void> {
  const { synchroniseDirectory } = await admin.ask<{
    synchroniseDirectory: {
      run: {
        outcome: string;
        message: string | null;
        counts: { usersAdded: number; groupsAdded: number; membershipsAdded: number };
      };
    };
  }>(
    `mutation ($id: ID!) {
      synchroniseDirectory(id: $id) {
        run { outcome message counts { usersAdded groupsAdded membershipsAdded } }
      }
    }`,
    { id },
  );
  const { outcome, message, counts } = synchroniseDirectory.run;
  if (outcome !== 'SUCCEEDED') throw new Error(`the synchronisation ${outcome}: ${message}`);
  write(
    `\nSynchronised: ${counts.usersAdded} users, ${counts.groupsAdded} groups, ${counts.membershipsAdded} memberships.\n`,
  );
}

/** Puts the company first: until then the second directory's entries mask 96 of its people. */
async function reorder(
  admin: GraphqlClient,
  first: string,
  write: (text: string) => void,
): Promise<void> {
  const mayPush = async () => {
    const { check } = await admin.ask<{ check: boolean }>(
      `{ check(user: "${MASKED_PERSON}", permission: "LICENSED_USER") }`,
    );
    return check ? 'is licensed' : 'is not licensed';
  };
  const before = await mayPush();
  const { revision, directories } = await admin.ask<{
    revision: number;
    directories: { nodes: { id: string }[] };
  }>(`{ revision directories { nodes { id } } }`);
  const order = [first, ...directories.nodes.map(({ id }) => id).filter((id) => id !== first)];
  await admin.ask(
    `mutation ($order: [ID!]!, $expectedRevision: Revision!) {
      reorderDirectories(order: $order, expectedRevision: $expectedRevision) { revision }
    }`,
    { order, expectedRevision: revision },
  );
  write(
    `${MASKED_PERSON} ${before}; with the company's directory first, ${MASKED_PERSON} ${await mayPush()}.\n`,
  );
}

async function askExamples(
  admin: GraphqlClient,
  url: string,
  password: string,
  check: boolean,
  write: (text: string) => void,
): Promise<void> {
  for (const { title, query, data } of EXAMPLES) {
    const answer = await admin.ask(query);
    const body = JSON.stringify({ query: query.replace(/\s+/g, ' ') });
    write(`\n${title}\n`);
    write(`  curl -s -u ${ADMIN}:${password} -H 'Content-Type: application/json' \\\n`);
    write(`    -d '${body}' ${url}/graphql\n`);
    write(`${JSON.stringify(answer, null, 2)}\n`);
    if (check && !isDeepStrictEqual(answer, data)) {
      throw new Error(`the answer differs from the expected one: ${JSON.stringify(data, null, 2)}`);
    }
  }
  write(check ? '\nAll answers are as expected.\n' : '\nStop with Ctrl-C.\n');
}

function secret(): string {
  return randomBytes(12).toString('base64url');
}
