import { Gauge, type Registry } from 'prom-client';
import type { DirectoryConnection, DirectoryFreshness, DirectoryId } from '../domain/index.js';
import type { Gateway } from '../usecase/index.js';

const MS_PER_SECOND = 1_000;

/**
 * How remote directories are at the moment they are asked for: one short read of the database, the rest
 * from memory. While the database does not answer, what only it knows is absent.
 */
export function directoryMetrics(registry: Registry, gateway: Gateway): void {
  const registers = [registry];
  const freshness = freshnessOf(gateway);
  new Gauge({
    name: 'gatehouse_database_reachable',
    help: '1 when the database answered as this was asked for, else 0.',
    registers,
    async collect() {
      this.set((await freshness()) === null ? 0 : 1);
    },
  });
  const ofDirectories = (
    name: string,
    help: string,
    measure: (fresh: DirectoryFreshness) => number | null,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['directory'],
      registers,
      async collect() {
        const all = await freshness();
        this.reset();
        for (const fresh of all ?? []) {
          const value = measure(fresh);
          if (value !== null) this.set({ directory: String(fresh.directoryId) }, value);
        }
      },
    });
  ofDirectories(
    'gatehouse_directory_failing',
    '1 from the first run that failed or was held to the next that succeeded.',
    ({ staleSince }) => (staleSince === null ? 0 : 1),
  );
  ofDirectories(
    'gatehouse_directory_last_success_timestamp_seconds',
    'When a run of the directory succeeded last, by Unix time; absent before the first.',
    ({ lastSucceededAt }) =>
      lastSucceededAt === null ? null : lastSucceededAt.getTime() / MS_PER_SECOND,
  );
  new Gauge({
    name: 'gatehouse_directory_left_alone',
    help: '1 from the third failure of its server in a row to the next success, as this process has seen it.',
    labelNames: ['directory'],
    registers,
    collect() {
      this.reset();
      for (const { id, connection } of remoteDirectories(gateway)) {
        this.set({ directory: String(id) }, gateway.isLeftAlone?.(connection) ? 1 : 0);
      }
    },
  });
}

/** Reads it once for all who ask meanwhile; `null` when the database does not answer. */
function freshnessOf(gateway: Gateway): () => Promise<readonly DirectoryFreshness[] | null> {
  let reading: Promise<readonly DirectoryFreshness[] | null> | null = null;
  return () => {
    reading ??= gateway.store.reader
      .freshness(remoteDirectories(gateway).map(({ id }) => id))
      .catch(() => null)
      .finally(() => {
        reading = null;
      });
    return reading;
  };
}

function remoteDirectories({ live }: Gateway) {
  const remote: { readonly id: DirectoryId; readonly connection: DirectoryConnection }[] = [];
  for (const { id, connection } of live.index.directories()) {
    if (connection !== null) remote.push({ id, connection });
  }
  return remote;
}
