import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableColumn,
  type TableColumnOptions,
} from 'typeorm';

const PASSWORDS = 'user_password';
const EXPIRED = 'expired';

/** What applications keep with users and groups, and passwords that are of no use any more. */
export class CreateAttributes1795000000012 implements MigrationInterface {
  readonly name = 'CreateAttributes1795000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner)) await runner.createTable(table, true);
    // MySQL keeps what an interrupted migration has done.
    if (await runner.hasColumn(PASSWORDS, EXPIRED)) return;
    const type = isMysql(runner) ? 'tinyint' : 'integer';
    await runner.addColumn(PASSWORDS, new TableColumn({ name: EXPIRED, type, default: 0 }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn(PASSWORDS, EXPIRED);
    for (const table of tables(runner)) await runner.dropTable(table, true);
  }
}

function isMysql(runner: QueryRunner): boolean {
  return runner.connection.options.type === 'mysql';
}

function tables(runner: QueryRunner): Table[] {
  const mysql = isMysql(runner);
  type Rest = Partial<TableColumnOptions>;
  const number = (name: string, rest: Rest = {}): TableColumnOptions => {
    return { name, type: mysql ? 'bigint' : 'integer', ...rest };
  };
  const bytes = (name: string, rest: Rest = {}): TableColumnOptions => {
    const type = mysql ? { type: 'varbinary', length: '1020' } : { type: 'text' };
    return { name, ...type, ...rest };
  };
  const text = (name: string): TableColumnOptions => {
    const utf8 = { length: '255', charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    return { name, ...(mysql ? { type: 'varchar', ...utf8 } : { type: 'text' }) };
  };
  const primary = { isPrimary: true };
  // By the owner's id, which stays when its directory is loaded anew.
  const attributes = (owner: 'user' | 'group') =>
    new Table({
      name: `${owner}_attribute`,
      columns: [
        number(`${owner}_id`, primary),
        bytes('name', primary),
        number('position', primary),
        number('directory_id'),
        text('value'),
      ],
      indices: [{ name: `${owner}_attribute_directory`, columnNames: ['directory_id'] }],
      withoutRowid: !mysql,
    });
  return [attributes('user'), attributes('group')];
}
