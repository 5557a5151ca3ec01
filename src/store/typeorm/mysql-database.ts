import { DataSource, type QueryRunner } from 'typeorm';
import { GatehouseError } from '../../domain/index.js';
import { dataSourceOptions } from './data-source.js';
import {
  type Database,
  type OpenTransaction,
  type TransactionKind,
  writeShortly,
} from './database.js';
import { MYSQL } from './dialect.js';
import { Session } from './session.js';
import type { StoreUrl } from './store-url.js';
import { Turns } from './turns.js';

/** Ids taken at once: a process that ends leaves a gap, and nobody minds gaps. */
const ID_BLOCK = 1_000;

/**
 * READ COMMITTED locks no gaps; a strict mode refuses what does not fit instead of cutting it off.
 * A process that stands still in the middle of writing keeps its locks as long as it is connected:
 * MariaDB gives its transaction up after a minute. MySQL has no such setting and passes over it.
 */
const SETTINGS = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'" +
    ' /*M! , SESSION idle_write_transaction_timeout = 60 */',
];

interface Connection {
  query(sql: string, done: (error: Error | null) => void): void;
  destroy(): void;
}

interface Pool {
  on(event: 'connection', listener: (connection: Connection) => void): void;
}

/**
 * MySQL or MariaDB over a pool. Writers read what is committed when they read it, because the
 * revision lock already keeps others out; several reads that belong together share a snapshot.
 */
export class MysqlDatabase implements Database {
  readonly dialect = MYSQL;
  private readonly source: DataSource;
  private readonly waitMs: number;
  private readonly turns = new Turns();
  private nextId = 0;
  private endOfIds = 0;
  private inUse = 0;
  private whenIdle: (() => void) | null = null;
  private closing = false;

  private constructor(source: DataSource, waitMs: number) {
    this.source = source;
    this.waitMs = waitMs;
  }

  static async open(
    url: StoreUrl,
    { waitMs, poolSize }: { readonly waitMs: number; readonly poolSize?: number },
    prepare: (source: DataSource) => Promise<void>,
  ): Promise<MysqlDatabase> {
    const size = poolSize === undefined ? undefined : Math.max(2, poolSize);
    const source = new DataSource(await dataSourceOptions(url, { poolSize: size }));
    await source.initialize();
    try {
      await prepareConnections(source);
      await prepare(source);
    } catch (error) {
      await source.destroy();
      throw error;
    }
    return new MysqlDatabase(source, waitMs);
  }

  async read<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const runner = this.takeRunner();
    const session = new Session(runner, MYSQL);
    try {
      return await work(session);
    } finally {
      await session.end();
      this.giveBack(runner);
    }
  }

  async readConsistently<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const open = await this.start([
      'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
      'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
    ]);
    try {
      return await work(open.session);
    } finally {
      await open.rollback();
      open.release();
    }
  }

  readAtLength<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.readConsistently(work);
  }

  async begin(kind: TransactionKind): Promise<OpenTransaction> {
    this.requireOpen();
    if (kind !== 'ORDERED') return this.startWriting(this.waitMs);
    const since = Date.now();
    const endTurn = await this.turns.take(this.waitMs);
    try {
      const open = await this.startWriting(this.waitMs - (Date.now() - since));
      const release = () => {
        open.release();
        endTurn();
      };
      return { ...open, release };
    } catch (error) {
      endTurn();
      throw error;
    }
  }

  /**
   * On a connection of its own even during a transaction, so that no other process waits for the
   * counter until that ends. There is one such transaction at a time, so a connection comes free.
   */
  async allocateIds(count: number): Promise<number> {
    if (this.endOfIds - this.nextId < count) {
      const size = count + ID_BLOCK;
      this.nextId = await this.ascendingIds(size);
      this.endOfIds = this.nextId + size;
    }
    this.nextId += count;
    return this.nextId - count;
  }

  /** On a connection of its own, too. */
  ascendingIds(count: number): Promise<number> {
    return writeShortly(this, async (session) => {
      await session.run('UPDATE id_counter SET next_id = LAST_INSERT_ID(next_id + ?)', [count]);
      const [row] = await session.select<{ last: number }>('SELECT LAST_INSERT_ID() AS last');
      return row.last - count;
    });
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    if (this.inUse > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    await this.source.destroy();
  }

  private startWriting(waitMs: number): Promise<OpenTransaction> {
    // The server counts whole seconds and takes no fewer than one.
    const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
    return this.start([`SET innodb_lock_wait_timeout = ${seconds}`, 'START TRANSACTION']);
  }

  private async start(statements: readonly string[]): Promise<OpenTransaction> {
    const runner = this.takeRunner();
    const session = new Session(runner, MYSQL);
    let settled = false;
    const settle = async (sql: 'COMMIT' | 'ROLLBACK') => {
      await session.end();
      await runner.query(sql);
      settled = true;
    };
    const rollback = async () => {
      if (!settled) await settle('ROLLBACK').catch(() => disconnect(runner));
    };
    try {
      for (const statement of statements) await session.run(statement);
    } catch (error) {
      await rollback();
      this.giveBack(runner);
      throw error;
    }
    return {
      session,
      commit: async () => {
        session.requireUnspoilt();
        await settle('COMMIT');
      },
      rollback,
      release: () => this.giveBack(runner),
    };
  }

  private takeRunner(): QueryRunner {
    this.requireOpen();
    this.inUse++;
    return this.source.createQueryRunner();
  }

  private giveBack(runner: QueryRunner): void {
    this.inUse--;
    // Handing a connection back to the pool cannot fail and takes no time.
    void runner.release();
    if (this.inUse === 0) this.whenIdle?.();
  }

  private requireOpen(): void {
    if (this.closing) throw new GatehouseError('SHUTTING_DOWN', {});
  }
}

/** Sets up the connections there are and every later one. */
async function prepareConnections(source: DataSource): Promise<void> {
  const { pool }: { pool: Pool } = source.driver as DataSource['driver'] & { pool: Pool };
  pool.on('connection', (connection) => {
    for (const statement of SETTINGS) {
      connection.query(statement, (error) => {
        if (error) connection.destroy();
      });
    }
  });
  const runner = source.createQueryRunner();
  try {
    for (const statement of SETTINGS) await runner.query(statement);
  } finally {
    await runner.release();
  }
}

/** What is not given back in a known state is given up; the server then rolls back. */
async function disconnect(runner: QueryRunner): Promise<void> {
  try {
    const connection: Connection = await runner.connect();
    connection.destroy();
  } catch {
    // There is no connection, and so nothing to give up.
  }
}
