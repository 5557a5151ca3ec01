import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const TABLE = 'user_session';

/** Who has signed in and need not again for a while. */
export class CreateUserSessions1795000000011 implements MigrationInterface {
  readonly name = 'CreateUserSessions1795000000011';

  async up(runner: QueryRunner): Promise<void> {
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
    const nullable = { isNullable: true };
    const table = new Table({
      name: TABLE,
      columns: [
        text('digest', 64, { isPrimary: true }),
        number('directory_id', nullable),
        number('user_id', nullable),
        { name: 'name_key', ...(mysql ? { type: 'varbinary', length: '1020' } : { type: 'text' }) },
        text('password_digest', 64, nullable),
        number('application_id', nullable),
        { name: 'vouched_for', type: mysql ? 'tinyint' : 'integer' },
        number('created_at'),
        number('last_seen_at'),
        number('expires_at'),
        number('idle_ms'),
        number('ends_at'),
        { name: 'factors', type: mysql ? 'longtext' : 'text', ...utf8 },
      ],
      indices: [
        { name: 'user_session_user', columnNames: ['directory_id', 'user_id'] },
        { name: 'user_session_application', columnNames: ['application_id'] },
        { name: 'user_session_ends_at', columnNames: ['ends_at'] },
      ],
    });
    await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(TABLE, true);
  }
}
