import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longer than this, nobody else in the process should wait for a synchronous driver. */
const KEEPS_MS = 8;

let since = performance.now();

/**
 * Lets the process answer others if statements have kept it for a while: SQLite's driver does its
 * work before it returns, so a chain of promises alone would let nothing else in between.
 */
export async function giveWay(): Promise<void> {
  if (performance.now() - since < KEEPS_MS) return;
  await nextTurn();
  since = performance.now();
}
