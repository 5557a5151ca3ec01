import { Agenda, type Job } from 'agenda';
import type { Gateway } from '../usecase/index.js';
import { auditIndexDaily } from './audit-index-daily.js';
import { auditRowsDaily } from './audit-rows-daily.js';
import { Courier } from './courier.js';
import { DirectoryTurns, movesTurns } from './directory-turns.js';
import { type JobTimes, TIMES } from './job-times.js';
import { planRegularly } from './regular-jobs.js';
import { SqlBackend } from './sql-backend/index.js';
import { tidyUpDaily } from './tidy-up-daily.js';
import { watchLicence } from './watch-licence.js';
import type { Tell } from './while-alive.js';

/** Of one process, so that many directories do not take everything for themselves. */
const RUNS_AT_ONCE = 2;
/** What comes every ten minutes or less often is not looked for every few seconds. */
const LOOK_FOR_UPKEEP_MS = 15_000;

/** Jobs that run until they are stopped. */
export interface RunningJobs {
  /**
   * Takes no new job and lets go of those that wait; waits for none that runs, but for calls of endpoints,
   * which take some seconds at most.
   */
  stop(): Promise<void>;
}

/** Begins to do what is to be done again and again: synchronisations, and the upkeep of the database. */
export async function startJobs(gateway: Gateway, times = TIMES): Promise<RunningJobs> {
  let stopped = false;
  const tell: Tell = (error, message) => {
    // What comes while everything is being closed is of no interest.
    if (!stopped) gateway.log.error({ err: error }, message);
  };
  const forDirectories = agendaOf(gateway, times, RUNS_AT_ONCE, tell);
  // Apart from the synchronisations, which may take long and all places for themselves.
  const forUpkeep = agendaOf(gateway, { ...times, lookEveryMs: LOOK_FOR_UPKEEP_MS }, 1, tell);
  const turns = new DirectoryTurns(gateway, forDirectories, times, tell);
  for (const job of [tidyUpDaily(gateway), watchLicence(gateway), auditRowsDaily(gateway)]) {
    await planRegularly(forUpkeep, { lockLifeMs: times.lockLifeMs, tell }, job).catch(
      (error: unknown) => tell(error, `${job.name} could not be planned`),
    );
  }
  await forDirectories.start();
  await forUpkeep.start();
  const stopListening = gateway.live.listen((changes, heard) => {
    const moved = heard === 'NOT_ALL' || changes.some(({ change }) => movesTurns(change));
    if (moved) void turns.plan();
  });
  await turns.plan();
  await turns.forgetOthers();
  const makingUp = setInterval(() => {
    void turns.makeUp();
    void turns.takeOver();
  }, times.lookEveryMs);
  const stopAudits = auditIndexDaily(gateway);
  const courier = new Courier(gateway, times.lookEveryMs, tell);
  return {
    stop: async () => {
      stopped = true;
      turns.stopped = true;
      stopListening();
      clearInterval(makingUp);
      stopAudits();
      const callsEnded = courier.stop();
      await forDirectories.stop();
      await forUpkeep.stop();
      await callsEnded;
    },
  };
}

function agendaOf(
  { store }: Gateway,
  { lookEveryMs, lockLifeMs }: JobTimes,
  atOnce: number,
  tell: Tell,
): Agenda {
  const agenda = new Agenda({
    backend: new SqlBackend(store.sql),
    processEvery: lookEveryMs,
    defaultLockLifetime: lockLifeMs,
    maxConcurrency: atOnce,
  });
  agenda.on('error', (error) => tell(error, 'a job could not be taken or ended'));
  agenda.on('fail', (error: unknown, job: Job) => tell(error, `${job.attrs.name} failed`));
  return agenda;
}
