import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/**
 * Directories with their users, groups and edges, and the runs that keep copies in step. Edges and
 * people carry their generation first, so that a directory is one stretch of each index. They have
 * no foreign keys: checking two of them for each of a million edges doubles the time of a load, and
 * the store refuses unknown ends itself.
 */
export class CreateDirectories1795000000002 implements MigrationInterface {
  readonly name = 'CreateDirectories1795000000002';

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
  const flag = (name: string): TableColumnOptions => {
    return { name, type: mysql ? 'tinyint' : 'integer' };
  };
  const text = (name: string, length: number, rest: Rest = {}): TableColumnOptions => {
    const type = mysql ? { type: 'varchar', length: String(length), ...utf8 } : { type: 'text' };
    return { name, ...type, ...rest };
  };
  const key = (name: string): TableColumnOptions => {
    return { name, ...(mysql ? { type: 'varbinary', length: '1020' } : { type: 'text' }) };
  };
  const longText = (name: string, rest: Rest = {}): TableColumnOptions => {
    return { name, type: mysql ? 'longtext' : 'text', ...utf8, ...rest };
  };
  const primary = { isPrimary: true };
  const nullable = { isNullable: true };

  const people = (name: string, facts: TableColumnOptions[]) =>
    new Table({
      name,
      columns: [
        number('generation', primary),
        number('id', primary),
        text('name', 255),
        key('name_key'),
        ...facts,
      ],
      uniques: [{ name: `${name}_name`, columnNames: ['generation', 'name_key'] }],
      indices: [{ name: `${name}_id`, columnNames: ['id'] }],
    });
  const edges = (name: string, above: string, below: string) =>
    new Table({
      name,
      columns: [number('generation', primary), number(above, primary), number(below, primary)],
      indices: [{ name: `${name}_reverse`, columnNames: ['generation', below, above] }],
      withoutRowid: !mysql,
    });

  return [
    new Table({
      name: 'directory',
      columns: [
        number('id', primary),
        text('name', 255),
        key('name_key'),
        text('type', 16),
        flag('active'),
        flag('nested_groups'),
        longText('connection', nullable),
        longText('password', nullable),
        number('generation'),
        number('position'),
      ],
      uniques: [
        { name: 'directory_name', columnNames: ['name_key'] },
        { name: 'directory_generation', columnNames: ['generation'] },
        { name: 'directory_position', columnNames: ['position'] },
      ],
    }),
    new Table({
      name: 'directory_freshness',
      columns: [
        number('directory_id', primary),
        number('current_run', nullable),
        number('last_succeeded_at', nullable),
        number('stale_since', nullable),
      ],
    }),
    new Table({
      name: 'generation',
      columns: [
        number('id', primary),
        number('directory_id'),
        number('created_at'),
        flag('condemned'),
      ],
    }),
    people('directory_user', [
      text('display_name', 255),
      text('first_name', 255),
      text('last_name', 255),
      text('email', 255),
      flag('active'),
      text('external_id', 255, nullable),
    ]),
    people('directory_group', [text('description', 255), flag('active')]),
    edges('membership', 'group_id', 'user_id'),
    edges('nesting', 'parent_id', 'child_id'),
    new Table({
      name: 'user_password',
      columns: [number('user_id', primary), longText('hash')],
    }),
    new Table({
      name: 'synchronisation_run',
      columns: [
        number('id', primary),
        number('directory_id'),
        number('started_at'),
        number('finished_at', nullable),
        number('last_sign_at'),
        text('outcome', 16),
        text('reason', 64, nullable),
        longText('message', nullable),
        longText('counts'),
        number('revision', nullable),
      ],
      indices: [
        { name: 'synchronisation_run_directory', columnNames: ['directory_id', 'id'] },
        { name: 'synchronisation_run_outcome', columnNames: ['outcome', 'last_sign_at'] },
      ],
    }),
  ];
}
