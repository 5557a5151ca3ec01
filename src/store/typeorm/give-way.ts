import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longer than this, nobody else in the process should wait for a database. */
const KEEPS_MS = 0.5;

let since = performance.now();

/** Whether rows and statements have kept the process for a while. */
export function isTimeToGiveWay(): boolean {
  return performance.now() - since >= KEEPS_MS;
}

/**
 * Lets the process answer others if it is time: SQLite's driver does its work before it returns, so
 * a chain of promises alone would let nothing else in between.
 */
export async function giveWay(): Promise<void> {
  if (!isTimeToGiveWay()) return;
  await nextTurn();
  since = performance.now();
}
