import type { ConnectDirectory, PostToEndpoint } from '../connector/index.js';
import type { Clock, DirectoryConnection, SynchronisationRun } from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';
import type { ApplicationLedger } from './application-ledger.js';
import type { ApplicationViews } from './application-view.js';
import type { CredentialMemory } from './credential-memory.js';
import type { FailureThrottle } from './failure-throttle.js';
import type { LiveIndex } from './live-index.js';
import type { MailHook } from './mail-hook.js';
import type { RowMemory } from './row-memory.js';

/** What use cases log through; pino's shape. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The operator's own account, from the environment. */
export interface BreakGlass {
  readonly name: string;
  readonly password: string;
}

/** How long sessions live, and the cookie that carries their tokens in browsers. */
export interface SessionSettings {
  /** A session ends when it is not used for so long. */
  readonly idleMs: number;
  /** A session ends so long after the sign-in, however much it is used. */
  readonly lifeMs: number;
  readonly cookie: {
    readonly name: string;
    /** `null`: the host that sets it, and no other. */
    readonly domain: string | null;
    /** Whether it travels over HTTPS alone, whatever the request came over that sets it. */
    readonly secure: boolean;
  };
}

/** Is told what this process does. It must not throw. */
export interface GatewayObserver {
  /** @returns is told once that the run is over: its record, or `null` when that went with the directory or could not be read. */
  runBegan(run: SynchronisationRun): (ended: SynchronisationRun | null) => void;
  /** An endpoint was called. GIVEN_UP: for the last time, and in vain. */
  called(what: 'WEBHOOK' | 'MAIL', outcome: 'DELIVERED' | 'FAILED' | 'GIVEN_UP'): void;
}

/** Everything the use cases of one process stand on. */
export interface Gateway {
  readonly store: GatehouseStore;
  readonly live: LiveIndex;
  readonly connect: ConnectDirectory;
  /** Whether the server of these settings is left alone because it does not work. */
  readonly isLeftAlone?: (connection: DirectoryConnection) => boolean;
  readonly post: PostToEndpoint;
  /** `null`: applications are told that no mail is sent. */
  readonly mailHook: MailHook | null;
  readonly credentials: CredentialMemory;
  readonly rows: RowMemory;
  /** Of every sign-in with a password. */
  readonly throttle: FailureThrottle;
  /** Of every new password by a token, by address. */
  readonly resets: FailureThrottle;
  readonly sessions: SessionSettings;
  readonly views: ApplicationViews;
  readonly ledger: ApplicationLedger;
  readonly breakGlass: BreakGlass | null;
  readonly clock: Clock;
  /** Entries of the change log are kept for so many days; 0: for ever. */
  readonly logRetentionDays: number;
  /** Minutes a server may take to tell a run everything. */
  readonly runLimitMinutes: number;
  readonly log: Log;
  readonly observer?: GatewayObserver;
}
