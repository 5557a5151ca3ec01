import {
  type Change,
  compileScheme,
  type GatewaySnapshot,
  type LoggedChange,
  type PermissionScheme,
  type Revision,
  type TransactionWitness,
} from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import type { GatehouseStore, StoreTransaction } from '../../src/store/index.js';
import { LiveIndex } from '../../src/usecase/index.js';
import type { TestDatabase } from './databases.js';
import { NaiveFacts } from './naive-facts.js';
import type { Action, Installation, Installer } from './scenario-answerer.js';
import { indexDeep } from './scenario-deep-index.js';
import { crossingText, indexAnswerer } from './scenario-installers.js';
import { OPERATOR, StoreActor } from './scenario-store-actions.js';
import { reloadOnStore } from './scenario-store-reload.js';

/** How many installations leave their rows behind before they are swept away. */
const SWEEP_EVERY = 25;
/** More than any scenario writes. */
const MOST_CHANGES = 10_000;

/**
 * Installations on one database, one after the other; each begins by removing what the one before
 * left. Three engines answer: the one that stands beside the transactions, one of a second process
 * that follows the log's tail, and one built from a snapshot. All three catch up when they are asked,
 * so a tail may hold several revisions.
 */
export function storeInstaller(database: TestDatabase): Installer {
  let opened: Promise<[GatehouseStore, GatehouseStore]> | null = null;
  let witness: TransactionWitness | null = null;
  let installed = 0;
  const open = async (): Promise<[GatehouseStore, GatehouseStore]> => {
    const url = await database.create();
    const stores = [await database.open({ url }), await database.open({ url })] as const;
    stores[0].attach({
      prepare: async (...args) => witness?.prepare(...args),
      propose: async (...args) => (await witness?.propose(...args)) ?? [],
      committed: (...args) => witness?.committed(...args),
      abandoned: (...args) => witness?.abandoned(...args),
    });
    return [...stores];
  };
  return {
    name: `store on ${database.dialect}`,
    async install(setup) {
      opened ??= open();
      const [store, otherProcess] = await opened;
      witness = null;
      await store.transact(OPERATOR, removeEverything);
      if (installed++ % SWEEP_EVERY === SWEEP_EVERY - 1) await store.sweep();
      const live = await LiveIndex.open({
        ...store,
        attach: (attached) => {
          witness = attached;
        },
      });
      return installation(database.dialect, store, otherProcess, live, setup);
    },
  };
}

async function installation(
  dialect: string,
  store: GatehouseStore,
  otherProcess: GatehouseStore,
  live: LiveIndex,
  setup: readonly Action[],
): Promise<Installation> {
  const logged = new NaiveFacts();
  const perform = async (actions: readonly Action[]): Promise<string[]> => {
    const before = live.index.revision;
    const [first] = actions;
    const { revision, changes } =
      actions.length === 1 && first.type === 'reloadDirectory'
        ? await reloadOnStore(store, first)
        : await store.transact(OPERATOR, (transaction) =>
            new StoreActor(transaction).performAll(actions),
          );
    if (revision !== before + Math.min(changes.length, 1)) {
      throw new Error(`${changes.length} changes took the log from ${before} to ${revision}`);
    }
    const reloads = new Map();
    for (const { change } of changes) {
      if (change.kind !== 'DirectoryReloaded') continue;
      reloads.set(change.directoryId, await store.reader.directorySnapshot(change.directoryId));
    }
    logged.apply(
      changes.map(({ change }) => change),
      reloads,
    );
    return changes.flatMap(({ change }) =>
      change.kind === 'LicenceWarning' ? [crossingText(change)] : [],
    );
  };

  const around = {
    logged: (after: Revision) => loggedAfter(otherProcess, after),
    wouldWrite: (actions: readonly Action[]) => wouldWrite(store, actions),
  };

  await perform(setup);
  const follower = await LiveIndex.open({ ...otherProcess, attach: () => undefined });
  let built = live.index;
  const followed = async () => {
    if (follower.index.revision !== live.index.revision) await follower.catchUp();
    return follower.index;
  };
  const rebuilt = async () => {
    if (built.revision === live.index.revision && built !== live.index) return built;
    const snapshot = await otherProcess.reader.snapshot();
    expectSameFacts(logged, snapshot);
    built = new PermissionIndex(snapshot);
    return built;
  };
  return {
    answerers: [
      indexAnswerer(
        `engine beside the ${dialect} store`,
        () => live.index,
        indexDeep(() => live.index, around),
      ),
      indexAnswerer(
        `engine that follows the ${dialect} log`,
        followed,
        indexDeep(followed, around),
      ),
      indexAnswerer(`engine built from the ${dialect} rows`, rebuilt, indexDeep(rebuilt, around)),
    ],
    perform,
    async close() {},
  };
}

/** What is in the log after a revision, whoever wrote it. */
function loggedAfter(store: GatehouseStore, after: Revision): Promise<LoggedChange[]> {
  const cursor = { revision: after, ordinal: Number.MAX_SAFE_INTEGER };
  return store.reader.changes({ after: cursor, limit: MOST_CHANGES });
}

/** The changes of a transaction that does the actions and is then taken back. */
async function wouldWrite(
  store: GatehouseStore,
  actions: readonly Action[],
): Promise<readonly Change[]> {
  class Enough extends Error {}
  const written: Change[] = [];
  await store
    .transact(OPERATOR, async (transaction) => {
      await new StoreActor(transaction).performAll(actions);
      written.push(...transaction.changes);
      throw new Enough();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Enough)) throw error;
    });
  return written;
}

export async function removeEverything(transaction: StoreTransaction): Promise<void> {
  for (const { id } of await transaction.grants()) await transaction.removeGrant(id);
  for (const { id } of await transaction.directories()) await transaction.removeDirectory(id);
  await transaction.setMembershipMode('FIRST_DIRECTORY');
  await transaction.setLicenceLimit(null);
}

/** The rows must say what the log told. */
function expectSameFacts(logged: NaiveFacts, snapshot: GatewaySnapshot): void {
  const told = factsText(logged.snapshot());
  const held = factsText(snapshot);
  if (told !== held) throw new Error(`the log told\n${told}\nand the rows hold\n${held}`);
}

function schemeText(scheme: PermissionScheme): string {
  const { keysOf, maskOf } = compileScheme(scheme);
  const { permissions, seat, administration, systemAdministration } = scheme;
  const implied = permissions.map(({ key }) => `${key}: ${keysOf(maskOf(key)).join(' ')}`);
  return [seat, administration, systemAdministration, ...implied].join('; ');
}

function factsText({ settings, scheme, directories, grants }: GatewaySnapshot): string {
  const lines = directories.flatMap(({ directory, users, groups, memberships, nestings }) => [
    JSON.stringify(directory, Object.keys(directory).sort()),
    ...[
      ...Array.from(users.ids, (id, i) => `user ${id} ${users.names[i]} ${users.active[i]}`),
      ...Array.from(groups.ids, (id, i) => `group ${id} ${groups.names[i]}`),
      ...Array.from(memberships.groups, (group, i) => `member ${group} ${memberships.users[i]}`),
      ...Array.from(nestings.parents, (parent, i) => `nesting ${parent} ${nestings.children[i]}`),
    ].sort(),
  ]);
  const given = grants.map(
    ({ id, permission, subjectType, subjectName, subjectKey }) =>
      `grant ${id} ${permission} ${subjectType} ${subjectName} ${subjectKey}`,
  );
  const { membershipMode, licenceLimit } = settings;
  return [membershipMode, licenceLimit, schemeText(scheme), ...lines, ...given.sort()].join('\n');
}
