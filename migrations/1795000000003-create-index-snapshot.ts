import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/**
 * The permission index as bytes, in pieces that any limit of a packet lets through, so that a
 * process starts without reading every row. What stands here can be thrown away at any time.
 */
export class CreateIndexSnapshot1795000000003 implements MigrationInterface {
  readonly name = 'CreateIndexSnapshot1795000000003';

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
  const number = (name: string, isPrimary = false): TableColumnOptions => {
    return { name, type: mysql ? 'bigint' : 'integer', isPrimary };
  };
  const flag = (name: string): TableColumnOptions => {
    return { name, type: mysql ? 'tinyint' : 'integer' };
  };
  const text = (name: string, length: number): TableColumnOptions => {
    const type = mysql ? { type: 'varchar', length: String(length), ...utf8 } : { type: 'text' };
    return { name, ...type };
  };
  const bytes = (name: string): TableColumnOptions => {
    return { name, type: mysql ? 'mediumblob' : 'blob' };
  };

  return [
    new Table({
      name: 'index_snapshot',
      columns: [
        number('id', true),
        number('revision'),
        number('format'),
        text('footing', 64),
        number('size'),
        text('checksum', 64),
        number('created_at'),
        flag('whole'),
      ],
    }),
    new Table({
      name: 'index_snapshot_piece',
      columns: [number('snapshot_id', true), number('piece', true), bytes('bytes')],
    }),
  ];
}
