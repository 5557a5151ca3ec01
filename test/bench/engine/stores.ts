import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PermissionIndex } from '../../../src/engine/index.js';
import { type GatehouseStore, type MembershipRow, openStore } from '../../../src/store/index.js';
import { startIndex } from '../../../src/usecase/start-index.js';
import { OPERATOR } from '../../store/builders.js';
import { Random } from '../../support/random.js';
import { type Figure, type Line, NS_PER_MS, ratioTarget } from '../measure/figures.js';
import { type Duration, timeInTurnWaiting } from '../measure/measure.js';
import type { MysqlServer } from '../rivals/mysql-server.js';
import { type FilledDirectory, fillStore } from '../store/fill-store.js';
import { libsqlReaders, mysqlReaders, type RowReader } from '../store/read-rows.js';
import { AnswersDiffer } from './cross-check.js';
import { digestOf } from './digest.js';
import type { Stage } from './stage.js';

const SECRET_KEY = Buffer.alloc(32, 7);
const STARTS: Duration = { ms: 5_000, leastRounds: 7, mostRounds: 30 };
const TAIL = 10_000;
const CHANGES_PER_TRANSACTION = 500;
/** Of those who joined in the transaction before. */
const LEAVING_PER_TRANSACTION = 200;
const SEED = 15;

/** Starting on a store: from its rows, and from a packed index with what the log holds since. */
export async function measureStores(stage: Stage, server: MysqlServer | null): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const path = join(folder, 'bench.db');
    const lines = await onStore(stage, 'SQLite', `sqlite:${path}`, async () => libsqlReaders(path));
    if (server) {
      const url = await server.createDatabase();
      lines.push(...(await onStore(stage, 'MariaDB', url, () => mysqlReaders(url))));
    }
    return lines;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onStore(
  stage: Stage,
  name: string,
  url: string,
  readersOf: () => Promise<RowReader[]>,
): Promise<Line[]> {
  stage.say(`filling ${name}`);
  const store = await openStore({ url, secretKey: SECRET_KEY });
  try {
    const filled = await fillStore(store, stage.data);
    stage.say(`starting on ${name}`);
    const readers = await readersOf();
    try {
      return [await fromRows(store, name, readers), await fromPacked(store, name, filled)];
    } finally {
      for (const reader of readers) await reader.close();
    }
  } finally {
    await store.close();
  }
}

/** The ruler is whatever reads the rows the fastest, the store itself included. */
async function fromRows(
  store: GatehouseStore,
  name: string,
  readers: readonly RowReader[],
): Promise<Line> {
  const directories = await store.reader.directories();
  const generations = directories.map(({ generation }) => generation);
  const ways = [
    ...readers.map((reader) => ({ name: reader.name, run: () => reader.read(generations) })),
    { name: 'the store', run: async () => (await store.reader.snapshot()).directories.length },
  ];
  const [engine, ...rulers] = await timeInTurnWaiting(
    [
      async () => new PermissionIndex(await store.reader.snapshot()).revision,
      ...ways.map(({ run }) => run),
    ],
    STARTS,
  );
  const fastest = rulers.reduce(
    (best: { readonly figure: Figure; readonly name: string } | null, figure, i) =>
      best && best.figure.median <= figure.median ? best : { figure, name: ways[i].name },
    null,
  );
  if (!fastest) throw new Error('nothing read the rows');
  return {
    question: `start from the rows of ${name}, beside reading them (${fastest.name})`,
    unit: 'ns',
    engine,
    ruler: fastest.figure,
    targets: [ratioTarget(1.3)],
  };
}

async function fromPacked(
  store: GatehouseStore,
  name: string,
  filled: readonly FilledDirectory[],
): Promise<Line> {
  const first = await startIndex(store);
  await store.packed.write(first.index.revision, first.index.pack());
  await addTail(store, filled);
  const [engine] = await timeInTurnWaiting(
    [async () => (await startIndex(store)).index.revision],
    STARTS,
  );
  const { index, start } = await startIndex(store);
  if (start.from !== 'PACKED' || start.changes !== TAIL) {
    throw new AnswersDiffer(
      `the start on ${name} did not take the packed index and ${TAIL} changes: ${JSON.stringify(start)}`,
    );
  }
  const loaded = new PermissionIndex(await store.reader.snapshot());
  if (digestOf(index) !== digestOf(loaded)) {
    throw new AnswersDiffer(
      `on ${name} the packed index with the changes since answers differently from one that is loaded from the rows`,
    );
  }
  return {
    question: `start on ${name} from a packed index and ${TAIL.toLocaleString('en')} changes since`,
    unit: 'ns',
    engine,
    ruler: null,
    targets: [{ kind: 'median', atMost: 300 * NS_PER_MS }],
  };
}

/** Memberships that come and go, in transactions as a synchronisation makes them. */
async function addTail(store: GatehouseStore, filled: readonly FilledDirectory[]): Promise<void> {
  const random = new Random(SEED);
  const before = new Map<FilledDirectory, readonly MembershipRow[]>();
  for (let made = 0; made < TAIL; made += CHANGES_PER_TRANSACTION) {
    const directory = random.pick(filled);
    const { id, users, groups } = directory;
    const leaving = before.get(directory) ?? [];
    const joining = new Map<string, MembershipRow>();
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.removeMemberships(id, leaving);
      for (;;) {
        const wanted = CHANGES_PER_TRANSACTION - transaction.changes.length;
        if (wanted === 0) return;
        const rows = Array.from({ length: wanted }, () => {
          return { groupId: random.pick(groups), userId: random.pick(users) };
        });
        for (const row of rows) joining.set(`${row.groupId} ${row.userId}`, row);
        // Those who are members already are passed over.
        await transaction.addMemberships(id, rows);
      }
    });
    before.set(directory, [...joining.values()].slice(0, LEAVING_PER_TRANSACTION));
  }
}
