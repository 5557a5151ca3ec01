import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longer than this, nobody else in the process should wait for the reading of a document. */
const KEEPS_MS = 0.5;

let since = performance.now();

/**
 * Lets the process answer others if reading has kept it for a while: bytes that are buffered already
 * come as promises that are kept, and those let no timer and no socket in between.
 */
export async function giveWay(): Promise<void> {
  if (performance.now() - since < KEEPS_MS) return;
  await nextTurn();
  since = performance.now();
}
