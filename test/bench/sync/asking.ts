import { getPriority, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayHandle } from '../gateway/gateway-handle.js';

const ASK_EVERY_MS = 10;
/** Before everything else that wants a core. */
const FIRST = -15;

/**
 * Asks for a permission again and again while something is done.
 * @returns nanoseconds of each answer. Whoever asks has another machine as a rule. Where the system
 *   permits it, this process goes before the others of this one, so that its own waiting for a core
 *   is not taken for the gateway's.
 */
export async function asking(
  gateway: GatewayHandle,
  work: () => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  let done = false;
  const asker = (async () => {
    while (!done) {
      const begun = process.hrtime.bigint();
      await gateway.admin.ask('{ check(user: "nobody", permission: "ADMIN") }');
      times.push(Number(process.hrtime.bigint() - begun));
      await delay(ASK_EVERY_MS);
    }
  })();
  const usual = getPriority();
  prefer(FIRST);
  try {
    await work();
  } finally {
    done = true;
    prefer(usual);
  }
  await asker;
  return times;
}

/** Processes that are started later inherit it. */
function prefer(priority: number): void {
  try {
    setPriority(priority);
  } catch {
    // Only a privileged user may go before others.
  }
}
