import { DataSource } from 'typeorm';
import { dataSourceOptions } from './src/store/typeorm/data-source.js';
import { parseStoreUrl } from './src/store/typeorm/store-url.js';

const url = process.env.DATABASE_URL ?? 'sqlite:data/gatehouse.db';

/** For TypeORM's command line only, which runs alone and may block while it waits for a lock. */
export default new DataSource(await dataSourceOptions(parseStoreUrl(url), { blockForMs: 10_000 }));
