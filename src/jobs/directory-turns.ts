import type { Agenda, Job } from 'agenda';
import {
  asId,
  type Change,
  type Directory,
  type DirectoryId,
  isGatehouseError,
} from '../domain/index.js';
import { type Gateway, runSynchronisation } from '../usecase/index.js';
import { dueAt } from './due-at.js';
import type { JobTimes } from './job-times.js';
import { type Tell, whileAlive } from './while-alive.js';

/** Directories that were connected together drift apart by up to this share of their interval. */
const JITTER = 0.05;
const NAME = 'synchronise directory ';

interface Turn {
  readonly directoryId: DirectoryId;
}

/** Whether a change may give a directory other turns than it has. */
export function movesTurns({ kind }: Change): boolean {
  return kind === 'DirectoryAdded' || kind === 'DirectoryChanged' || kind === 'DirectoryRemoved';
}

/**
 * Synchronises each directory at its own interval. Agenda says when somebody should look and which
 * of several processes does; whether a directory is due is told by its run records, so a turn that
 * comes twice, too early or after a restart does no harm.
 */
export class DirectoryTurns {
  stopped = false;
  private readonly gateway: Gateway;
  private readonly agenda: Agenda;
  private readonly times: JobTimes;
  private readonly tell: Tell;
  /** What was planned last, by the name of the job: the interval in minutes. */
  private readonly planned = new Map<string, number>();
  /** Whether the directories were not looked at when they should have been. */
  private behind = false;
  private underWay: Promise<void> = Promise.resolve();

  constructor(gateway: Gateway, agenda: Agenda, times: JobTimes, tell: Tell) {
    this.gateway = gateway;
    this.times = times;
    this.agenda = agenda;
    this.tell = tell;
  }

  /**
   * Makes the jobs those of the directories as they are now; what fails is made up for by `makeUp`. Never
   * fails; one call follows another, as with the next two.
   */
  plan(): Promise<void> {
    return this.inTurn('synchronisations could not be planned', () => this.planNow());
  }

  /** Removes jobs of directories that were removed while nobody looked. */
  forgetOthers(): Promise<void> {
    return this.inTurn('jobs of removed directories could not be removed', async () => {
      // Whoever does not know the directories would take all jobs for those of removed ones.
      if (this.behind) return;
      const { jobs } = await this.agenda.queryJobs({ search: NAME });
      for (const { name } of jobs) if (!this.planned.has(name)) await this.agenda.cancel({ name });
    });
  }

  /** Plans anew if something of it has failed. */
  async makeUp(): Promise<void> {
    if (!this.behind) return;
    this.behind = false;
    await this.plan();
    await this.forgetOthers();
  }

  /** Has directories synchronised at once whose run lost its process. Never fails. */
  async takeOver(): Promise<void> {
    try {
      const { reader, runs } = this.gateway.store;
      const orphaned = new Set(await runs.abortOrphans('RUN_OUT'));
      if (orphaned.size === 0 || this.stopped) return;
      this.gateway.log.warn({ runs: orphaned.size }, 'runs of an ended process are begun anew');
      for (const directory of await reader.directories()) {
        const name = NAME + directory.id;
        if (!orphaned.has(directory.id) || !this.planned.has(name)) continue;
        await this.planOne(name, directory, this.gateway.clock.now());
      }
    } catch (error) {
      this.tell(error, 'it could not be looked for runs of ended processes');
    }
  }

  private inTurn(failed: string, work: () => Promise<void>): Promise<void> {
    this.underWay = this.underWay.then(work).catch((error: unknown) => {
      this.behind = true;
      this.tell(error, failed);
    });
    return this.underWay;
  }

  private async planNow(): Promise<void> {
    if (this.stopped) return;
    const { reader, runs } = this.gateway.store;
    const directories = await reader.directories();
    const latest = await runs.latest(directories.map(({ id }) => id));
    const gone = new Set(this.planned.keys());
    for (const directory of directories) {
      const run = latest.find(({ directoryId }) => directoryId === directory.id);
      const due = dueAt(directory, run, this.gateway.clock.now());
      if (due === null || directory.connection === null) continue;
      const name = NAME + directory.id;
      gone.delete(name);
      const { intervalMinutes } = directory.connection;
      if (this.planned.get(name) === intervalMinutes) continue;
      const soonest = this.gateway.clock.now().getTime() + this.times.firstTurnMs;
      await this.planOne(name, directory, new Date(Math.max(due.getTime(), soonest)));
      this.planned.set(name, intervalMinutes);
    }
    for (const name of gone) {
      await this.agenda.cancel({ name });
      delete this.agenda.definitions[name];
      this.planned.delete(name);
    }
  }

  private async planOne(name: string, { id, connection }: Directory, at: Date): Promise<void> {
    this.agenda.define<Turn>(name, (job) => this.take(job), { concurrency: 1, lockLimit: 1 });
    const job = this.agenda.create<Turn>(name, { directoryId: id });
    job.attrs.type = 'single';
    job.repeatEvery(`${connection?.intervalMinutes} minutes`, { skipImmediate: true });
    job.attrs.nextRunAt = at;
    await job.save();
  }

  private async take(job: Job<Turn>): Promise<void> {
    const id = asId<DirectoryId>(job.attrs.data.directoryId);
    const { reader, runs } = this.gateway.store;
    const directory = (await reader.directories()).find((held) => held.id === id);
    const [latest] = await runs.latest([id]);
    const now = this.gateway.clock.now();
    const due = directory ? dueAt(directory, latest, now) : null;
    if (this.stopped || !directory?.connection || due === null) return;
    if (due > now) {
      // Somebody has synchronised meanwhile: an interval counts from the latest run.
      job.attrs.nextRunAt = due;
      return;
    }
    await this.run(job, id);
    const intervalMs = directory.connection.intervalMinutes * 60_000;
    job.attrs.nextRunAt = new Date(now.getTime() + intervalMs * (1 + JITTER * Math.random()));
  }

  private async run(job: Job<Turn>, id: DirectoryId): Promise<void> {
    try {
      await whileAlive(job, { ...this.times, tell: this.tell }, () =>
        runSynchronisation(this.gateway, id),
      );
    } catch (error) {
      // Another process, or an admin's click, was first.
      if (!isGatehouseError(error, 'SYNCHRONISATION_RUNNING')) throw error;
    }
  }
}
