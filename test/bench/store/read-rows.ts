import Database from 'libsql';
import { createConnection } from 'mysql2/promise';
import { IntList } from '../dataset/int-list.js';

/** The tables an index is loaded from; each row is told by its generation. */
const SELECTS = [
  { sql: 'SELECT id, name, active FROM directory_user WHERE generation = ?', texts: true },
  { sql: 'SELECT id, name FROM directory_group WHERE generation = ?', texts: true },
  { sql: 'SELECT group_id, user_id FROM membership WHERE generation = ?', texts: false },
  { sql: 'SELECT parent_id, child_id FROM nesting WHERE generation = ?', texts: false },
] as const;

/** Reads every row that an index is loaded from into arrays, and does nothing else with it. */
export interface RowReader {
  readonly name: string;
  /** @returns how many rows there were. */
  read(generations: readonly number[]): Promise<number>;
  close(): Promise<void>;
}

/** What was read; kept until the end, as whoever loads an index must. */
class Rows {
  readonly numbers: IntList[] = [];
  readonly texts: string[][] = [];
  count = 0;

  /** @returns what takes one row of the next table. */
  table(hasTexts: boolean): (row: readonly unknown[]) => void {
    const first = new IntList();
    const second = new IntList();
    const texts: string[] = [];
    this.numbers.push(first, second);
    this.texts.push(texts);
    return hasTexts
      ? (row) => {
          first.push(row[0] as number);
          texts.push(row[1] as string);
          if (row.length > 2) second.push(row[2] as number);
          this.count++;
        }
      : (row) => {
          first.push(row[0] as number);
          second.push(row[1] as number);
          this.count++;
        };
  }
}

export function libsqlReaders(path: string): RowReader[] {
  const database = new Database(path, { readonly: true });
  const reader = (
    name: string,
    rowsOf: (sql: string, generation: number) => Iterable<unknown>,
  ) => ({
    name,
    read: async (generations: readonly number[]) => {
      const rows = new Rows();
      for (const { sql, texts } of SELECTS) {
        for (const generation of generations) {
          const take = rows.table(texts);
          for (const row of rowsOf(sql, generation)) take(row as unknown[]);
        }
      }
      return rows.count;
    },
    close: async () => {
      if (database.open) database.close();
    },
  });
  return [
    reader('libsql, row by row', (sql, generation) => {
      return database.prepare<number[]>(sql).raw().iterate(generation);
    }),
    reader('libsql, whole tables', (sql, generation) => {
      return database.prepare<number[]>(sql).raw().all(generation);
    }),
  ];
}

export async function mysqlReaders(url: string): Promise<RowReader[]> {
  const connection = await createConnection(url);
  let open = true;
  const reader = (name: string, ask: (sql: string, generation: number) => Promise<unknown>) => ({
    name,
    read: async (generations: readonly number[]) => {
      const rows = new Rows();
      for (const { sql, texts } of SELECTS) {
        for (const generation of generations) {
          const take = rows.table(texts);
          for (const row of (await ask(sql, generation)) as unknown[][]) take(row);
        }
      }
      return rows.count;
    },
    close: async () => {
      if (open) await connection.end();
      open = false;
    },
  });
  return [
    reader('mysql2, prepared', async (sql, generation) => {
      return (await connection.execute({ sql, rowsAsArray: true }, [generation]))[0];
    }),
    reader('mysql2, as text', async (sql, generation) => {
      return (await connection.query({ sql, rowsAsArray: true }, [generation]))[0];
    }),
  ];
}
