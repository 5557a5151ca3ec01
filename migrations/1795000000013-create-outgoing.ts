import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/** Where applications are called, the mails they asked for, and the tokens that such mails carry. */
export class CreateOutgoing1795000000013 implements MigrationInterface {
  readonly name = 'CreateOutgoing1795000000013';

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
  const longText = (name: string, rest: Rest = {}): TableColumnOptions => {
    return { name, type: mysql ? 'longtext' : 'text', ...utf8, ...rest };
  };
  const primary = { isPrimary: true };
  const nullable = { isNullable: true };
  const deliveryColumns = [
    number('failures'),
    number('failing_since', nullable),
    text('last_fault', 32, nullable),
    number('last_status', nullable),
    number('next_try_at', nullable),
    number('claimed_until', nullable),
    text('claim', 36, nullable),
  ];
  return [
    new Table({
      name: 'webhook',
      columns: [
        number('id', primary),
        number('application_id'),
        text('endpoint_url', 2048),
        text('endpoint_digest', 64),
        longText('token', nullable),
        number('created_at'),
        number('told_revision'),
        number('last_success_at', nullable),
        ...deliveryColumns,
      ],
      indices: [
        {
          name: 'webhook_endpoint',
          columnNames: ['application_id', 'endpoint_digest'],
          isUnique: true,
        },
        { name: 'webhook_next_try', columnNames: ['next_try_at'] },
      ],
    }),
    new Table({
      name: 'outgoing_mail',
      columns: [
        number('id', primary),
        number('application_id'),
        text('application_name', 255),
        text('recipient', 64),
        longText('content'),
        number('created_at'),
        text('state', 16),
        ...deliveryColumns,
      ],
      indices: [
        { name: 'outgoing_mail_next_try', columnNames: ['state', 'next_try_at'] },
        {
          name: 'outgoing_mail_recipient',
          columnNames: ['application_id', 'created_at', 'recipient'],
        },
      ],
    }),
    new Table({
      name: 'password_reset',
      columns: [
        text('digest', 64, primary),
        number('directory_id'),
        number('user_id'),
        text('email', 255),
        number('expires_at'),
      ],
      indices: [
        { name: 'password_reset_user', columnNames: ['user_id'] },
        { name: 'password_reset_expires_at', columnNames: ['expires_at'] },
      ],
    }),
  ];
}
