import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/**
 * What the upkeep of the store goes by: up to where the log was cut off, what it last told about the
 * licence, and what the audits found.
 */
export class CreateUpkeep1795000000007 implements MigrationInterface {
  readonly name = 'CreateUpkeep1795000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner)) await runner.createTable(table, true);
    const insert =
      runner.connection.options.type === 'mysql' ? 'INSERT IGNORE' : 'INSERT OR IGNORE';
    await runner.query(`${insert} INTO log_cut VALUES (1, 0)`);
    const { revision, nearSince, overSince } = toldSoFar(await warnings(runner));
    // Nobody was told of the end of a grace period yet: the next check will.
    await runner.query(`${insert} INTO licence_watch VALUES (1, ?, ?, ?, NULL)`, [
      revision,
      nearSince,
      overSince,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner).reverse()) await runner.dropTable(table, true);
  }
}

interface Warning {
  readonly revision: number;
  readonly at: number;
  readonly body: string;
}

/** Every licence warning of the log; there are few. */
function warnings(runner: QueryRunner): Promise<Warning[]> {
  return runner.query(
    'SELECT entry.revision, made.at, entry.body FROM change_log entry ' +
      'JOIN revision made ON made.revision = entry.revision ' +
      "WHERE entry.kind = 'LicenceWarning' ORDER BY entry.revision, entry.ordinal",
  );
}

function toldSoFar(told: readonly Warning[]) {
  const so = { revision: 0, nearSince: null as number | null, overSince: null as number | null };
  for (const { revision, at, body } of told) {
    const { threshold, direction } = JSON.parse(body);
    so.revision = Number(revision);
    so[threshold === 100 ? 'overSince' : 'nearSince'] = direction === 'UP' ? Number(at) : null;
  }
  return so;
}

function tables(runner: QueryRunner): Table[] {
  const mysql = runner.connection.options.type === 'mysql';
  const utf8 = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  const number = (name: string, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => {
    return { name, type: mysql ? 'bigint' : 'integer', ...rest };
  };
  const text = (name: string, length: number): TableColumnOptions => {
    return {
      name,
      ...(mysql ? { type: 'varchar', length: String(length), ...utf8 } : { type: 'text' }),
    };
  };
  const primary = { isPrimary: true };
  const nullable = { isNullable: true };
  return [
    new Table({ name: 'log_cut', columns: [number('id', primary), number('revision')] }),
    new Table({
      name: 'licence_watch',
      columns: [
        number('id', primary),
        number('revision'),
        number('near_since', nullable),
        number('over_since', nullable),
        number('grace_ended_at', nullable),
      ],
    }),
    new Table({
      name: 'self_audit',
      columns: [
        number('id', primary),
        text('subject', 16),
        number('at'),
        number('revision'),
        number('duration_ms'),
        { name: 'differences', type: mysql ? 'longtext' : 'text', ...utf8 },
      ],
    }),
  ];
}
