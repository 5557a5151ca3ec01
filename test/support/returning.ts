import { connectCrowd } from '../../src/connector/index.js';
import { SetClock } from '../store/builders.js';
import { storeWith } from '../sync/run-harness.js';
import type { TestDatabase } from './databases.js';
import { datedEvents } from './event-server.js';
import { openTestGateway, type TestGateway } from './gateway.js';
import { loggedEvents } from './logged-events.js';
import type { ReturningFile } from './returning-format.js';
import { type Mode, ReturningPlayer } from './returning-player.js';
import { ReturningServer } from './returning-server.js';
import { setUp } from './returning-setup.js';
import { unmetState } from './returning-state.js';
import { removeEverything } from './scenario-store.js';

/** A gateway with one database and one server, on which scenarios are played one after the other. */
export class ReturningStage {
  readonly #opened: TestGateway;
  readonly #server: ReturningServer;
  readonly #clock: SetClock;

  private constructor(opened: TestGateway, server: ReturningServer, clock: SetClock) {
    this.#opened = opened;
    this.#server = server;
    this.#clock = clock;
  }

  static async open(database: TestDatabase): Promise<ReturningStage> {
    const clock = new SetClock();
    const url = await database.create();
    const opened = await openTestGateway({ url, clock, connect: connectCrowd });
    return new ReturningStage(opened, await ReturningServer.start(), clock);
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#opened.close();
  }

  /**
   * Removes what the scenario before has left and plays this one.
   * @returns what was wrong, in sentences; empty when all is well.
   */
  async play(file: ReturningFile, mode: Mode): Promise<string[]> {
    const { gateway, operator } = this.#opened;
    const { store } = gateway;
    // Days pass in these scenarios, and everything is not to be compared each time.
    const reader = { ...store.reader, lastFullRun: async () => null };
    const { value: directory } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      await removeEverything(transaction);
      return setUp(transaction, this.#server.url, file);
    });
    this.#server.begin(mode === 'by events of a log' ? loggedEvents : datedEvents);
    const player = new ReturningPlayer(
      { ...gateway, store: storeWith(store, { reader }) },
      { operator, directory, mode, server: this.#server, clock: this.#clock },
    );
    const problems: string[] = [];
    for (const [i, step] of file.steps.entries()) {
      const found = await player.take(step);
      problems.push(...found.map((problem) => `step ${i + 1}: ${problem}`));
    }
    const nothing = { grants: {}, setAside: [], tombstones: [] };
    const left = unmetState({ ...nothing, ...file.end }, await player.present());
    return [...problems, ...left.map((problem) => `end: ${problem}`)];
  }
}
