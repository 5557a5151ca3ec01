import { createHash } from 'node:crypto';
import { type DataSource, MigrationExecutor } from 'typeorm';

/** Another process may be migrating a large database; this one waits for it rather than to fail. */
const MYSQL_WAIT_SECONDS = 600;

/**
 * Brings the tables up to this program, or makes sure that they are. Processes that start together
 * migrate one after another: SQLite's caller holds the write lock, MySQL's a named one.
 */
export async function requireMigrated(source: DataSource, mayMigrate: boolean): Promise<void> {
  if (!(await hasPending(source))) return;
  if (!mayMigrate) {
    throw new Error(
      'the database is older than this program; run `gatehouse migrate` and start again',
    );
  }
  if (source.options.type === 'better-sqlite3') {
    await source.runMigrations({ transaction: 'none' });
    return;
  }
  // Named by the database, because the server's named locks are shared by all of them.
  const digest = createHash('sha256').update(String(source.options.database)).digest('hex');
  const lock = `gatehouse-migrate-${digest.slice(0, 32)}`;
  const runner = source.createQueryRunner();
  try {
    const [{ had }] = await runner.query('SELECT GET_LOCK(?, ?) AS had', [
      lock,
      MYSQL_WAIT_SECONDS,
    ]);
    if (had !== 1) throw new Error('another process is migrating the database; start again later');
    await source.runMigrations({ transaction: 'none' });
  } finally {
    await runner.query('SELECT RELEASE_LOCK(?)', [lock]);
    await runner.release();
  }
}

async function hasPending(source: DataSource): Promise<boolean> {
  return (await new MigrationExecutor(source).getPendingMigrations()).length > 0;
}
