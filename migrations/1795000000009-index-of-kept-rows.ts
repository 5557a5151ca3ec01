import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const TOMBSTONES = 'tombstone';
const ROW = 'tombstone_row';

/** Every run asks for the rows of its directory that stay, and whoever is remembered for theirs. */
export class IndexOfKeptRows1795000000009 implements MigrationInterface {
  readonly name = 'IndexOfKeptRows1795000000009';

  async up(runner: QueryRunner): Promise<void> {
    const table = await runner.getTable(TOMBSTONES);
    // MySQL keeps what an interrupted migration has done.
    if (table?.indices.some(({ name }) => name === ROW)) return;
    await runner.createIndex(
      TOMBSTONES,
      new TableIndex({ name: ROW, columnNames: ['directory_id', 'user_id'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex(TOMBSTONES, ROW, true);
  }
}
