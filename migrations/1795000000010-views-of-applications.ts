import {
  type MigrationInterface,
  type QueryRunner,
  TableColumn,
  type TableColumnOptions,
} from 'typeorm';

const APPLICATIONS = 'application';

/**
 * An application has a view of its own: which directories, in which order, with which permissions; and
 * its password can be changed with a time in which the one before is good, too.
 */
export class ViewsOfApplications1795000000010 implements MigrationInterface {
  readonly name = 'ViewsOfApplications1795000000010';

  /** Each step is taken only where it was not yet: MySQL keeps what an interrupted migration has done. */
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns(runner)) {
      if (!(await runner.hasColumn(APPLICATIONS, column.name))) {
        await runner.addColumn(APPLICATIONS, column);
      }
    }
    // MySQL gives no default to a long text and fills it with nothing.
    await runner.query(`UPDATE ${APPLICATIONS} SET permissions = '[]' WHERE permissions = ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of columns(runner)) {
      if (await runner.hasColumn(APPLICATIONS, name)) await runner.dropColumn(APPLICATIONS, name);
    }
  }
}

function columns(runner: QueryRunner): TableColumn[] {
  const mysql = runner.connection.options.type === 'mysql';
  const utf8 = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  const column = (options: TableColumnOptions) => new TableColumn({ isNullable: true, ...options });
  const text = (length: number) =>
    mysql ? { type: 'varchar', length: String(length), ...utf8 } : { type: 'text' };
  const longText = (name: string) => column({ name, type: mysql ? 'longtext' : 'text', ...utf8 });
  return [
    column({ name: 'description', ...text(255), isNullable: false, default: "''" }),
    longText('directories'),
    column({
      name: 'permissions',
      isNullable: false,
      ...(mysql ? { type: 'longtext', ...utf8 } : { type: 'text', default: "'[]'" }),
    }),
    column({ name: 'membership_mode', ...text(32) }),
    longText('previous_password_hash'),
    column({ name: 'previous_password_until', type: mysql ? 'bigint' : 'integer' }),
  ];
}
