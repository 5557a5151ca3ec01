import type { DeliveryFailure } from '../domain/index.js';
import type { Gateway } from './gateway.js';

/** Longer than a call takes: what a process has claimed is another's only when that process is gone. */
export const CLAIMED_MS = 60_000;

/** One call that this process has taken upon itself. It never fails. */
export type Delivery = () => Promise<void>;

/** Says what is wrong, without what only the two sides should know. */
export function toldFailure({ fault, status }: DeliveryFailure): object {
  return status === null ? { fault } : { fault, status };
}

/** Makes a delivery of work that may fail on our side: its claim then runs out, and it is done again. */
export function delivery({ log }: Pick<Gateway, 'log'>, work: () => Promise<void>): Delivery {
  return async () => {
    try {
      await work();
    } catch (error) {
      log.error({ err: error }, 'a call could not be made, or not be noted; it is made again');
    }
  };
}
