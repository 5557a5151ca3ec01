import { QueryFailedError } from 'typeorm';
import { GatehouseError } from '../../domain/index.js';

/** What the drivers call a lock that was not had, and a transaction given up to end a deadlock. */
const CONTENTION =
  /^(SQLITE_(BUSY|LOCKED)(_.*)?|ER_LOCK_WAIT_TIMEOUT|ER_LOCK_DEADLOCK|ER_CHECKREAD)$/;
const DEADLOCK = /^(ER_LOCK_DEADLOCK|ER_CHECKREAD)$/;

/** Whether other work was in the way: the same statements may succeed a moment later. */
export function isContention(error: unknown): boolean {
  return CONTENTION.test(driverCode(error));
}

/** Whether the database gave this transaction up so that another could go on. */
export function isDeadlock(error: unknown): boolean {
  return DEADLOCK.test(driverCode(error));
}

/** Contention as the face names it; any other error as it is. */
export function asStoreBusy(error: unknown, sinceMs: number): unknown {
  if (!isContention(error)) return error;
  return new GatehouseError('STORE_BUSY', { waitedMs: Date.now() - sinceMs }, { cause: error });
}

/** Takes the values of a statement out of its error, which may end up in a log. */
export function withoutValues(error: unknown): unknown {
  if (error instanceof QueryFailedError) {
    for (const holder of [error, error.driverError]) {
      Object.assign(holder, { sql: undefined, parameters: undefined });
    }
  }
  return error;
}

function driverCode(error: unknown): string {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof source === 'object' && source !== null && 'code' in source
    ? String(source.code)
    : '';
}
