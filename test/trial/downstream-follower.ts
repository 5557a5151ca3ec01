import { setTimeout as delay } from 'node:timers/promises';
import type { FullRunCause, RunOutcome } from '../../src/domain/index.js';
import { connectServer } from '../support/company-and-gateway.js';
import type { RestartingGateway } from '../support/restarting-gateway.js';
import { mutate } from './downstream-mutations.js';
import { HELD_BY_NUMBERS_NEVER, NEVER_BY_ITSELF_MINUTES } from './downstream-source.js';

/** One run as GraphQL tells of it. */
export interface ToldRun {
  readonly id: string;
  readonly outcome: RunOutcome;
  readonly kind: 'FULL' | 'INCREMENTAL' | null;
  readonly fullCause: FullRunCause | null;
  readonly reason: string | null;
  readonly message: string | null;
}

/** A run that lost its process is given up after a quarter of a minute; the rest is for a busy machine. */
const MOST_ATTEMPTS = 240;
const RUNS_AT_A_TIME = 50;
/** Held by whom the second gateway's own permissions are given by: it is emptied now and then. */
const GRANTED_GROUP = 'devs';

/** The copy of the first gateway in the second. */
export class FollowingDirectory {
  readonly #gateway: RestartingGateway;
  readonly id: string;
  readonly #seen = new Set<string>();

  private constructor(gateway: RestartingGateway, id: string) {
    this.#gateway = gateway;
    this.id = id;
  }

  static async connect(gateway: RestartingGateway, serverUrl: string): Promise<FollowingDirectory> {
    await gateway.admin.ask(
      `mutation ($name: String!) {
        grantPermission(permission: "LICENSED_USER", subject: { type: GROUP, name: $name }) { revision }
      }`,
      { name: GRANTED_GROUP },
    );
    const id = await connectServer(gateway.process, 'first', {
      serverUrl,
      intervalMinutes: NEVER_BY_ITSELF_MINUTES,
      onUserRemoved: 'DELETE',
      ...HELD_BY_NUMBERS_NEVER,
    });
    return new FollowingDirectory(gateway, id);
  }

  /** Starts a run and waits for its end. @throws Error also when the process ends meanwhile. */
  async run(full: boolean): Promise<void> {
    await this.#gateway.admin.ask(
      'mutation ($id: ID!, $full: Boolean!) { synchroniseDirectory(id: $id, full: $full) { revision } }',
      { id: this.id, full },
    );
  }

  /** The same, once no other run is in the way: that of a killed process has a lease for a while. */
  async runWhenFree(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.run(false);
      } catch (error) {
        const isBusy = String(error).includes('SYNCHRONISATION_RUNNING');
        if (!isBusy || attempt === MOST_ATTEMPTS) throw error;
        await delay(500);
      }
    }
  }

  /** As an administrator does who has seen what it takes away; everything is read for it. */
  async release(run: ToldRun): Promise<void> {
    await this.#gateway.admin.ask(
      'mutation ($run: ID!) { releaseSynchronisation(run: $run) { revision } }',
      { run: run.id },
    );
  }

  /** Enters another password of the application at the first gateway. */
  async changePassword(applicationPassword: string): Promise<void> {
    await mutate(this.#gateway.admin, [
      'editDirectory',
      { id: this.id, input: { applicationPassword } },
    ]);
  }

  /** Runs that were not told before, the oldest first. One that still goes on is told again. */
  async newRuns(): Promise<ToldRun[]> {
    const { directory } = await this.#gateway.admin.ask<{
      directory: { runs: { nodes: ToldRun[] } };
    }>(
      `query ($id: ID!, $first: Int!) { directory(id: $id) { runs(first: $first) {
        nodes { id outcome kind fullCause reason message }
      } } }`,
      { id: this.id, first: RUNS_AT_A_TIME },
    );
    const fresh = directory.runs.nodes.filter(({ id }) => !this.#seen.has(id)).reverse();
    for (const { id, outcome } of fresh) if (outcome !== 'RUNNING') this.#seen.add(id);
    return fresh;
  }
}
