import type { ConnectDirectory } from '../connector/index.js';
import type { Clock, SynchronisationRun } from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';
import type { CredentialMemory } from './credential-memory.js';
import type { LiveIndex } from './live-index.js';

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

/** Is told what this process has done. It must not throw. */
export interface GatewayObserver {
  /** However the run ended. */
  runEnded(run: SynchronisationRun): void;
}

/** Everything the use cases of one process stand on. */
export interface Gateway {
  readonly store: GatehouseStore;
  readonly live: LiveIndex;
  readonly connect: ConnectDirectory;
  readonly credentials: CredentialMemory;
  readonly breakGlass: BreakGlass | null;
  readonly clock: Clock;
  /** Entries of the change log are kept for so many days; 0: for ever. */
  readonly logRetentionDays: number;
  readonly log: Log;
  readonly observer?: GatewayObserver;
}
