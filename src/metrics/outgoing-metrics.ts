import { Counter, Gauge, type Registry } from 'prom-client';
import type { Gateway, GatewayObserver } from '../usecase/index.js';

const WHAT = ['WEBHOOK', 'MAIL'] as const;
const OUTCOMES = ['DELIVERED', 'FAILED', 'GIVEN_UP'] as const;

/** Counts the calls that this process makes of webhooks and of the mail hook. */
export function outgoingMetrics(registry: Registry): Pick<GatewayObserver, 'called'> {
  const calls = new Counter({
    name: 'gatehouse_outgoing_calls_total',
    help: 'Calls of webhooks and of the mail hook by this process. GIVEN_UP: the last one, in vain; such a mail is never sent and such a webhook was removed.',
    labelNames: ['what', 'outcome'],
    registers: [registry],
  });
  // A series that is there from the beginning tells its first call as an increase.
  for (const what of WHAT) for (const outcome of OUTCOMES) calls.inc({ what, outcome }, 0);
  return { called: (what, outcome) => calls.inc({ what, outcome }) };
}

/** How many mails wait as it is asked for: one short read; absent while the database does not answer. */
export function mailMetrics(registry: Registry, { store }: Gateway): void {
  new Gauge({
    name: 'gatehouse_outgoing_mails_waiting',
    help: 'Mails that the mail hook has not taken yet.',
    registers: [registry],
    async collect() {
      const waiting = await store.mail.countWaiting().catch(() => null);
      if (waiting === null) this.remove();
      else this.set(waiting);
    },
  });
}
