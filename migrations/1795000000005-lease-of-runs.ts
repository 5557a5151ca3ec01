import {
  type MigrationInterface,
  type QueryRunner,
  TableColumn,
  type TableColumnOptions,
  TableIndex,
  type TableIndexOptions,
} from 'typeorm';

const RUNS = 'synchronisation_run';
const USERS = 'directory_user';
const EXTERNAL_ID = 'directory_user_external_id';
const OUTCOME = 'synchronisation_run_running';
const FRESHNESS = 'directory_freshness';

/**
 * A run has a lease in the database instead of signs of life in its record, tells more of itself, and
 * leaves behind up to where the server's events are in the copy; events find users by external id.
 */
export class LeaseOfRuns1795000000005 implements MigrationInterface {
  readonly name = 'LeaseOfRuns1795000000005';

  /** Each step is taken only where it was not yet: MySQL keeps what an interrupted migration has done. */
  async up(runner: QueryRunner): Promise<void> {
    const { number, text, longText } = columns(runner);
    await addColumns(runner, FRESHNESS, [
      number('lease_expires'),
      longText('event_token'),
      text('event_source', 64),
      text('full_cause', 32),
    ]);
    await replaceIndex(runner, USERS, null, {
      name: EXTERNAL_ID,
      columnNames: ['generation', 'external_id'],
    });
    await replaceIndex(runner, RUNS, 'synchronisation_run_outcome', {
      name: OUTCOME,
      columnNames: ['outcome'],
    });
    if (await runner.hasColumn(RUNS, 'last_sign_at')) {
      await runner.dropColumn(RUNS, 'last_sign_at');
    }
    await addColumns(runner, RUNS, [
      text('owner', 255, { isNullable: false, default: "''" }),
      text('kind', 16),
      text('full_cause', 32),
      longText('set_aside'),
      number('requests', { isNullable: false, default: 0 }),
      number('bytes', { isNullable: false, default: 0 }),
      longText('progress'),
    ]);
    // MySQL gives no default to a long text. Runs of before were full ones that kept no such list.
    await runner.query(
      `UPDATE ${RUNS} SET set_aside = '[]', kind = 'FULL' WHERE set_aside IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const { number } = columns(runner);
    await addColumns(runner, RUNS, [number('last_sign_at', { isNullable: false, default: 0 })]);
    await replaceIndex(runner, RUNS, OUTCOME, {
      name: 'synchronisation_run_outcome',
      columnNames: ['outcome', 'last_sign_at'],
    });
    await dropColumns(runner, RUNS, [
      'owner',
      'kind',
      'full_cause',
      'set_aside',
      'requests',
      'bytes',
      'progress',
    ]);
    await replaceIndex(runner, USERS, EXTERNAL_ID, null);
    await dropColumns(runner, FRESHNESS, [
      'lease_expires',
      'event_token',
      'event_source',
      'full_cause',
    ]);
  }
}

async function addColumns(
  runner: QueryRunner,
  table: string,
  wanted: readonly TableColumn[],
): Promise<void> {
  for (const column of wanted) {
    if (!(await runner.hasColumn(table, column.name))) await runner.addColumn(table, column);
  }
}

async function dropColumns(
  runner: QueryRunner,
  table: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    if (await runner.hasColumn(table, name)) await runner.dropColumn(table, name);
  }
}

/** The new one first, so that whoever looks for the old one is never without any. */
async function replaceIndex(
  runner: QueryRunner,
  table: string,
  old: string | null,
  made: TableIndexOptions | null,
): Promise<void> {
  const there = (await runner.getTable(table))?.indices.map(({ name }) => name) ?? [];
  if (made !== null && !there.includes(made.name)) {
    await runner.createIndex(table, new TableIndex(made));
  }
  if (old !== null && there.includes(old)) await runner.dropIndex(table, old);
}

/** All may be null unless told. */
function columns(runner: QueryRunner) {
  const mysql = runner.connection.options.type === 'mysql';
  const utf8 = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  const column = (options: TableColumnOptions) => new TableColumn({ isNullable: true, ...options });
  type Rest = Partial<TableColumnOptions>;
  return {
    number: (name: string, rest: Rest = {}) =>
      column({ name, type: mysql ? 'bigint' : 'integer', ...rest }),
    text: (name: string, length: number, rest: Rest = {}) => {
      const type = mysql ? { type: 'varchar', length: String(length), ...utf8 } : { type: 'text' };
      return column({ name, ...type, ...rest });
    },
    longText: (name: string) => column({ name, type: mysql ? 'longtext' : 'text', ...utf8 }),
  };
}
