import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const SERVER_PATHS = [
  '/usr/sbin/mariadbd',
  '/usr/local/sbin/mariadbd',
  '/opt/homebrew/bin/mariadbd',
];

/** Runs the server, ends it when the input ends, and deletes `$0` when it has ended. */
const GUARD =
  '"$@" & server=$!; exec 3<&0 2> /dev/null; (cat <&3 > /dev/null; kill -9 $server) & ' +
  'guard=$!; wait $server; kill $guard; rm -rf "$0"';

/** A database server of our own, for one run of the tests. */
export interface MysqlServer {
  /** A user with every right, without a database. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Where the teardown finds what was started; jest runs both in one process. */
const started = globalThis as typeof globalThis & { gatehouseTestServer?: MysqlServer };

/**
 * Sees to a MySQL server before the first test file: `TEST_MYSQL_URL` names one whose user may
 * create databases; otherwise one of our own is started if the program is on this machine. Jest
 * loads this file without the rules of the tests, so it imports no other file of ours.
 */
export default async function setUp(): Promise<void> {
  if (process.env.GATEHOUSE_TEST_MYSQL) return;
  if (process.env.TEST_MYSQL_URL) {
    process.env.GATEHOUSE_TEST_MYSQL = process.env.TEST_MYSQL_URL;
    return;
  }
  const program = findServerProgram();
  if (program) {
    started.gatehouseTestServer = await startMysqlServer(program);
    process.env.GATEHOUSE_TEST_MYSQL = started.gatehouseTestServer.url;
    return;
  }
  const sentence =
    'no MySQL to test against: set TEST_MYSQL_URL (mysql://user:password@host:port) or install mariadb-server';
  if (process.env.CI === 'true') throw new Error(sentence);
  process.stdout.write(`${sentence}; the MySQL half of the tests is skipped\n`);
}

/** The server program on this machine, if there is one. */
export function findServerProgram(): string | null {
  return SERVER_PATHS.find((path) => existsSync(path)) ?? null;
}

/**
 * Starts a server on a folder of its own. It ends with `stop`, and also when this process ends in
 * whatever way: a shell stands between them and sees its input close.
 */
async function startMysqlServer(program: string): Promise<MysqlServer> {
  const place = await newPlace();
  const child = await launch(program, place, place.folder);
  return { url: urlOf(place), stop: () => stop(child) };
}

/** The same, to be killed and started again on its data. */
export interface RestartableMysqlServer extends MysqlServer {
  /** At once, as if the machine had lost it. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startRestartableMysqlServer(
  program: string,
): Promise<RestartableMysqlServer> {
  const place = await newPlace();
  let child = await launch(program, place, '');
  return {
    url: urlOf(place),
    kill: () => stop(child),
    start: async () => {
      child = await launch(program, place, '');
    },
    stop: async () => {
      await stop(child);
      rmSync(place.folder, { recursive: true, force: true });
    },
  };
}

/** Where a server has its data, and where it listens. */
interface ServerPlace {
  readonly folder: string;
  readonly port: number;
}

function urlOf({ port }: ServerPlace): string {
  return `mysql://root@127.0.0.1:${port}`;
}

function asUser(): string[] {
  return userInfo().uid === 0 ? ['--user=root'] : [];
}

function dataOf(folder: string): string {
  return `--datadir=${join(folder, 'data')}`;
}

async function newPlace(): Promise<ServerPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mysql-'));
  const installed = spawnSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      dataOf(folder),
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asUser(),
    ],
    // Like a server that starts, it deletes what others have in a folder they share.
    { encoding: 'utf8', env: { ...process.env, TMPDIR: folder } },
  );
  if (installed.status !== 0) {
    throw new Error(`mariadb-install-db failed: ${installed.stderr || installed.error}`);
  }
  return { folder, port: await freePort() };
}

/** @param deletes what is deleted when the server has ended; empty for nothing. */
async function launch(
  program: string,
  { folder, port }: ServerPlace,
  deletes: string,
): Promise<ChildProcess> {
  const child = spawn(
    'sh',
    [
      '-c',
      GUARD,
      deletes,
      program,
      '--no-defaults',
      dataOf(folder),
      // A server that starts deletes what others have in a folder they share.
      `--tmpdir=${folder}`,
      `--socket=${join(folder, 'socket')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--max-connections=200',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=64M',
      '--innodb-flush-log-at-trx-commit=2',
      '--performance-schema=OFF',
      ...asUser(),
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  await ready(child);
  return child;
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-10_000);
      if (said.includes('ready for connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the MySQL server did not start: ${said}`)));
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.stdin?.end();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
