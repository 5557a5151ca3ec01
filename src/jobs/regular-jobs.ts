import type { Agenda, Job } from 'agenda';
import { type Tell, whileAlive } from './while-alive.js';

/** Work that one of several processes does every so often. Coming twice or late must do no harm. */
export interface RegularJob {
  readonly name: string;
  readonly everyMinutes: number;
  /** How long after the first start ever; a later start leaves the time as it was. */
  readonly firstMs: number;
  work(): Promise<unknown>;
}

/** Jobs that many installations began together drift apart by up to this share of their interval. */
const JITTER = 0.05;

/** Makes a job known to this process and, where no process has yet, plans it. */
export async function planRegularly(
  agenda: Agenda,
  keeping: { readonly lockLifeMs: number; readonly tell: Tell },
  { name, everyMinutes, firstMs, work }: RegularJob,
): Promise<void> {
  const run = async (job: Job) => {
    await whileAlive(job, keeping, work);
    const pauseMs = everyMinutes * 60_000 * (1 + JITTER * Math.random());
    job.attrs.nextRunAt = new Date(Date.now() + pauseMs);
  };
  agenda.define(name, run, { concurrency: 1, lockLimit: 1 });
  const repeatInterval = `${everyMinutes} minutes`;
  const { jobs } = await agenda.queryJobs({ name });
  if (jobs.some((held) => held.nextRunAt && held.repeatInterval === repeatInterval)) return;
  const job = agenda.create(name);
  job.attrs.type = 'single';
  job.repeatEvery(repeatInterval, { skipImmediate: true });
  job.attrs.nextRunAt = new Date(Date.now() + firstMs * (1 + JITTER * Math.random()));
  await job.save();
}
