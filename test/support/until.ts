import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/** What a look finds, as soon as it finds something; the test's own limit ends the waiting. */
export async function until<Found>(
  look: () => Found | null | undefined | false | Promise<Found | null | undefined | false>,
): Promise<Found> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await delay(LOOK_EVERY_MS);
  }
}
