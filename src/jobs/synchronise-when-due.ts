import { isGatehouseError } from '../domain/index.js';
import { type Gateway, runSynchronisation } from '../usecase/index.js';
import { dueDirectories } from './due-directories.js';

/** How often it is looked whether a directory is due; intervals count in minutes. */
const LOOK_EVERY_MS = 30_000;

/** A schedule that runs until it is stopped. */
export interface Schedule {
  /** Takes no new run; waits for nothing. */
  stop(): void;
}

/**
 * Synchronises each directory at its own interval, one after the other. What is due is read from the
 * run records, so a restart neither forgets nor repeats a run, and of several processes the one
 * whose run record is written first does the work.
 */
export function synchroniseWhenDue(gateway: Gateway): Schedule {
  let stopped = false;
  let looking = false;
  const look = async () => {
    if (looking || stopped) return;
    looking = true;
    try {
      const { reader, runs } = gateway.store;
      const directories = await reader.directories();
      const latest = await runs.latest(directories.map(({ id }) => id));
      for (const directory of dueDirectories(directories, latest, gateway.clock.now())) {
        if (stopped) return;
        await runSynchronisation(gateway, directory.id).catch((error: unknown) => {
          // Another process, or an admin's click, was first.
          if (!isGatehouseError(error, 'SYNCHRONISATION_RUNNING')) throw error;
        });
      }
    } catch (error) {
      if (!stopped) gateway.log.error({ err: error }, 'due directories could not be synchronised');
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
