import { asId, GatehouseError, type GenerationId, requireName } from '../../domain/index.js';
import { pace } from '../../pace/index.js';
import type { Lease } from '../run-store.js';
import type { DirectoryReload, MembershipRow, NestingRow } from '../store.js';
import { type Database, writeShortly } from './database.js';
import { type Edge, type EdgeTable, insertEdges, MEMBERSHIPS, NESTINGS } from './edge-rows.js';
import { IdSet } from './id-set.js';
import { requireLease } from './lease.js';
import { MemberOrder } from './member-order.js';
import { GROUPS, type Named, type NamedFacts, type NamedTable, USERS } from './named-rows.js';
import { namedByIds } from './read-named.js';
import { requireDirectory } from './require-directory.js';
import type { StoreParts } from './scope.js';
import { parts, type Session } from './session.js';
import { insertNamed, requireDistinct, requireFree } from './write-named.js';

/** Users or groups of one transaction, which are in memory as objects meanwhile. */
const NAMED_PER_TRANSACTION = 1_000;
/**
 * It holds SQLite's write lock for some tenths of a second. Fewer cost more than they spare, because
 * each transaction writes most pages of the second index anew.
 */
const EDGES_PER_TRANSACTION = 50_000;
/** Edges that are looked at or written without a look at the clock. */
const EDGES_PER_PAUSE = 1_000;

/** @throws GatehouseError `NOT_FOUND`, `RUN_SUPERSEDED`. */
export async function beginReload(
  { database, clock }: StoreParts,
  lease: Lease,
): Promise<DirectoryReload> {
  const generation: GenerationId = asId(await database.allocateIds(1));
  const { directoryId } = lease;
  const { name } = await writeShortly(database, async (session) => {
    const directory = await requireDirectory(session, directoryId);
    await requireLease(session, lease, directory.name);
    const made = { id: generation, directoryId, createdAt: clock.now(), condemned: false };
    await session.rows('generation').insert(made);
    return directory;
  });
  const writer = new GenerationWriter(database, generation, lease, name);
  const users = new NamedLoad(USERS, writer);
  const groups = new NamedLoad(GROUPS, writer);
  const edges = new EdgeLoad(writer);
  return {
    generation,
    takeIds: (count) => database.allocateIds(count),
    addUsers: (rows) => users.add(rows),
    addGroups: (rows) => groups.add(rows),
    addMemberships: (rows) => edges.add(MEMBERSHIPS, groups, users, membershipEdges(rows)),
    addNestings: (rows) => edges.add(NESTINGS, groups, groups, nestingEdges(rows)),
  };
}

/** Writes to one generation that is not in force. */
class GenerationWriter {
  readonly database: Database;
  readonly generation: GenerationId;
  private readonly lease: Lease;
  private readonly directoryName: string;

  constructor(database: Database, generation: GenerationId, lease: Lease, directoryName: string) {
    this.database = database;
    this.generation = generation;
    this.lease = lease;
    this.directoryName = directoryName;
  }

  /** @throws GatehouseError `RUN_SUPERSEDED` when the lease is lost, or the generation is swept. */
  write(work: (session: Session) => Promise<void>): Promise<void> {
    const writing = async (session: Session) => {
      await requireLease(session, this.lease, this.directoryName);
      const [row] = await session.select<{ condemned: number }>(
        `SELECT condemned FROM generation WHERE id = ?${session.dialect.forUpdate}`,
        [this.generation],
      );
      if (row?.condemned !== 0) {
        throw new GatehouseError('RUN_SUPERSEDED', { directory: this.directoryName });
      }
      await work(session);
    };
    return writeShortly(this.database, writing, 'LOAD');
  }
}

/** The users or the groups of a generation in the making. */
class NamedLoad<Facts extends NamedFacts, Item extends Facts & Named> {
  /** Those written so far. */
  readonly ids = new IdSet();
  private readonly table: NamedTable<Facts, Item>;
  private readonly writer: GenerationWriter;

  constructor(table: NamedTable<Facts, Item>, writer: GenerationWriter) {
    this.table = table;
    this.writer = writer;
  }

  /** @throws GatehouseError `NAME_INVALID`, `NAME_TAKEN`. */
  async add(
    given: readonly { readonly id: Item['id'] | null; readonly facts: Facts }[],
  ): Promise<Item['id'][]> {
    const { table, writer } = this;
    const written: Item['id'][] = [];
    for (const part of parts(given, NAMED_PER_TRANSACTION)) {
      const added = part.filter(({ id }) => id === null).length;
      let nextId = added === 0 ? 0 : await writer.database.allocateIds(added);
      const rows = part.map(({ id, facts }) => {
        const nameKey = requireName(table.kind, facts.name);
        return { id: id ?? (nextId++ as Item['id']), nameKey, facts };
      });
      requireDistinct(table.kind, rows);
      await writer.write(async (session) => {
        const { generation } = writer;
        await requireFree(session, table, generation, rows);
        const before = await this.before(session, part);
        const kept = rows.map(({ id, nameKey, facts }) => {
          return { generation, id, nameKey, facts: table.keepable(facts, before.get(id) ?? null) };
        });
        await insertNamed(session, table, kept);
      });
      for (const { id } of rows) {
        this.ids.add(id);
        written.push(id);
      }
    }
    return written;
  }

  /** What is in force for those who stay and whose new facts leave something to us. */
  private async before(
    session: Session,
    given: readonly { readonly id: Item['id'] | null; readonly facts: Facts }[],
  ): Promise<Map<Item['id'], Item>> {
    const incomplete = given.filter(({ facts }) => this.table.isIncomplete(facts));
    const ids = incomplete.flatMap(({ id }) => id ?? []);
    const items = await namedByIds(session, this.table, ids);
    return new Map(items.map((item) => [item.id, item]));
  }
}

function* membershipEdges(rows: Iterable<MembershipRow>): Generator<Edge, void, void> {
  for (const { groupId, userId } of rows) yield [groupId, userId];
}

function* nestingEdges(rows: Iterable<NestingRow>): Generator<Edge, void, void> {
  for (const { parentId, childId } of rows) yield [parentId, childId];
}

/** The edges of a generation in the making. They are many: none is kept, and all use the same memory. */
class EdgeLoad {
  private readonly writer: GenerationWriter;
  private readonly aboves = new Float64Array(EDGES_PER_TRANSACTION);
  private readonly belows = new Float64Array(EDGES_PER_TRANSACTION);
  private readonly order = new MemberOrder(EDGES_PER_TRANSACTION);

  constructor(writer: GenerationWriter) {
    this.writer = writer;
  }

  /**
   * @param above groups and members that may be the ends.
   * @throws GatehouseError `NOT_FOUND` for an end that was not written before.
   */
  async add(
    table: EdgeTable,
    above: { readonly ids: IdSet },
    below: { readonly ids: IdSet },
    edges: Iterable<Edge>,
  ): Promise<void> {
    let filled = 0;
    for (const [group, member] of edges) {
      if (!above.ids.has(group)) throw unknownEnd('group', group);
      if (!below.ids.has(member)) throw unknownEnd(table.kindBelow, member);
      this.aboves[filled] = group;
      this.belows[filled] = member;
      filled += 1;
      if (filled % EDGES_PER_PAUSE === 0) await pace.standBack();
      if (filled === EDGES_PER_TRANSACTION) {
        await this.write(table, filled);
        filled = 0;
      }
    }
    if (filled > 0) await this.write(table, filled);
  }

  private async write(table: EdgeTable, filled: number): Promise<void> {
    const { aboves, belows, writer } = this;
    const order = this.order.of(belows.subarray(0, filled));
    await writer.write(async (session) => {
      for (let from = 0; from < order.length; from += EDGES_PER_PAUSE) {
        await pace.standBack();
        const part = Array.from(
          order.subarray(from, from + EDGES_PER_PAUSE),
          (i): Edge => [asId(aboves[i]), belows[i]],
        );
        await insertEdges(session, table, writer.generation, part);
      }
    });
  }
}

function unknownEnd(kind: 'user' | 'group', id: number): GatehouseError {
  return new GatehouseError('NOT_FOUND', { kind, name: String(id) });
}
