import type { NameKey } from '../../domain/index.js';

export type DialectName = 'sqlite' | 'mysql';

export type SqlValue = string | number | Buffer | null;

/** The statements that the two databases spell differently. Nothing else tells them apart in SQL. */
export interface Dialect {
  readonly name: DialectName;
  /** Milliseconds since 1970 by the database's clock. */
  readonly now: string;
  /** Ends a SELECT whose rows nobody else may change before the transaction ends. */
  readonly forUpdate: string;
  /** `column IN …` of one list parameter, which must not be empty. */
  readonly inList: string;
  /** Joins in the order written, whatever the optimiser thinks of it. */
  readonly orderedJoin: string;
  /** After the name of a table all of whose generation is read: along the primary key. */
  readonly inKeyOrder: string;
  /** A name key as it is stored: compared and sorted by its bytes. */
  key(key: NameKey): string | Buffer;
  keyFrom(value: unknown): NameKey;
  listParameter(values: readonly SqlValue[]): unknown;
  /** An insert of a list of rows; `passOver` leaves out rows whose key is there. */
  insert(table: string, columns: readonly string[], passOver: boolean): string;
  rowsParameter(rows: readonly (readonly SqlValue[])[]): unknown;
  /** Changes some columns, none of them unique, of whole rows whose keys are there. */
  update(
    table: string,
    columns: readonly string[],
    key: readonly string[],
    changing: readonly string[],
  ): string;
  /** A derived table with the columns `one` and `other`. */
  pairs(count: number): string;
  pairsParameters(pairs: readonly (readonly [number, number])[]): unknown[];
  /** Deletes at most `limit` rows of a condition, the first ones in the order of the key. */
  deleteSome(table: string, key: readonly string[], condition: string, limit: number): string;
  /** Deletes the edges that are among the pairs (first parameters) in one generation (last). */
  deletePairs(table: string, one: string, other: string, count: number): string;
}

/**
 * Lists travel as one JSON text, so that each statement is the same whatever the length, is prepared
 * once and never meets the limit of parameters.
 */
export const SQLITE: Dialect = {
  name: 'sqlite',
  now: "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)",
  forUpdate: '',
  inList: 'IN (SELECT value FROM json_each(?))',
  orderedJoin: 'CROSS JOIN',
  inKeyOrder: '',
  key: (key) => key,
  keyFrom: (value) => String(value) as NameKey,
  listParameter: (values) => JSON.stringify(values),
  insert: (table, columns, passOver) =>
    `INSERT ${passOver ? 'OR IGNORE ' : ''}INTO ${table} (${columns.join(', ')}) SELECT ` +
    `${columns.map((_, i) => `value->>${i}`).join(', ')} FROM json_each(?)`,
  rowsParameter: (rows) => JSON.stringify(rows),
  update: (table, columns, key, changing) => {
    const value = (name: string) => `value->>${columns.indexOf(name)}`;
    return (
      `UPDATE ${table} SET ${changing.map((name) => `${name} = ${value(name)}`).join(', ')} ` +
      `FROM json_each(?) WHERE ${key.map((name) => `${table}.${name} = ${value(name)}`).join(' AND ')}`
    );
  },
  pairs: () => '(SELECT value->>0 AS one, value->>1 AS other FROM json_each(?))',
  pairsParameters: (pairs) => [JSON.stringify(pairs)],
  deleteSome: (table, key, condition, limit) =>
    `DELETE FROM ${table} WHERE (${key.join(', ')}) IN (SELECT ${key.join(', ')} FROM ${table} ` +
    `WHERE ${condition} ORDER BY ${key.join(', ')} LIMIT ${limit})`,
  deletePairs: (table, one, other) =>
    `WITH listed AS ${SQLITE.pairs(0)} DELETE FROM ${table} WHERE generation = ? ` +
    `AND (${one}, ${other}) IN (SELECT one, other FROM listed)`,
};

/** Lists are spelt out by the driver; bytes travel as hexadecimal literals. */
export const MYSQL: Dialect = {
  name: 'mysql',
  now: "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)",
  forUpdate: ' FOR UPDATE',
  inList: 'IN (?)',
  orderedJoin: 'STRAIGHT_JOIN',
  inKeyOrder: 'FORCE INDEX (PRIMARY)',
  key: (key) => Buffer.from(key),
  keyFrom: (value) => (value as Buffer).toString() as NameKey,
  listParameter: (values) => values,
  insert: (table, columns, passOver) =>
    `INSERT ${passOver ? 'IGNORE ' : ''}INTO ${table} (${columns.join(', ')}) VALUES ?`,
  rowsParameter: (rows) => rows,
  update: (table, columns, _key, changing) =>
    `${MYSQL.insert(table, columns, false)} ON DUPLICATE KEY UPDATE ` +
    changing.map((name) => `${name} = VALUES(${name})`).join(', '),
  pairs: (count) => `(SELECT ? AS one, ? AS other${' UNION ALL SELECT ?, ?'.repeat(count - 1)})`,
  pairsParameters: (pairs) => pairs.flat(),
  deleteSome: (table, key, condition, limit) =>
    `DELETE FROM ${table} WHERE ${condition} ORDER BY ${key.join(', ')} LIMIT ${limit}`,
  deletePairs: (table, one, other, count) =>
    `DELETE edge FROM ${MYSQL.pairs(count)} listed STRAIGHT_JOIN ${table} edge ON ` +
    `edge.${one} = listed.one AND edge.${other} = listed.other WHERE edge.generation = ?`,
};
