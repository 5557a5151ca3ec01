import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';

/** What is to be done and when, as `src/jobs/sql-backend` keeps it for Agenda. */
export class CreateJobs1795000000004 implements MigrationInterface {
  readonly name = 'CreateJobs1795000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(table(runner), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('agenda_job', true);
  }
}

function table(runner: QueryRunner): Table {
  const mysql = runner.connection.options.type === 'mysql';
  const utf8 = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  const text = (name: string, length: number, isNullable = false): TableColumnOptions => {
    const type = mysql ? { type: 'varchar', length: String(length), ...utf8 } : { type: 'text' };
    return { name, isNullable, ...type };
  };
  const longText = (name: string, isNullable = false): TableColumnOptions => {
    return { name, isNullable, type: mysql ? 'longtext' : 'text', ...utf8 };
  };
  const number = (name: string, isNullable = false): TableColumnOptions => {
    return { name, isNullable, type: mysql ? 'bigint' : 'integer' };
  };
  return new Table({
    name: 'agenda_job',
    columns: [
      { ...text('id', 36), isPrimary: true },
      // As bytes: MySQL's collations take `mail` and `mail ` for the same.
      { name: 'name', ...(mysql ? { type: 'varbinary', length: '1020' } : { type: 'text' }) },
      text('kind', 8),
      // A job of another priority sorts the other way round, and not every database has such an index.
      number('urgency'),
      { name: 'disabled', type: mysql ? 'tinyint' : 'integer' },
      number('next_run_at', true),
      number('locked_at', true),
      number('last_run_at', true),
      number('last_finished_at', true),
      number('failed_at', true),
      number('fail_count', true),
      longText('fail_reason', true),
      number('progress', true),
      longText('repeat_interval', true),
      longText('data'),
      longText('rest'),
      text('unique_key', 80, true),
      text('last_modified_by', 255, true),
    ],
    indices: [
      new TableIndex({
        name: 'agenda_job_next',
        columnNames: ['name', 'locked_at', 'next_run_at', 'urgency', 'id'],
      }),
      new TableIndex({ name: 'agenda_job_unique', columnNames: ['unique_key'], isUnique: true }),
    ],
  });
}
