import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/** Users whom a server has no more, and grants that were taken from a name for somebody else's sake. */
export class CreateTombstones1795000000008 implements MigrationInterface {
  readonly name = 'CreateTombstones1795000000008';

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
  const key = (name: string): TableColumnOptions => {
    return { name, ...(mysql ? { type: 'varbinary', length: '1020' } : { type: 'text' }) };
  };
  const longText = (name: string): TableColumnOptions => {
    return { name, type: mysql ? 'longtext' : 'text', ...utf8 };
  };
  const primary = { isPrimary: true };
  const nullable = { isNullable: true };
  return [
    new Table({
      name: 'tombstone',
      columns: [
        number('id', primary),
        number('directory_id'),
        number('user_id', nullable),
        key('name_key'),
        text('external_id', 255, nullable),
        longText('facts'),
        longText('member_of'),
        number('deleted_at'),
        number('purge_at', nullable),
      ],
      indices: [
        { name: 'tombstone_directory', columnNames: ['directory_id', 'id'] },
        { name: 'tombstone_name', columnNames: ['name_key'] },
        { name: 'tombstone_external_id', columnNames: ['directory_id', 'external_id'] },
        { name: 'tombstone_purge_at', columnNames: ['purge_at'] },
      ],
    }),
    new Table({
      name: 'set_aside_grant',
      columns: [
        number('id', primary),
        number('directory_id'),
        text('permission', 64),
        text('subject_name', 255),
        key('subject_key'),
        text('previous_external_id', 255),
        text('new_external_id', 255, nullable),
        number('set_aside_at'),
      ],
    }),
  ];
}
