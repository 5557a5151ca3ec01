import type { EntitySchemaColumnOptions, ValueTransformer } from 'typeorm';
import type { NameKey } from '../../domain/index.js';
import type { Dialect } from './dialect.js';

/**
 * The one place that chooses column types. Numbers stay below 2^53; times are milliseconds since
 * 1970, so that no time zone of a server or a driver ever moves them.
 */
export function columnTypes(dialect: Dialect) {
  const mysql = dialect.name === 'mysql';
  const utf8: Partial<EntitySchemaColumnOptions> = mysql
    ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' }
    : {};
  const long: EntitySchemaColumnOptions = { type: mysql ? 'longtext' : 'text', ...utf8 };
  return {
    number: column({ type: mysql ? 'bigint' : 'integer' }),
    flag: column({ type: mysql ? 'tinyint' : 'integer' }, { to: Number, from: Boolean }),
    time: column(
      { type: mysql ? 'bigint' : 'integer' },
      {
        to: (date: Date | null) => date?.getTime() ?? null,
        from: (value: number | null) => (value === null ? null : new Date(value)),
      },
    ),
    /** A text of at most `length` UTF-16 units, compared only in JavaScript or where it is ASCII. */
    text: (length: number, options: EntitySchemaColumnOptions | object = {}) =>
      column(mysql ? { type: 'varchar', length, ...utf8 } : { type: 'text' })(options),
    /** Four bytes for each of the 255 units a name may have. */
    key: column(mysql ? { type: 'varbinary', length: 1020 } : { type: 'text' }, {
      to: (key: NameKey) => dialect.key(key),
      from: (value: unknown) => dialect.keyFrom(value),
    }),
    longText: column(long),
    json: column(long, {
      to: (value: unknown) => (value === null ? null : JSON.stringify(value)),
      from: (value: string | null) => (value === null ? null : JSON.parse(value)),
    }),
  };
}

function column(type: EntitySchemaColumnOptions, transformer?: ValueTransformer) {
  return (options: Partial<EntitySchemaColumnOptions> = {}): EntitySchemaColumnOptions => ({
    ...type,
    ...(transformer ? { transformer } : {}),
    ...options,
  });
}
