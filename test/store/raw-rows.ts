import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';

/** What a statement yields on the database at `url`, past the store. */
export async function rawRows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  if (!url.startsWith('sqlite:')) {
    const connection = await createConnection(url);
    try {
      const [rows] = await connection.query(sql);
      return rows as Record<string, unknown>[];
    } finally {
      await connection.end();
    }
  }
  const source = new DataSource({
    type: 'better-sqlite3',
    driver: (await import('libsql')).default,
    database: url.slice('sqlite:'.length),
  });
  await source.initialize();
  try {
    return await source.query(sql);
  } finally {
    await source.destroy();
  }
}
