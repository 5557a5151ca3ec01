import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longer than this, nobody else in the process should wait for a run. */
const KEEPS_MS = 0.5;
/** Rows, each worth some microseconds, between two looks at the clock. */
const ROWS_BETWEEN_LOOKS = 256;

let since = performance.now();
let rows = 0;

/** Lets the process answer others if the run has kept it for a while. */
export async function giveWay(): Promise<void> {
  if (performance.now() - since < KEEPS_MS) return;
  await nextTurn();
  since = performance.now();
}

/** Counts a row. @returns whether it is time to ask `giveWay`, which costs too much for each row. */
export function isTimeToLook(): boolean {
  rows += 1;
  return rows % ROWS_BETWEEN_LOOKS === 0;
}
