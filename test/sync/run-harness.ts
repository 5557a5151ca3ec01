import type { RemoteDirectory } from '../../src/connector/index.js';
import {
  CONNECTION_DEFAULTS,
  type Directory,
  type DirectoryConnection,
  type LoggedChange,
} from '../../src/domain/index.js';
import type { DirectoryContents, GatehouseStore, RunStore } from '../../src/store/index.js';
import { type SynchroniseOptions, synchroniseDirectory } from '../../src/sync/index.js';
import { type RemoteDocument, type Script, ScriptedRemote } from '../support/scripted-remote.js';
import { type NamedContents, namedContents } from './named-contents.js';

export const CONNECTION: DirectoryConnection = {
  ...CONNECTION_DEFAULTS,
  // The documents of these tests are small, and what is held has tests of its own.
  mostRemovedPercent: 100,
  serverUrl: 'https://jira.example.org',
  applicationName: 'gatehouse',
};

export const PASSWORD = 'the application password';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** A store with one remote directory, and runs of it against scripted documents. */
export class RunHarness {
  readonly store: GatehouseStore;
  readonly directory: Directory;
  readonly log: LogLine[] = [];

  private constructor(store: GatehouseStore, directory: Directory) {
    this.store = store;
    this.directory = directory;
  }

  static async make(store: GatehouseStore, name = 'Jira'): Promise<RunHarness> {
    const { value } = await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.addDirectory({
        name,
        type: 'JIRA',
        nestedGroups: false,
        connection: CONNECTION,
        password: PASSWORD,
      }),
    );
    return new RunHarness(store, value);
  }

  /** One run to its end. */
  run(
    document: RemoteDocument,
    script: Script = {},
    options: SynchroniseOptions & { store?: GatehouseStore } = {},
  ) {
    return this.runWith(new ScriptedRemote(document, script), options);
  }

  /** The same against any remote directory. */
  runWith(
    remote: RemoteDirectory,
    { store = this.store, ...options }: SynchroniseOptions & { store?: GatehouseStore } = {},
  ) {
    const services = { store, connect: () => remote, log: this.logger() };
    return synchroniseDirectory(services, this.directory.id, options);
  }

  logger() {
    const note = (level: LogLine['level']) => (fields: object, message: string) => {
      this.log.push({ level, fields, message });
    };
    return { info: note('info'), warn: note('warn'), error: note('error') };
  }

  async held(): Promise<NamedContents> {
    return namedContents(await this.store.reader.contents(this.directory.id));
  }

  /** Everything that a run which changes nothing must leave alone. */
  async state() {
    return {
      // That a run is held is told, and alters nothing.
      changes: (await this.changesAfter(0)).filter(
        ({ change }) => change.kind !== 'SynchronisationHeld',
      ).length,
      directories: await this.store.reader.directories(),
      contents: edgesInOrder(await this.store.reader.contents(this.directory.id)),
      snapshot: edgesInOrder(await this.store.reader.directorySnapshot(this.directory.id)),
    };
  }

  /** What the log holds about revisions after this one. */
  async changesAfter(revision: number): Promise<LoggedChange[]> {
    const all = await this.store.reader.changes({ after: null, limit: 1_000 });
    return all.filter((logged) => logged.revision > revision);
  }
}

/** The same store with some of its methods replaced. */
export function storeWith(
  store: GatehouseStore,
  replaced: Partial<Omit<GatehouseStore, 'runs'>> & { readonly runs?: Partial<RunStore> },
): GatehouseStore {
  return { ...store, ...replaced, runs: { ...store.runs, ...replaced.runs } };
}

/** No order of edges is promised, and MySQL's changes with the index it chooses. */
function edgesInOrder<Held extends Pick<DirectoryContents, 'memberships' | 'nestings'>>(
  held: Held,
) {
  const { memberships, nestings } = held;
  return {
    ...held,
    memberships: Array.from(
      memberships.groups,
      (group, i) => `${group} > ${memberships.users[i]}`,
    ).sort(),
    nestings: Array.from(
      nestings.parents,
      (parent, i) => `${parent} > ${nestings.children[i]}`,
    ).sort(),
  };
}
