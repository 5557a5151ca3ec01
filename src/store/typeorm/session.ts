import type { EventEmitter } from 'node:events';
import type { EntityManager, QueryRunner, Repository } from 'typeorm';
import { pace } from '../../pace/index.js';
import type { Dialect, SqlValue } from './dialect.js';
import { withoutValues } from './driver-errors.js';
import type { Rows, TableName } from './entities.js';
import { type LibsqlConnection, runAside, selectAside } from './libsql.js';

/**
 * Values one statement inserts: MySQL's packets stay far below their limit, SQLite keeps the process
 * for two milliseconds, and more gains nothing.
 */
const VALUES_PER_INSERT = 3_000;
/** Rows from which a statement takes longer than it takes to hand it to another thread and back. */
const ROWS_ASIDE = 50;
/** Values one list holds: MariaDB stops using an index for longer ones. */
export const LIST_LENGTH = 1_000;

const ROWS_BETWEEN_PAUSES = 2_000;
/** Rows of MySQL between two looks at the clock. */
const ROWS_BETWEEN_LOOKS = 64;

/** A row as the driver gives it, without the names of its columns. */
export type RowVisitor = (row: readonly unknown[]) => void;

interface MysqlConnection extends EventEmitter {
  /** Without a callback it keeps no row. */
  execute(
    statement: { sql: string; rowsAsArray: true },
    parameters: readonly SqlValue[],
  ): EventEmitter;
  /** Reads no more from the socket; what was read already is kept. */
  pause(): void;
  resume(): void;
}

/** What the uses of one transaction share. */
interface Fate {
  /** Why a statement failed, if one did. */
  failure: unknown;
}

/**
 * The use of one database connection by one piece of work. After its end it does nothing more: a
 * statement that comes late (from work that failed half way) must not land in the next transaction.
 * Nor does it after a statement that failed, because the database may have rolled back by itself.
 */
export class Session {
  readonly dialect: Dialect;
  private readonly runner: QueryRunner;
  private readonly manager: EntityManager;
  private readonly running = new Set<Promise<unknown>>();
  private readonly fate: Fate;
  private readonly aside: boolean;
  private ended = false;

  /** @param aside whether SQLite's answers are made on a thread of the driver; not more than one at a time. */
  constructor(
    runner: QueryRunner,
    dialect: Dialect,
    { fate = { failure: null }, aside = false }: { fate?: Fate; aside?: boolean } = {},
  ) {
    this.runner = runner;
    this.dialect = dialect;
    this.fate = fate;
    this.aside = aside;
    // Repositories reach the database through `query` alone, and so pass the same gate.
    const gated: QueryRunner = Object.create(runner);
    gated.query = (sql: string, given: unknown[] = [], structured?: boolean) => {
      const parameters = this.parameters(given);
      return this.gate(() =>
        structured ? runner.query(sql, parameters, true) : runner.query(sql, parameters),
      );
    };
    this.manager = runner.dataSource.createEntityManager(gated);
  }

  /** The rows of a small table as objects. */
  rows<Name extends TableName>(table: Name): Repository<Rows[Name]> {
    return this.manager.getRepository<Rows[Name]>(table);
  }

  /** The rows a statement yields, by column name. */
  select<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.gate<Row[]>(async () => {
      const values = this.parameters(parameters);
      return this.aside
        ? selectAside<Row>(await this.runner.connect(), sql, values)
        : this.runner.query(sql, values);
    });
  }

  /** The same for each part of a list that may be long; the list is the last parameter. */
  async selectListed<Row>(
    sql: string,
    parameters: readonly unknown[],
    list: readonly SqlValue[],
  ): Promise<Row[]> {
    const rows: Row[] = [];
    for (const part of parts(list, LIST_LENGTH)) {
      const values = [...parameters, this.dialect.listParameter(part)];
      for (const row of await this.select<Row>(sql, values)) rows.push(row);
    }
    return rows;
  }

  /** Visits the rows of a long answer as they come: none is kept, and none is made an object. */
  async scan(sql: string, parameters: readonly SqlValue[], visit: RowVisitor): Promise<void> {
    await this.gate(async () => {
      if (this.dialect.name === 'sqlite') {
        const connection: LibsqlConnection = await this.runner.connect();
        const statement = connection.prepare(sql).raw();
        let visited = 0;
        for (const row of statement.iterate(...parameters)) {
          visit(row);
          if (++visited % ROWS_BETWEEN_PAUSES === 0) await pace.giveWay();
        }
      } else {
        const connection: MysqlConnection = await this.runner.connect();
        await visitRows(connection, sql, parameters, visit);
      }
    });
  }

  /** @returns how many rows the statement wrote. */
  async run(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    const { affected } = await this.gate(() =>
      this.runner.query(sql, this.parameters(parameters), true),
    );
    return affected ?? 0;
  }

  /** Runs the statement for each part of a list that may be long; the list is the last parameter. */
  async runListed(
    sql: string,
    parameters: readonly unknown[],
    list: readonly SqlValue[],
  ): Promise<void> {
    for (const part of parts(list, LIST_LENGTH)) {
      await this.run(sql, [...parameters, this.dialect.listParameter(part)]);
    }
  }

  async insert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly SqlValue[])[],
    { passOver = false } = {},
  ): Promise<void> {
    return this.write(this.dialect.insert(table, columns, passOver), columns.length, rows);
  }

  /** Runs a statement for each part of a list of rows that may be long; the rows are its only parameter. */
  async write(sql: string, columns: number, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    for (const part of parts(rows, Math.ceil(VALUES_PER_INSERT / columns))) {
      const parameter = this.dialect.rowsParameter(part);
      if (this.dialect.name === 'sqlite' && part.length >= ROWS_ASIDE) {
        await this.gate(async () => runAside(await this.runner.connect(), sql, [parameter]));
      } else {
        await this.run(sql, [parameter]);
      }
    }
  }

  /** Another use of the same transaction, which ends by itself. */
  fork(): Session {
    return new Session(this.runner, this.dialect, { fate: this.fate, aside: this.aside });
  }

  /** @throws what a statement failed with, whoever was told of it. */
  requireUnspoilt(): void {
    if (this.fate.failure !== null) throw this.fate.failure;
  }

  /** Lets no further statement in and waits until the last one is through. */
  async end(): Promise<void> {
    this.ended = true;
    await Promise.allSettled(this.running);
  }

  /** libsql takes a single NULL for an object that names the parameters, unless it is in a list. */
  private parameters(values: readonly unknown[]): unknown[] {
    return this.dialect.name === 'sqlite' && values.length === 1 ? [[...values]] : [...values];
  }

  private async gate<Result>(statement: () => Promise<Result>): Promise<Result> {
    if (this.dialect.name === 'sqlite') await pace.giveWay();
    this.requireUnspoilt();
    if (this.ended) throw new Error('the transaction has ended; nothing more belongs to it');
    const result = statement();
    this.running.add(result);
    try {
      return await result;
    } catch (error) {
      this.fate.failure = withoutValues(error);
      throw error;
    } finally {
      this.running.delete(result);
    }
  }
}

/**
 * Binary rows, each visited when its packet has come. One turn of the event loop reads a socket up to
 * two megabytes, tens of thousands of rows, unless it is paused.
 */
function visitRows(
  connection: MysqlConnection,
  sql: string,
  parameters: readonly SqlValue[],
  visit: RowVisitor,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed = false;
    let visited = 0;
    const settle = (error?: unknown) => {
      failed ||= error !== undefined;
      connection.off('error', settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    // A statement without a callback is not told when its connection is lost.
    connection.on('error', settle);
    connection
      .execute({ sql, rowsAsArray: true }, parameters)
      .on('error', settle)
      .on('end', () => settle())
      .on('result', (row: unknown[]) => {
        if (failed) return;
        try {
          visit(row);
        } catch (error) {
          settle(error);
        }
        visited += 1;
        if (visited % ROWS_BETWEEN_LOOKS !== 0 || !pace.isTimeToGiveWay()) return;
        connection.pause();
        pace.giveWay().then(() => connection.resume());
      });
  });
}

/** A list in pieces of at most `size`. */
export function* parts<Item>(list: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}
