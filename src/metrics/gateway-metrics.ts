import { Gauge, type Registry } from 'prom-client';
import type { Gateway } from '../usecase/index.js';

const MS_PER_SECOND = 1_000;

/** What the gateway is like at the moment it is asked for: two short reads of the database, the rest from memory. */
export function stateMetrics(registry: Registry, { live, store }: Gateway): void {
  const registers = [registry];
  new Gauge({
    name: 'gatehouse_revision',
    help: 'The revision that this process answers for.',
    registers,
    collect() {
      this.set(live.index.revision);
    },
  });
  new Gauge({
    name: 'gatehouse_licence_seats_used',
    help: 'Names that hold the licensed permission.',
    registers,
    collect() {
      this.set(live.index.licence().seatsUsed);
    },
  });
  new Gauge({
    name: 'gatehouse_licence_seats_allowed',
    help: 'The licence limit; absent without one.',
    registers,
    collect() {
      const { seatsAllowed } = live.index.licence();
      if (seatsAllowed === null) this.remove();
      else this.set(seatsAllowed);
    },
  });
  const freshness = () => {
    const remote = live.index.directories().filter(({ connection }) => connection !== null);
    return store.reader.freshness(remote.map(({ id }) => id));
  };
  new Gauge({
    name: 'gatehouse_directory_failing',
    help: '1 from the first run that failed to the next that succeeded.',
    labelNames: ['directory'],
    registers,
    async collect() {
      const all = await freshness();
      this.reset();
      for (const { directoryId, staleSince } of all) {
        this.set({ directory: String(directoryId) }, staleSince === null ? 0 : 1);
      }
    },
  });
  new Gauge({
    name: 'gatehouse_directory_last_success_timestamp_seconds',
    help: 'When a run of the directory succeeded last, by Unix time; absent before the first.',
    labelNames: ['directory'],
    registers,
    async collect() {
      const all = await freshness();
      this.reset();
      for (const { directoryId, lastSucceededAt } of all) {
        if (lastSucceededAt === null) continue;
        const seconds = lastSucceededAt.getTime() / MS_PER_SECOND;
        this.set({ directory: String(directoryId) }, seconds);
      }
    },
  });
}
