import { openCrowd, type RemoteDirectory } from '../../src/connector/index.js';
import type { DirectoryConnection, SynchronisationRun } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { type SynchroniseOptions, synchroniseDirectory } from '../../src/sync/index.js';
import { RunHarness } from '../sync/run-harness.js';
import { type CompanySettings, companyServer, smallCompany } from './company-server.js';
import { type LocalServer, startServer } from './misbehaving-server.js';

/** Before and after a change at the company's server. */
export const BEFORE = smallCompany(false);
export const AFTER = smallCompany(true);

/** A copy of a company's directory, and runs of it through the real connector against a server that may do anything. */
export class FaultyRuns {
  /** What the last run went through. */
  remote: RemoteDirectory | null = null;

  private constructor(
    readonly harness: RunHarness,
    readonly server: LocalServer,
  ) {}

  static async make(store: GatehouseStore): Promise<FaultyRuns> {
    return new FaultyRuns(await RunHarness.make(store), await startServer(() => undefined));
  }

  /** A run against a server that holds what BEFORE or AFTER says. It may be at another URL. */
  run(
    document: typeof BEFORE,
    settings: CompanySettings = {},
    overrides: Partial<DirectoryConnection> = {},
    options: SynchroniseOptions = {},
  ): Promise<SynchronisationRun> {
    this.server.behave(companyServer(document, settings));
    const { store, directory } = this.harness;
    return synchroniseDirectory(
      {
        store,
        log: this.harness.logger(),
        connect: (connection, password) => {
          const settled = { ...connection, serverUrl: this.server.url, ...overrides };
          this.remote = openCrowd(settled, password).ordinary;
          return this.remote;
        },
      },
      directory.id,
      options,
    );
  }
}
