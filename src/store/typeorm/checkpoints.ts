import { stat } from 'node:fs/promises';
import type LibsqlAside from 'libsql/promise';
import { openAside } from './libsql.js';
import type { Turns } from './turns.js';

/** As many pages as SQLite itself lets the log grow. */
const LOG_BYTES = 1_000 * 4_096;

/**
 * Takes SQLite's write-ahead log into the database file when it has grown. SQLite would do so within a
 * commit, which then waits for two forced writes more and for pages all over the file.
 */
export class Checkpoints {
  private readonly path: string;
  private readonly turns: Turns;
  private readonly waitMs: number;
  private connection: LibsqlAside | null = null;
  private underWay: Promise<void> | null = null;
  private closed = false;

  /** @param turns of those who write. */
  constructor(path: string, turns: Turns, waitMs: number) {
    this.path = path;
    this.turns = turns;
    this.waitMs = waitMs;
  }

  /** After a commit. Never fails: what is not taken over now stays in the log until the next one. */
  look(): void {
    if (this.closed) return;
    this.underWay ??= this.takeOver()
      .catch(() => undefined)
      .finally(() => {
        this.underWay = null;
      });
  }

  /** Before the last turn to write is taken, which this may be waiting for. */
  async close(): Promise<void> {
    this.closed = true;
    await this.underWay;
    this.connection?.close();
  }

  private async takeOver(): Promise<void> {
    const { size } = await stat(`${this.path}-wal`);
    if (size < LOG_BYTES) return;
    this.connection ??= openAside(this.path);
    // Most of it while others write; then the rest, so that the log begins anew.
    await this.connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
    const endTurn = await this.turns.take(this.waitMs);
    try {
      await this.connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      endTurn();
    }
  }
}
