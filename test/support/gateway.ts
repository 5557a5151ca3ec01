import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectDirectory, PostToEndpoint } from '../../src/connector/index.js';
import type { Clock } from '../../src/domain/index.js';
import { openStore } from '../../src/store/index.js';
import {
  ApplicationLedger,
  ApplicationViews,
  asSystemAdministrator,
  type BreakGlass,
  CredentialMemory,
  FailureThrottle,
  type Gateway,
  LiveIndex,
  type Log,
  type MailHook,
  RowMemory,
  type SessionSettings,
  type SystemAdministrator,
} from '../../src/usecase/index.js';

/** A gateway on a database of its own. */
export interface TestGateway {
  readonly gateway: Gateway;
  /** What was logged, in order. */
  readonly logged: readonly LogEntry[];
  /** The break-glass admin, who may do everything. */
  readonly operator: SystemAdministrator;
  /** Closes the store, and deletes the database when it is a temporary file. */
  close(): Promise<void>;
}

export interface LogEntry {
  readonly level: keyof Log;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface TestGatewayOptions {
  /** An empty database; a temporary SQLite file when left out. */
  readonly url?: string;
  readonly secretKey?: Buffer;
  readonly clock?: Clock;
  readonly breakGlass?: BreakGlass | null;
  readonly connect?: ConnectDirectory;
  readonly post?: PostToEndpoint;
  readonly mailHook?: MailHook;
  readonly logRetentionDays?: number;
  readonly runLimitMinutes?: number;
  readonly sessions?: Partial<SessionSettings>;
}

/** A clock that stands still until it is moved. */
export class StandingClock implements Clock {
  private time: number;

  constructor(start = Date.UTC(2024, 0, 1)) {
    this.time = start;
  }

  now(): Date {
    return new Date(this.time);
  }

  advance(ms: number): void {
    this.time += ms;
  }
}

/** The settings of sessions as they are when nobody says otherwise. */
export const SESSIONS: SessionSettings = {
  idleMs: 30 * 60_000,
  lifeMs: 12 * 60 * 60_000,
  cookie: { name: 'crowd.token_key', domain: null, secure: false },
};

const systemClock: Clock = { now: () => new Date() };

const connectNowhere: ConnectDirectory = ({ serverUrl }) => {
  throw new Error(`this test has no remote directory, and ${serverUrl} was asked for`);
};

const postNowhere: PostToEndpoint = ({ url }) => {
  throw new Error(`this test has no endpoint, and ${url} was called`);
};

/** Opens a store, builds the index beside it and logs into memory. */
export async function openTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const folder = options.url === undefined ? await mkdtemp(join(tmpdir(), 'gatehouse-')) : null;
  const url = options.url ?? `sqlite:${join(folder ?? '', 'gatehouse.db')}`;
  const clock = options.clock ?? systemClock;
  const secretKey = options.secretKey ?? Buffer.alloc(32, 7);
  const store = await openStore({ url, secretKey, clock });
  const live = await LiveIndex.open(store);
  const logged: LogEntry[] = [];
  const log = logInto(logged);
  const gateway: Gateway = {
    store,
    live,
    connect: options.connect ?? connectNowhere,
    post: options.post ?? postNowhere,
    mailHook: options.mailHook ?? null,
    credentials: new CredentialMemory(clock),
    rows: new RowMemory(store.reader, live),
    views: new ApplicationViews(),
    throttle: new FailureThrottle(clock),
    resets: new FailureThrottle(clock),
    sessions: { ...SESSIONS, ...options.sessions },
    ledger: new ApplicationLedger({ use: store.applicationUse, clock, log }),
    breakGlass: options.breakGlass ?? null,
    clock,
    logRetentionDays: options.logRetentionDays ?? 0,
    runLimitMinutes: options.runLimitMinutes ?? 120,
    log,
  };
  return {
    gateway,
    logged,
    operator: asSystemAdministrator(live.index, {
      type: 'BREAK_GLASS',
      name: 'operator',
      address: null,
    }),
    async close() {
      await store.close();
      if (folder !== null) await rm(folder, { recursive: true });
    },
  };
}

function logInto(entries: LogEntry[]): Log {
  const note = (level: keyof Log) => (fields: object, message: string) => {
    entries.push({ level, fields: { ...fields }, message });
  };
  return { info: note('info'), warn: note('warn'), error: note('error') };
}
