import { type DataSourceOptions, DefaultNamingStrategy } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { MYSQL, SQLITE } from './dialect.js';
import { entitySchemas } from './entities.js';
import type { StoreUrl } from './store-url.js';

const DEFAULT_POOL_SIZE = 10;

/** `nameKey` is the column `name_key`. */
class SnakeCaseColumns extends DefaultNamingStrategy {
  override columnName(property: string, customName: string | undefined): string {
    return customName ?? property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

export interface ConnectionUse {
  /** Of MySQL: most connections at once. */
  readonly poolSize?: number;
  /** Of SQLite: how long a statement may block the whole process while it waits for a lock. */
  readonly blockForMs?: number;
}

/** How TypeORM reaches the database at `url`. */
export async function dataSourceOptions(
  url: StoreUrl,
  { poolSize = DEFAULT_POOL_SIZE, blockForMs = 0 }: ConnectionUse = {},
): Promise<DataSourceOptions> {
  const common = {
    migrations,
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeCaseColumns(),
    logging: false,
  };
  if (url.dialect === 'sqlite') {
    return {
      ...common,
      type: 'better-sqlite3',
      driver: (await import('libsql')).default,
      database: url.path,
      entities: entitySchemas(SQLITE),
      timeout: blockForMs,
    };
  }
  return {
    ...common,
    type: 'mysql',
    host: url.host,
    port: url.port,
    username: url.username,
    password: url.password,
    database: url.database,
    entities: entitySchemas(MYSQL),
    poolSize,
    charset: 'utf8mb4_bin',
    supportBigNumbers: true,
    bigNumberStrings: false,
  };
}
