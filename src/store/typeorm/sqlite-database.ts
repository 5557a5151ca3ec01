import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { GatehouseError } from '../../domain/index.js';
import { Checkpoints } from './checkpoints.js';
import { dataSourceOptions } from './data-source.js';
import {
  type Database,
  type OpenTransaction,
  type TransactionKind,
  writeShortly,
} from './database.js';
import { SQLITE } from './dialect.js';
import { asStoreBusy, isContention } from './driver-errors.js';
import { execAside, type LibsqlConnection } from './libsql.js';
import { Session } from './session.js';
import type { StoreUrl } from './store-url.js';
import { Turns } from './turns.js';

/** Between two tries for a lock that another process holds: short, and never in step with others. */
const RETRY_FROM_MS = 1;
const RETRY_TO_MS = 25;

/** Longer than a transaction waits: another process may be migrating. */
const OPEN_WAIT_MS = 60_000;

/** Whatever was committed survives a power cut. */
const FORCED = 'PRAGMA synchronous = FULL';
/** The next forced write takes what was committed before it to the disk too: the log is one file. */
const NOT_FORCED = 'PRAGMA synchronous = NORMAL';
/**
 * Caches are in kibibytes, which SQLite is told by a negative size. Even a setting may meet a lock: of
 * a process that opens or closes the file.
 */
const WRITER_SETTINGS = [
  'PRAGMA journal_mode = WAL',
  FORCED,
  'PRAGMA cache_size = -24576',
  // `Checkpoints` does it.
  'PRAGMA wal_autocheckpoint = 0',
];
const READER_SETTINGS = ['PRAGMA query_only = ON', 'PRAGMA cache_size = -16384'];
/** Whoever reads everything once has no use for what was read before. */
const LONG_READER_SETTINGS = ['PRAGMA query_only = ON', 'PRAGMA cache_size = -2048'];

/** A connection for reading, and who is next to use it. */
interface Reader {
  readonly source: DataSource;
  readonly turns: Turns;
  /** Whether it reads on a thread of the driver. */
  readonly aside: boolean;
}

/**
 * SQLite in WAL mode with one connection that writes and two that read: a reader on the writer's
 * connection would see what is not committed yet, and whoever reads a million rows would keep those
 * waiting who read one. The driver keeps the process while it works, and waiting inside it would stop
 * the very transaction that is waited for, so locks are asked for again and again; what takes long,
 * commits, inserts of many rows and reads of them, is done on a thread of the driver.
 */
export class SqliteDatabase implements Database {
  readonly dialect = SQLITE;
  private readonly writer: DataSource;
  private readonly reader: Reader;
  private readonly longReader: Reader;
  private readonly waitMs: number;
  private readonly writerTurns = new Turns();
  private readonly checkpoints: Checkpoints;
  private closing = false;

  private constructor(
    path: string,
    [writer, reader, longReader]: readonly [DataSource, DataSource, DataSource],
    waitMs: number,
  ) {
    this.writer = writer;
    this.reader = { source: reader, turns: new Turns(), aside: false };
    this.longReader = { source: longReader, turns: new Turns(), aside: true };
    this.waitMs = waitMs;
    this.checkpoints = new Checkpoints(path, this.writerTurns, waitMs);
  }

  static async open(
    url: Extract<StoreUrl, { readonly dialect: 'sqlite' }>,
    waitMs: number,
    prepare: (writer: DataSource) => Promise<void>,
  ): Promise<SqliteDatabase> {
    const since = Date.now();
    const connect = async () => new DataSource(await dataSourceOptions(url)).initialize();
    const writer = await connect();
    const reader = await connect();
    const longReader = await connect();
    try {
      for (const setting of WRITER_SETTINGS) {
        await untilFree(OPEN_WAIT_MS, () => execute(writer, setting));
      }
      await requireWal(writer);
      await inMigration(writer, () => prepare(writer));
      for (const setting of READER_SETTINGS) {
        await untilFree(OPEN_WAIT_MS, () => execute(reader, setting));
      }
      for (const setting of LONG_READER_SETTINGS) {
        await untilFree(OPEN_WAIT_MS, () => execute(longReader, setting));
      }
    } catch (error) {
      for (const source of [longReader, reader, writer]) await source.destroy();
      throw asStoreBusy(error, since);
    }
    return new SqliteDatabase(url.path, [writer, reader, longReader], waitMs);
  }

  read<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.on(this.reader, work);
  }

  readConsistently<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.onOneState(this.reader, work);
  }

  readAtLength<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.onOneState(this.longReader, work);
  }

  async begin(kind: TransactionKind): Promise<OpenTransaction> {
    this.requireOpen();
    const since = Date.now();
    const release = await this.writerTurns.take(this.waitMs);
    try {
      this.requireOpen();
      const leftMs = this.waitMs - (Date.now() - since);
      // Said outside a transaction, where alone it can be.
      await execute(this.writer, kind === 'LOAD' ? NOT_FORCED : FORCED);
      await untilFree(leftMs, () => execute(this.writer, 'BEGIN IMMEDIATE'));
    } catch (error) {
      release();
      throw asStoreBusy(error, since);
    }
    const session = new Session(runnerOf(this.writer), SQLITE);
    const settle = async (sql: 'COMMIT' | 'ROLLBACK') => {
      await session.end();
      await execAside(await connectionOf(this.writer), sql);
    };
    return {
      session,
      commit: async () => {
        session.requireUnspoilt();
        await settle('COMMIT');
        this.checkpoints.look();
      },
      // A failed COMMIT or a full disk may have ended the transaction already.
      rollback: () => settle('ROLLBACK').catch(() => undefined),
      release,
    };
  }

  async allocateIds(count: number, session?: Session): Promise<number> {
    if (!session) return writeShortly(this, (own) => this.allocateIds(count, own));
    await session.run('UPDATE id_counter SET next_id = next_id + ?', [count]);
    const [counter] = await session.select<{ next_id: number }>('SELECT next_id FROM id_counter');
    return counter.next_id - count;
  }

  ascendingIds(count: number, session?: Session): Promise<number> {
    return this.allocateIds(count, session);
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    await this.checkpoints.close();
    const ends = await Promise.all([
      this.writerTurns.take(this.waitMs),
      this.reader.turns.take(this.waitMs),
      this.longReader.turns.take(this.waitMs),
    ]);
    await this.longReader.source.destroy();
    await this.reader.source.destroy();
    // So that the file alone holds everything, for whoever copies it. Other processes may prevent it.
    await execute(this.writer, 'PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
    await this.writer.destroy();
    for (const end of ends) end();
  }

  private onOneState<Result>(
    reader: Reader,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    return this.on(reader, async (session) => {
      await execute(reader.source, 'BEGIN');
      try {
        return await work(session);
      } finally {
        await session.end();
        // Nothing was written; this only lets go of the state that was read.
        await execute(reader.source, 'ROLLBACK');
      }
    });
  }

  /** Reads are tried again: a reader meets a lock only while another process opens or closes. */
  private async on<Result>(
    { source, turns, aside }: Reader,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    this.requireOpen();
    const since = Date.now();
    const endTurn = await turns.take(this.waitMs);
    try {
      this.requireOpen();
      return await untilFree(this.waitMs, async () => {
        const session = new Session(runnerOf(source), SQLITE, { aside });
        try {
          return await work(session);
        } finally {
          await session.end();
        }
      });
    } catch (error) {
      throw asStoreBusy(error, since);
    } finally {
      endTurn();
    }
  }

  private requireOpen(): void {
    if (this.closing) throw new GatehouseError('SHUTTING_DOWN', {});
  }
}

/** Repeats what fails for want of a lock, without blocking the process, for about `waitMs`. */
async function untilFree<Result>(waitMs: number, work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error) || Date.now() >= deadline) throw error;
      await delay(RETRY_FROM_MS + Math.random() * (RETRY_TO_MS - RETRY_FROM_MS));
    }
  }
}

/** A file system without shared memory (most network ones) keeps SQLite in its old mode. */
async function requireWal(writer: DataSource): Promise<void> {
  const [{ journal_mode: mode }] = await untilFree(OPEN_WAIT_MS, () =>
    writer.query('PRAGMA journal_mode'),
  );
  if (mode !== 'wal') {
    throw new Error('the database file must be on a local disk; SQLite cannot use WAL where it is');
  }
}

async function inMigration(writer: DataSource, work: () => Promise<void>): Promise<void> {
  // SQLite changes a table by making it anew, which keys that point to it would prevent; inside a
  // transaction this could not be said any more.
  await execute(writer, 'PRAGMA foreign_keys = OFF');
  await untilFree(OPEN_WAIT_MS, () => execute(writer, 'BEGIN IMMEDIATE'));
  try {
    await work();
    await execute(writer, 'COMMIT');
  } catch (error) {
    await execute(writer, 'ROLLBACK').catch(() => undefined);
    throw error;
  }
  await execute(writer, 'PRAGMA foreign_keys = ON');
}

/**
 * Runs a statement outside TypeORM's cache of prepared ones: a cached BEGIN that failed would stay
 * "in progress", and no later transaction could be committed.
 */
async function execute(source: DataSource, sql: string): Promise<void> {
  (await connectionOf(source)).exec(sql);
}

function connectionOf(source: DataSource): Promise<LibsqlConnection> {
  return runnerOf(source).connect();
}

/** TypeORM has one query runner for each SQLite connection. */
function runnerOf(source: DataSource): QueryRunner {
  return source.createQueryRunner();
}
