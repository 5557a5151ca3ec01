import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/** How applications call: how often with which outcome, and from where they were refused. */
export class CreateApplicationUse1795000000014 implements MigrationInterface {
  readonly name = 'CreateApplicationUse1795000000014';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner)) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner).reverse()) await runner.dropTable(table, true);
  }
}

function tables(runner: QueryRunner): Table[] {
  const mysql = runner.connection.options.type === 'mysql';
  const utf8 = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  type Rest = Partial<TableColumnOptions>;
  const number = (name: string, rest: Rest = {}): TableColumnOptions => {
    return { name, type: mysql ? 'bigint' : 'integer', ...rest };
  };
  const text = (name: string, length: number, rest: Rest = {}): TableColumnOptions => {
    const type = mysql ? { type: 'varchar', length: String(length), ...utf8 } : { type: 'text' };
    return { name, ...type, ...rest };
  };
  const primary = { isPrimary: true };
  return [
    new Table({
      name: 'application_call_count',
      columns: [
        number('application_id', primary),
        text('outcome', 32, primary),
        number('times'),
        number('last_at'),
      ],
    }),
    new Table({
      name: 'application_refused_call',
      columns: [
        number('application_id', primary),
        text('reason', 32, primary),
        text('address', 64, primary),
        text('nearest_rule', 64, { isNullable: true }),
        number('times'),
        number('last_at'),
      ],
    }),
  ];
}
