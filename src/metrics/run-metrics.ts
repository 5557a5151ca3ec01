import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SynchronisationRun } from '../domain/index.js';
import type { GatewayObserver } from '../usecase/index.js';

/** Seconds: a small incremental run, up to a full one of a slow server. */
const DURATIONS = [0.05, 0.25, 1, 5, 15, 60, 300, 1_800];

/** Counts the runs that this process does and has ended. */
export function runMetrics(registry: Registry): Pick<GatewayObserver, 'runBegan'> {
  const registers = [registry];
  const runs = new Counter({
    name: 'gatehouse_synchronisation_runs_total',
    help: 'Synchronisation runs that ended in this process. A run that ended before it was known which kind it is has the kind NONE.',
    labelNames: ['directory', 'kind', 'outcome'],
    registers,
  });
  const fullRuns = new Counter({
    name: 'gatehouse_full_runs_total',
    help: 'Runs that read everything, by why they did.',
    labelNames: ['directory', 'cause'],
    registers,
  });
  const durations = new Histogram({
    name: 'gatehouse_synchronisation_duration_seconds',
    help: 'How long runs took that ended in this process.',
    labelNames: ['kind'],
    buckets: DURATIONS,
    registers,
  });
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['directory'], registers });
  const requests = counter(
    'gatehouse_upstream_requests_total',
    'Requests of runs to remote servers.',
  );
  const bytes = counter(
    'gatehouse_upstream_bytes_total',
    'Bytes that runs read from remote servers.',
  );
  const setAside = counter(
    'gatehouse_records_set_aside_total',
    'Records that runs could not keep, each time they were met.',
  );
  const inProgress = new Gauge({
    name: 'gatehouse_synchronisation_runs_in_progress',
    help: 'Synchronisation runs that go on in this process.',
    labelNames: ['directory'],
    registers,
  });
  const count = (run: SynchronisationRun) => {
    const directory = String(run.directoryId);
    const kind = run.kind ?? 'NONE';
    runs.inc({ directory, kind, outcome: run.outcome });
    if (run.fullCause !== null) fullRuns.inc({ directory, cause: run.fullCause });
    requests.inc({ directory }, run.requests);
    bytes.inc({ directory }, run.bytes);
    setAside.inc({ directory }, run.counts.setAside);
    if (run.finishedAt === null) return;
    const ms = run.finishedAt.getTime() - run.startedAt.getTime();
    durations.observe({ kind }, Math.max(0, ms) / 1_000);
  };
  return {
    runBegan: ({ directoryId }) => {
      const directory = String(directoryId);
      inProgress.inc({ directory });
      return (ended) => {
        inProgress.dec({ directory });
        if (ended !== null) count(ended);
      };
    },
  };
}
