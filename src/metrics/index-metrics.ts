import { Counter, Gauge, type Registry } from 'prom-client';
import type { LicenceCrossing, LoggedChange } from '../domain/index.js';
import type { Gateway } from '../usecase/index.js';

const CROSSINGS: readonly LicenceCrossing[] = [
  { threshold: 90, direction: 'UP' },
  { threshold: 90, direction: 'DOWN' },
  { threshold: 100, direction: 'UP' },
  { threshold: 100, direction: 'DOWN' },
];

/** What this process answers from, at the moment it is asked for: all of it from memory. */
export function indexMetrics(registry: Registry, { live }: Gateway): void {
  const registers = [registry];
  new Gauge({
    name: 'gatehouse_revision',
    help: 'The revision that this process answers for.',
    registers,
    collect() {
      this.set(live.index.revision);
    },
  });
  const held = (of: 'users' | 'groups') =>
    new Gauge({
      name: `gatehouse_directory_${of}`,
      help: `The ${of} of each directory, as this process knows them.`,
      labelNames: ['directory'],
      registers,
      collect() {
        const { index } = live;
        this.reset();
        for (const { id } of index.directories()) {
          this.set({ directory: String(id) }, index.sizeOf(id)?.[of] ?? 0);
        }
      },
    });
  held('users');
  held('groups');
  new Gauge({
    name: 'gatehouse_memberships',
    help: 'The direct memberships of all directories, those of groups in groups too.',
    registers,
    collect() {
      this.set(live.index.countMemberships());
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
  countWarnings(registry, live);
}

function countWarnings(registry: Registry, live: Gateway['live']): void {
  const warnings = new Counter({
    name: 'gatehouse_licence_warnings_total',
    help: 'Licence warnings of which this process has learnt, by per cent of the limit. Each process that follows the same database learns of all.',
    labelNames: ['threshold', 'direction'],
    registers: [registry],
  });
  const count = ({ threshold, direction }: LicenceCrossing, times: number) =>
    warnings.inc({ threshold: String(threshold), direction }, times);
  // A series that is there from the beginning tells its first warning as an increase.
  for (const crossing of CROSSINGS) count(crossing, 0);
  live.listen((changes: readonly LoggedChange[]) => {
    for (const { change } of changes) if (change.kind === 'LicenceWarning') count(change, 1);
  });
}
