import { setTimeout as delay } from 'node:timers/promises';
import { openCrowd } from '../../src/connector/index.js';
import {
  type Continuation,
  isGatehouseError,
  type SynchronisationRun,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { eventSource } from '../../src/sync/event-source.js';
import { type SynchroniseOptions, synchroniseDirectory } from '../../src/sync/index.js';
import { eventServer, type Stage } from '../support/event-server.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { RunProcess } from '../support/run-process.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
} from '../support/scripted-remote.js';
import { heldBeside } from '../sync/follow-document.js';
import { naivePicture } from '../sync/naive-picture.js';
import { CONNECTION, RunHarness } from '../sync/run-harness.js';

const USERS = 200;
const GROUPS = 40;
const MEMBERS = 40;

/** What a run has before it. */
export interface StageWork {
  readonly full: boolean;
  /** Most memberships change, so that a full run writes a new generation. */
  readonly bulk: boolean;
}

/** What a directory holds, and up to where it is told of events. */
export interface Standing {
  readonly contents: string;
  readonly next: Continuation;
}

/** A directory whose server goes from stage to stage, and which processes of their own bring in step. */
export class StagedDirectory {
  readonly #store: GatehouseStore;
  readonly #url: string;
  readonly #harness: RunHarness;
  readonly #server: LocalServer;
  readonly #source: string;
  readonly #stages: Stage[] = [];
  readonly #processes: RunProcess[] = [];
  /** Requests since the server went on last, and who waits for one of them. */
  #asked = 0;
  #onAsked: (nth: number) => void = () => undefined;
  readonly #durations = new Map<string, number>();
  /** How far members have moved on. */
  #shift = 0;

  private constructor(
    store: GatehouseStore,
    url: string,
    harness: RunHarness,
    server: LocalServer,
  ) {
    this.#store = store;
    this.#url = url;
    this.#harness = harness;
    this.#server = server;
    this.#source = eventSource({ ...CONNECTION, serverUrl: server.url });
  }

  /** @param url of the store's database. */
  static async make(store: GatehouseStore, url: string): Promise<StagedDirectory> {
    const server = await startServer(() => undefined);
    const harness = await RunHarness.make(store);
    await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.changeDirectory(harness.directory.id, {
        connection: { ...CONNECTION, serverUrl: server.url },
      }),
    );
    const directory = new StagedDirectory(store, url, harness, server);
    directory.advance(true);
    await directory.run();
    return directory;
  }

  /** Ends the processes, too: a frozen one would stay for ever. */
  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
    await this.#server.close();
  }

  /** The server goes on. @returns how the copy stands once it has followed. */
  advance(bulk: boolean): Standing {
    const at = this.#stages.length;
    if (bulk) this.#shift += 1;
    const stage = { token: `log:${at}`, document: companyAt(at, this.#shift) };
    this.#stages.push(stage);
    const behaviour = eventServer(this.#stages.slice(-3));
    this.#asked = 0;
    this.#server.behave((request, response) => {
      this.#asked += 1;
      this.#onAsked(this.#asked);
      return behaviour(request, response);
    });
    return {
      contents: JSON.stringify(naivePicture(stage.document)),
      next: { token: stage.token, source: this.#source },
    };
  }

  async standing(): Promise<Standing> {
    const { reader } = this.#store;
    const { id } = this.#harness.directory;
    // Nobody is anonymous here.
    const held = heldBeside(
      { users: [], groups: [], memberships: [], nestings: [] },
      await reader.contents(id),
    );
    return { contents: JSON.stringify(held), next: await reader.continuation(id) };
  }

  /** Requests since the server went on last. */
  get asked(): number {
    return this.#asked;
  }

  /** Resolves with the nth of them, before it is answered. */
  whenAsked(nth: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onAsked = (asked) => {
        if (asked === nth) resolve();
      };
    });
  }

  /** Milliseconds that such a run takes in a process, the first time it is asked for. */
  async durationOf(work: StageWork): Promise<number> {
    const kind = `${work.full ? 'full' : 'incremental'}, ${work.bulk ? 'large' : 'small'}`;
    const known = this.#durations.get(kind);
    if (known !== undefined) return known;
    this.advance(work.bulk);
    const process = await this.startProcess(work, 60_000);
    const begun = performance.now();
    process.begin();
    const end = await process.end();
    if (end?.outcome !== 'SUCCEEDED') throw new Error(`a run ended as ${JSON.stringify(end)}`);
    const duration = performance.now() - begun;
    this.#durations.set(kind, duration);
    return duration;
  }

  /** All durations that were measured. */
  get durations(): string {
    return [...this.#durations].map(([kind, ms]) => `${kind} ${ms.toFixed(0)} ms`).join('; ');
  }

  async startProcess({ full }: StageWork, leaseMs: number): Promise<RunProcess> {
    const { id: directoryId } = this.#harness.directory;
    const process = await RunProcess.start({ url: this.#url, directoryId, leaseMs, full });
    this.#processes.push(process);
    return process;
  }

  /** A run of this process. */
  run(options: SynchroniseOptions = {}): Promise<SynchronisationRun> {
    const services = {
      store: this.#store,
      log: this.#harness.logger(),
      connect: (...settings: Parameters<typeof openCrowd>) => openCrowd(...settings).ordinary,
    };
    return synchroniseDirectory(services, this.#harness.directory.id, options);
  }

  /** The same as soon as no other run has the lease. */
  async takeOver(options: SynchroniseOptions = {}): Promise<SynchronisationRun> {
    for (;;) {
      try {
        return await this.run(options);
      } catch (error) {
        if (!isGatehouseError(error, 'SYNCHRONISATION_RUNNING')) throw error;
        await delay(10);
      }
    }
  }
}

/** At each stage some come, go or change; with each shift most memberships are others. */
function companyAt(stage: number, shift: number): RemoteDocument {
  const user = (i: number) => `user-${(i % USERS) + (i % USERS === 0 ? stage * USERS : 0)}`;
  return {
    users: Array.from({ length: USERS }, (_, i) =>
      remoteUser(user(i), { displayName: i % 10 === 1 ? `of stage ${stage}` : '' }),
    ),
    groups: Array.from({ length: GROUPS }, (_, i) =>
      remoteGroup(i === 0 ? `group of stage ${stage}` : `group-${i}`),
    ),
    memberships: Array.from({ length: GROUPS }, (_, i) =>
      remoteMembers(
        i === 0 ? `group of stage ${stage}` : `group-${i}`,
        Array.from({ length: MEMBERS }, (_, k) => user(i * 7 + k + shift * MEMBERS)),
        i > 1 ? [`group-${i - 1}`] : [],
      ),
    ),
  };
}
