import type { ConnectDirectory } from '../connector/index.js';
import type { Clock, DirectoryConnection, SynchronisationRun } from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';
import type { CredentialMemory } from './credential-memory.js';
import type { LiveIndex } from './live-index.js';
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

/** Is told what this process does. It must not throw. */
export interface GatewayObserver {
  /** @returns is told once that the run is over: its record, or `null` when that went with the directory or could not be read. */
  runBegan(run: SynchronisationRun): (ended: SynchronisationRun | null) => void;
}

/** Everything the use cases of one process stand on. */
export interface Gateway {
  readonly store: GatehouseStore;
  readonly live: LiveIndex;
  readonly connect: ConnectDirectory;
  /** Whether the server of these settings is left alone because it does not work. */
  readonly isLeftAlone?: (connection: DirectoryConnection) => boolean;
  readonly credentials: CredentialMemory;
  readonly rows: RowMemory;
  readonly breakGlass: BreakGlass | null;
  readonly clock: Clock;
  /** Entries of the change log are kept for so many days; 0: for ever. */
  readonly logRetentionDays: number;
  /** Minutes a server may take to tell a run everything. */
  readonly runLimitMinutes: number;
  readonly log: Log;
  readonly observer?: GatewayObserver;
}
