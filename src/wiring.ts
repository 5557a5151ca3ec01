import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Api, createApi } from './api/index.js';
import type { Config } from './config.js';
import { createEndpointPost, openCrowd, reuseRemoteDirectories } from './connector/index.js';
import { consolePage } from './console/index.js';
import type { Clock, LoggedChange } from './domain/index.js';
import { type RunningJobs, startJobs } from './jobs/index.js';
import { createMetrics } from './metrics/index.js';
import { type Face, type ListeningServer, listen } from './server.js';
import { type GatehouseStore, openStore } from './store/index.js';
import {
  ApplicationLedger,
  ApplicationViews,
  CredentialMemory,
  credentialOwner,
  FailureThrottle,
  type Gateway,
  IndexPacker,
  type IndexStart,
  LiveIndex,
  type Log,
  RowMemory,
  type SessionSettings,
} from './usecase/index.js';
import { createUserServer, versionHeader } from './userserver/index.js';

/** How often this process looks for what other processes committed. */
const FOLLOW_MS = 250;
/** How often it is looked whether the index is to be packed; `IndexPacker` says what for. */
const LOOK_AT_PACKED_MS = 10_000;
/** How often it is written down how applications call. */
const WRITE_LEDGER_MS = 10_000;

const systemClock: Clock = { now: () => new Date() };

/** The version in package.json, which lies above `src/`, `dist/src/` and `dist/bench/src/`. */
export const version: string = JSON.parse(
  readFileSync(
    ['../', '../../', '../../../']
      .map((above) => new URL(`${above}package.json`, import.meta.url))
      .find((file) => existsSync(file)) as URL,
    'utf8',
  ),
).version;

/** One gateway that serves. */
export interface RunningGateway {
  readonly url: string;
  readonly gateway: Gateway;
  /** Ends what runs, within bounds, and closes the database. A second call waits for the first. */
  stop(): Promise<void>;
}

/** Opens the store (with pending migrations applied), builds the index and serves. */
export async function startGateway(config: Config, log: Log): Promise<RunningGateway> {
  const store = await openConfiguredStore(config);
  let stopTimers = (): void => undefined;
  try {
    const live = await LiveIndex.open(store);
    tellStart(live.start, log);
    await ensureInternalDirectory(store);
    // An embedded database has one process: whatever ran before it started is over.
    const orphans = await store.runs.abortOrphans(isEmbedded(config) ? 'ALL' : 'RUN_OUT');
    if (orphans.length > 0) {
      log.warn({ runs: orphans.length }, 'runs of an ended process were marked as aborted');
    }
    const shared = reuseRemoteDirectories(openCrowd);
    const metrics = createMetrics(config.metricsToken);
    const gateway: Gateway = {
      store,
      live,
      connect: shared.connect,
      isLeftAlone: shared.isLeftAlone,
      post: createEndpointPost(),
      mailHook: config.mailHook,
      credentials: new CredentialMemory(systemClock),
      rows: new RowMemory(store.reader, live),
      views: new ApplicationViews(),
      throttle: new FailureThrottle(systemClock),
      resets: new FailureThrottle(systemClock),
      sessions: sessionSettings(config),
      ledger: new ApplicationLedger({ use: store.applicationUse, clock: systemClock, log }),
      breakGlass: config.breakGlass,
      clock: systemClock,
      logRetentionDays: config.logRetentionDays,
      runLimitMinutes: config.runLimitMinutes,
      log,
      observer: metrics.observer,
    };
    live.listen((changes, heard) => {
      if (heard === 'NOT_ALL') gateway.credentials.forgetAll();
      forgetCredentials(gateway.credentials, changes);
    });
    const packer = new IndexPacker({ store, live, clock: systemClock, log });
    const timers = [follow(live, log), packWhenDue(packer), writeNowAndThen(gateway.ledger)];
    stopTimers = () => {
      for (const stopTimer of timers) stopTimer();
    };
    const api = await createApi(gateway, {
      trustedProxies: config.trustedProxies,
      page: consolePage,
    });
    const health = { stopping: false };
    const server = await listen({
      host: config.host,
      port: config.port,
      faces: [
        // Each asks whether a request is its own: those with the most of them come first.
        metrics.counted(
          'userserver',
          createUserServer(gateway, { version, trustedProxies: config.trustedProxies }),
        ),
        metrics.counted('graphql', (request, response) => api.handle(request, response)),
        healthFace(gateway, health),
        metrics.face(gateway),
        startPageFace,
      ],
      sockets: {
        path: '/graphql',
        upgrade: (request, socket, head) => api.handleUpgrade(request, socket, head),
      },
      // To what is not a request yet Crowd's clients must still be able to say who answers.
      unreadableHeaders: versionHeader(version),
      log,
    });
    log.info({ url: server.url, revision: live.index.revision, version }, 'gatehouse is ready');
    const jobs = await startJobs(gateway);
    let stopped: Promise<void> | null = null;
    const stop = () => {
      health.stopping = true;
      stopTimers();
      return shutDown(server, jobs, api, packer, gateway);
    };
    return {
      url: server.url,
      gateway,
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    stopTimers();
    await store.close();
    throw error;
  }
}

/** Opens the database of a configuration; a missing folder of an embedded one is made. */
export async function openConfiguredStore(config: Config): Promise<GatehouseStore> {
  if (isEmbedded(config)) {
    await mkdir(dirname(config.databaseUrl.slice('sqlite:'.length)), { recursive: true });
  }
  return openStore({ url: config.databaseUrl, secretKey: config.secretKey });
}

function isEmbedded(config: Config): boolean {
  return config.databaseUrl.startsWith('sqlite:');
}

function sessionSettings(config: Config): SessionSettings {
  return {
    idleMs: config.sessionIdleMinutes * 60_000,
    lifeMs: config.sessionHours * 60 * 60_000,
    cookie: {
      name: config.sessionCookie,
      domain: config.sessionCookieDomain,
      secure: config.sessionCookieSecure,
    },
  };
}

/** Every product comes with an internal directory; ours is made at the first start. */
async function ensureInternalDirectory(store: GatehouseStore): Promise<void> {
  await store.transact({ type: 'OPERATOR' }, async (transaction) => {
    if (transaction.revision > 1 || (await transaction.directories()).length > 0) return;
    await transaction.addDirectory({
      name: 'Gatehouse internal directory',
      type: 'INTERNAL',
      nestedGroups: true,
      connection: null,
      password: null,
    });
  });
}

/** Follows the log of a shared database. A look that fails is logged once until one succeeds. */
function follow(live: LiveIndex, log: Log): () => void {
  let failing = false;
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    try {
      await live.catchUp();
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, 'the change log cannot be read; answers may be old');
      failing = true;
    } finally {
      looking = false;
    }
  }, FOLLOW_MS);
  return () => clearInterval(timer);
}

/** Keeps the packed index young, for the next start. */
function packWhenDue(packer: IndexPacker): () => void {
  const timer = setInterval(() => void packer.look(), LOOK_AT_PACKED_MS);
  return () => clearInterval(timer);
}

/** Keeps how applications call. */
function writeNowAndThen(ledger: ApplicationLedger): () => void {
  const timer = setInterval(() => void ledger.write(), WRITE_LEDGER_MS);
  return () => clearInterval(timer);
}

function tellStart(start: IndexStart, log: Log): void {
  if (start.from === 'PACKED') {
    log.info({ ...start }, 'the index was taken from the packed one and the log');
  } else if (start.because === 'NONE') {
    log.info({ from: start.from }, 'the index was built from the rows');
  } else {
    const { from, because, error } = start;
    const fields = { from, because, ...(error === null ? {} : { err: error }) };
    log.warn(fields, 'the packed index did not fit and was thrown away; the rows were read');
  }
}

function forgetCredentials(memory: CredentialMemory, changes: readonly LoggedChange[]): void {
  for (const { change } of changes) {
    if (change.kind === 'UserPasswordChanged') memory.forget(credentialOwner(change.user));
    if (change.kind === 'DirectoryChanged' || change.kind === 'PasswordsExpired') {
      memory.forgetAll();
    }
  }
}

/** Whoever types only the host into a browser is shown something that helps. */
const startPageFace: Face = async (request, response) => {
  if (request.url !== '/') return false;
  response.writeHead(302, { Location: '/graphql', 'Cache-Control': 'no-store' });
  response.end();
  return true;
};

/** `/livez`: the process answers. `/readyz`: the database answers and the process is not stopping. */
function healthFace(gateway: Gateway, health: { readonly stopping: boolean }): Face {
  return async (request, response) => {
    if (request.url !== '/livez' && request.url !== '/readyz') return false;
    let ready = request.url === '/livez';
    if (!ready && !health.stopping) {
      ready = await gateway.store.reader.revision().then(
        () => true,
        () => false,
      );
    }
    response.writeHead(ready ? 200 : 503, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(ready ? 'ok\n' : 'not ready\n');
    return true;
  };
}

async function shutDown(
  server: ListeningServer,
  jobs: RunningJobs,
  api: Api,
  packer: IndexPacker,
  { ledger, log, store }: Gateway,
): Promise<void> {
  await jobs.stop();
  await api.stop();
  await server.close();
  await packer.stop();
  await ledger.write();
  await store.close();
  log.info({}, 'stopped');
}
