import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/**
 * State and settings, permission schemes, grants, applications and the change log. Each table is
 * made only if it is missing: MySQL commits every one of them by itself, so a migration that was
 * interrupted must be able to run again.
 */
export class CreateGatewayState1795000000001 implements MigrationInterface {
  readonly name = 'CreateGatewayState1795000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner)) await runner.createTable(table, true);
    const insert =
      runner.connection.options.type === 'mysql' ? 'INSERT IGNORE' : 'INSERT OR IGNORE';
    for (const [table, rows] of Object.entries(SEEDS)) {
      for (const row of rows) {
        const marks = row.map(() => '?').join(', ');
        await runner.query(`${insert} INTO ${table} VALUES (${marks})`, row);
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner).reverse()) await runner.dropTable(table, true);
  }
}

/** Bitbucket's four global permissions, each including the ones before it. */
const SEEDS = {
  permission_scheme: [['bitbucket', 'Bitbucket', 'LICENSED_USER', 'ADMIN', 'SYS_ADMIN']],
  permission: [
    [
      'bitbucket',
      'LICENSED_USER',
      0,
      'Bitbucket User',
      'Signs in and sees whatever is open to every licensed user. Takes a seat of the licence.',
    ],
    [
      'bitbucket',
      'PROJECT_CREATE',
      1,
      'Project Creator',
      'Starts projects of their own; safe to give to many people.',
    ],
    [
      'bitbucket',
      'ADMIN',
      2,
      'Admin',
      'Manages users, groups, global permissions and most settings, and reaches every project and repository.',
    ],
    [
      'bitbucket',
      'SYS_ADMIN',
      3,
      'System Admin',
      'Decides about the system itself: directories, licence, servers. For as few people as possible.',
    ],
  ],
  permission_implication: [
    ['bitbucket', 'PROJECT_CREATE', 'LICENSED_USER'],
    ['bitbucket', 'ADMIN', 'PROJECT_CREATE'],
    ['bitbucket', 'SYS_ADMIN', 'ADMIN'],
  ],
  gateway_state: [[1, 0, 'bitbucket', 'FIRST_DIRECTORY', null]],
  id_counter: [[1, 1]],
};

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
  const toScheme = {
    columnNames: ['scheme_key'],
    referencedTableName: 'permission_scheme',
    referencedColumnNames: ['scheme_key'],
  };
  const toPermission = (column: string) => ({
    columnNames: ['scheme_key', column],
    referencedTableName: 'permission',
    referencedColumnNames: ['scheme_key', 'permission_key'],
  });

  return [
    new Table({
      name: 'permission_scheme',
      columns: [
        text('scheme_key', 64, primary),
        text('title', 255),
        text('seat', 64),
        text('administration', 64),
        text('system_administration', 64),
      ],
    }),
    new Table({
      name: 'permission',
      columns: [
        text('scheme_key', 64, primary),
        text('permission_key', 64, primary),
        number('position'),
        text('title', 255),
        longText('description'),
      ],
      foreignKeys: [toScheme],
    }),
    new Table({
      name: 'permission_implication',
      columns: [
        text('scheme_key', 64, primary),
        text('permission_key', 64, primary),
        text('implied_key', 64, primary),
      ],
      foreignKeys: [toPermission('permission_key'), toPermission('implied_key')],
    }),
    new Table({
      name: 'gateway_state',
      columns: [
        number('id', primary),
        number('revision'),
        text('scheme_key', 64),
        text('membership_mode', 32),
        number('licence_limit', nullable),
      ],
      foreignKeys: [toScheme],
    }),
    new Table({ name: 'id_counter', columns: [number('id', primary), number('next_id')] }),
    new Table({
      name: 'permission_grant',
      columns: [
        number('id', primary),
        text('permission', 64),
        text('subject_type', 16),
        text('subject_name', 255),
        key('subject_key'),
      ],
      uniques: [
        {
          name: 'permission_grant_once',
          columnNames: ['permission', 'subject_type', 'subject_key'],
        },
      ],
    }),
    new Table({
      name: 'application',
      columns: [
        number('id', primary),
        text('name', 255),
        key('name_bytes'),
        flag('active'),
        longText('remote_addresses'),
        longText('password_hash'),
      ],
      uniques: [{ name: 'application_name', columnNames: ['name_bytes'] }],
    }),
    new Table({
      name: 'revision',
      columns: [number('revision', primary), number('at'), longText('origin')],
    }),
    new Table({
      name: 'change_log',
      columns: [
        number('revision', primary),
        number('ordinal', primary),
        text('kind', 32),
        number('directory_id', nullable),
        longText('body'),
      ],
      indices: [{ name: 'change_log_kind', columnNames: ['kind', 'revision', 'ordinal'] }],
    }),
  ];
}
