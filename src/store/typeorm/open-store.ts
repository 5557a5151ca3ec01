import type { Clock, TransactionWitness } from '../../domain/index.js';
import type { GatehouseStore } from '../store.js';
import { applicationUseStore } from './application-use.js';
import { type Database, writeShortly } from './database.js';
import { mailStore } from './mail-store.js';
import { requireMigrated } from './migrate.js';
import { MysqlDatabase } from './mysql-database.js';
import { packedStore } from './packed-store.js';
import { beginReload } from './reload.js';
import { runStore } from './run-store.js';
import type { StoreParts } from './scope.js';
import { SecretBox } from './secret-box.js';
import { SqliteDatabase } from './sqlite-database.js';
import { storeReader } from './store-reader.js';
import { parseStoreUrl } from './store-url.js';
import { sweep } from './sweep.js';
import { tombstoneStore } from './tombstones.js';
import { transact } from './transact.js';
import { upkeepStore } from './upkeep-store.js';
import { userSessionStore } from './user-session-store.js';
import { webhookStore } from './webhook-store.js';

export interface OpenStoreOptions {
  /** `sqlite:<path>` or `mysql://user:password@host:port/database`. */
  readonly url: string;
  /** 32 bytes that seal the passwords of remote directories; without them none can be stored. */
  readonly secretKey: Buffer | null;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Whether to bring the tables up to this program; otherwise older ones are refused. Default true. */
  readonly migrate?: boolean;
  /** Of MySQL: most connections at once, at least 2. Default 10. */
  readonly poolSize?: number;
  /** How long a transaction waits for its lock before `STORE_BUSY`. Default 10 seconds. */
  readonly lockWaitMs?: number;
}

const LOCK_WAIT_MS = 10_000;
const MACHINE_CLOCK: Clock = { now: () => new Date() };

/**
 * Opens the store. The folder of an embedded database is made when it is missing.
 * @throws GatehouseError `INPUT_INVALID` for a URL or key that cannot be used.
 */
export async function openStore(options: OpenStoreOptions): Promise<GatehouseStore> {
  const secrets = new SecretBox(options.secretKey);
  const database = await openDatabase(options);
  const parts: StoreParts = { database, secrets, clock: options.clock ?? MACHINE_CLOCK };
  let witness: TransactionWitness | null = null;
  return {
    reader: storeReader(parts),
    runs: runStore(parts),
    packed: packedStore(parts),
    tombstones: tombstoneStore(parts),
    upkeep: upkeepStore(parts),
    userSessions: userSessionStore(parts),
    applicationUse: applicationUseStore(parts),
    webhooks: webhookStore(parts),
    mail: mailStore(parts),
    sql: {
      dialect: database.dialect.name,
      read: (work) => database.read(work),
      write: (work) => writeShortly(database, work),
    },
    attach: (attached) => {
      if (witness) throw new Error('a store has one witness');
      witness = attached;
    },
    transact: (origin, work) => transact(parts, witness, origin, work),
    beginReload: (lease) => beginReload(parts, lease),
    sweep: () => sweep(database),
    close: () => database.close(),
  };
}

function openDatabase({
  url: text,
  migrate = true,
  poolSize,
  lockWaitMs: waitMs = LOCK_WAIT_MS,
}: OpenStoreOptions): Promise<Database> {
  const url = parseStoreUrl(text);
  return url.dialect === 'sqlite'
    ? SqliteDatabase.open(url, waitMs, (writer) => requireMigrated(writer, migrate))
    : MysqlDatabase.open(url, { waitMs, poolSize }, (source) => requireMigrated(source, migrate));
}
