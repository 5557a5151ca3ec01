import { setTimeout as delay } from 'node:timers/promises';
import { seedCompany } from '../../src/cli/demo/company.js';
import { GraphqlClient } from '../../src/cli/demo/graphql-client.js';
import type { DirectoryConnection } from '../../src/domain/index.js';
import { hashPassword } from '../../src/usecase/index.js';
import { TEST_SECRET_KEY, type TestDatabase } from './databases.js';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.js';

const ADMIN = 'admin';
/** The application by which one of these processes reads another. */
export const APPLICATION = 'bitbucket';

/** A run that lost its process is given up after half a minute at most. */
const MAX_ATTEMPTS = 120;

/** The password of everybody and everything in these processes. */
export const PASSWORD = 'a-password-for-tests';

/** A server process on a database, with a break-glass admin. */
export function serve(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  return startGatewayProcess({
    ...settings,
    DATABASE_URL: databaseUrl,
    GATEHOUSE_SECRET_KEY: TEST_SECRET_KEY.toString('base64'),
    GATEHOUSE_ADMIN_NAME: ADMIN,
    GATEHOUSE_ADMIN_PASSWORD: PASSWORD,
  });
}

export function asAdmin(gateway: GatewayProcess): GraphqlClient {
  return new GraphqlClient(gateway.url, ADMIN, PASSWORD);
}

/** A database that holds the demo's company and lets the application in from this machine. */
export async function companyDatabase(database: TestDatabase): Promise<string> {
  const url = await database.create();
  // The first start makes the internal directory.
  await (await serve(url)).stop();
  const store = await database.open({ url });
  const passwordHash = await hashPassword(PASSWORD);
  await seedCompany(store, passwordHash);
  await store.transact({ type: 'OPERATOR' }, (transaction) =>
    transaction.addApplication({
      name: APPLICATION,
      passwordHash,
      remoteAddresses: ['127.0.0.1'],
    }),
  );
  await store.close();
  return url;
}

/** Grants the seat to the company's users and connects its server. @returns the directory's id. */
export async function connectCompany(gateway: GatewayProcess, serverUrl: string): Promise<string> {
  await asAdmin(gateway).ask(
    `mutation { grantPermission(permission: "LICENSED_USER", subject: { type: GROUP, name: "bitbucket-users" }) { revision } }`,
  );
  return connectServer(gateway, 'Company', { serverUrl, connectTimeoutMs: 1_000 });
}

/** Connects a server as the last directory. @returns the directory's id. */
export async function connectServer(
  gateway: GatewayProcess,
  name: string,
  connection: Pick<DirectoryConnection, 'serverUrl'> & Partial<DirectoryConnection>,
): Promise<string> {
  const { addDirectory } = await asAdmin(gateway).ask<{
    addDirectory: { directory: { id: string } };
  }>(`mutation ($input: AddDirectoryInput!) { addDirectory(input: $input) { directory { id } } }`, {
    input: {
      name,
      type: 'CROWD',
      nestedGroups: true,
      connection: { ...connection, applicationName: APPLICATION },
      applicationPassword: PASSWORD,
    },
  });
  return addDirectory.directory.id;
}

/** Runs a synchronisation to its end. @returns its outcome and reason. */
export async function synchronise(
  gateway: GatewayProcess,
  id: string,
): Promise<{ outcome: string; reason: string | null }> {
  const { synchroniseDirectory } = await asAdmin(gateway).ask<{
    synchroniseDirectory: { run: { outcome: string; reason: string | null } };
  }>(`mutation ($id: ID!) { synchroniseDirectory(id: $id) { run { outcome reason } } }`, { id });
  return synchroniseDirectory.run;
}

/** Repeats it until no run of a killed process is in the way. */
export async function synchroniseAfterKill(
  gateway: GatewayProcess,
  id: string,
): Promise<{ outcome: string; reason: string | null }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await synchronise(gateway, id);
    } catch (error) {
      const waits = String(error).includes('SYNCHRONISATION_RUNNING') && attempt < MAX_ATTEMPTS;
      if (!waits) throw error;
      await delay(500);
    }
  }
}
