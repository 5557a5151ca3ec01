import { globalId } from '../../src/api/global-id.js';
import { REMOVAL_POLICIES } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { connectServer, synchroniseAfterKill } from '../support/company-and-gateway.js';
import { eventServer, type Stage } from '../support/event-server.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import type { Random } from '../support/random.js';
import type { RestartingGateway } from '../support/restarting-gateway.js';
import { Upstream } from '../support/upstream.js';
import { UpstreamHistory } from '../support/upstream-history.js';
import type { Change, HeldDirectory } from './downstream-change.js';
import { type Mutation, mutateWhileAllowed } from './downstream-mutations.js';

const NAME = 'third';
/** Places in its log that the third server knows. */
const KNOWN_PLACES = 4;
/** A week: nothing is synchronised while nobody waits for it. */
export const NEVER_BY_ITSELF_MINUTES = 7 * 24 * 60;
export const HELD_BY_NUMBERS_NEVER = { mostRemovedPercent: 100, mostRemovedUsers: 1_000_000 };

/** A third server, of which the gateway that is followed has a copy. */
export class ThirdServer {
  readonly #server: LocalServer;
  readonly #gateway: RestartingGateway;
  readonly #store: GatehouseStore;
  readonly #random: Random;
  readonly #upstream: Upstream;
  readonly #history: UpstreamHistory;
  readonly #stages: Stage[] = [];
  #id = '';

  private constructor(
    server: LocalServer,
    gateway: RestartingGateway,
    store: GatehouseStore,
    random: Random,
  ) {
    this.#server = server;
    this.#gateway = gateway;
    this.#store = store;
    this.#random = random;
    this.#upstream = new Upstream({
      events: 'DATES',
      keys: true,
      tellsLostEdges: true,
      caseLeavesTombstone: true,
    });
    this.#history = new UpstreamHistory(this.#upstream, random);
  }

  static async connect(
    gateway: RestartingGateway,
    store: GatehouseStore,
    random: Random,
  ): Promise<ThirdServer> {
    const server = await startServer(() => undefined);
    const third = new ThirdServer(server, gateway, store, random);
    third.#advance();
    third.#id = await connectServer(gateway.process, NAME, {
      serverUrl: server.url,
      intervalMinutes: NEVER_BY_ITSELF_MINUTES,
      ...HELD_BY_NUMBERS_NEVER,
    });
    await third.settle();
    return third;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /**
   * Copies the third server once no run of a killed process is in the way, so that none comes by itself.
   * A directory that is switched off stays as it is.
   */
  async settle(): Promise<void> {
    const directories = await this.#store.reader.directories();
    if (!directories.some(({ connection, active }) => connection !== null && active)) return;
    const { outcome, reason } = await synchroniseAfterKill(this.#gateway.process, this.#id);
    if (outcome !== 'SUCCEEDED') throw new Error(`the third server was not copied: ${reason}`);
  }

  async next(held: readonly HeldDirectory[]): Promise<Change> {
    const copy = held.find(({ directory }) => directory.connection !== null)!.directory;
    const id = this.#id;
    const { items } = await this.#store.tombstones.page(copy.id, { first: 50, after: null });
    // Whose row has stayed cannot be restored.
    const gone = items.filter(({ userId }) => userId === null);
    if (gone.length > 0 && this.#random.chance(25)) {
      const tombstone = this.#random.pick(gone);
      const field = this.#random.chance(75) ? 'restoreUser' : 'purgeDeletedUser';
      const args = { deletedUser: globalId('DeletedUser', tombstone.id) };
      return this.#mutation('deleted user', [field, args]);
    }
    if (this.#random.chance(20)) {
      const connection = this.#settings();
      return this.#mutation('filter', ['editDirectory', { id, input: { connection } }]);
    }
    return {
      kind: 'third server: synchronised',
      line: 'the third server goes on, and its copy is synchronised',
      movesView: false,
      make: async () => {
        if (!copy.active) return false;
        this.#advance();
        await this.settle();
        return true;
      },
    };
  }

  #settings(): object {
    const random = this.#random;
    return random.pick([
      { onlyUsers: [], onlyGroups: [] },
      { onlyUsers: ['r*', '*e*'] },
      { onlyGroups: ['*s'] },
      { onUserRemoved: random.pick(REMOVAL_POLICIES) },
    ]);
  }

  #mutation(kind: string, mutation: Mutation): Change {
    return {
      kind: `third server: ${kind}`,
      line: `administrator: ${mutation[0]} ${JSON.stringify(mutation[1])}`,
      movesView: false,
      make: async () => (await mutateWhileAllowed(this.#gateway.admin, [mutation])) > 0,
    };
  }

  #advance(): void {
    const steps = 1 + this.#random.below(6);
    for (let i = 0; i < steps; i++) this.#history.step();
    this.#stages.push({
      token: `place ${this.#stages.length}`,
      document: this.#upstream.document(),
    });
    this.#server.behave(eventServer(this.#stages.slice(-KNOWN_PLACES)));
  }
}
