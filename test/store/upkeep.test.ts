import { beforeEach, expect, test } from '@jest/globals';
import {
  asId,
  type ChangeCursor,
  type Directory,
  EMPTY_REPORT,
  type Revision,
  type SelfAudit,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { RUN_OUT } from '../support/runs.js';
import {
  addInternal,
  addRemote,
  codeOf,
  groupFacts,
  numbered,
  OPERATOR,
  SetClock,
  userFacts,
} from './builders.js';
import { rawRows } from './raw-rows.js';

const DAY = 24 * 60 * 60_000;
const revisionOf = (revision: number): Revision => asId(revision);
const after = (revision: number): ChangeCursor => ({
  revision: revisionOf(revision),
  ordinal: Number.MAX_SAFE_INTEGER,
});

describeEachDatabase('the upkeep of the store', (database) => {
  let url: string;
  let clock: SetClock;
  let store: GatehouseStore;

  beforeEach(async () => {
    url = await database.create();
    clock = new SetClock();
    store = await database.open({ url, clock });
  });

  /** One revision a day. */
  const makeRevisions = async (count: number) => {
    for (let i = 0; i < count; i++) {
      clock.advance(DAY);
      const limit = clock.now().getTime();
      await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(limit));
    }
  };
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY);
  const raw = (sql: string) => rawRows(url, sql);
  const oldestEntry = async () => {
    const [entry] = await store.reader.changes({ after: null, limit: 1 });
    return entry.revision;
  };
  /** What a process that stands at `revision` meets when it writes. */
  const followedFrom = async (revision: number) => {
    const other = await database.open({ url, clock });
    const met: { changes?: number | null; snapshot?: number } = {};
    other.attach({
      prepare: async (_, view) => {
        met.changes = (await view.changesAfter(revisionOf(revision), 100))?.length ?? null;
        met.snapshot = (await view.snapshot()).revision;
      },
      propose: async () => [],
      committed: () => undefined,
      abandoned: () => undefined,
    });
    await other.transact(OPERATOR, async () => undefined);
    return met;
  };

  test('leaves a log alone that is young enough', async () => {
    await makeRevisions(5);
    expect(await store.upkeep.cutLog(daysAgo(10))).toEqual({ oldest: 0, deleted: 0 });
    expect(await store.reader.oldestRevision()).toBe(0);
    expect(await oldestEntry()).toBe(1);
  });

  test('cuts the log off, and tells whoever follows it from before the cut', async () => {
    await makeRevisions(10);
    expect(await store.upkeep.cutLog(daysAgo(4))).toEqual({ oldest: 5, deleted: 5 });
    expect(await oldestEntry()).toBe(6);
    expect(await raw('SELECT MIN(revision) AS first FROM revision')).toEqual([
      { first: expect.anything() },
    ]);
    const { reader } = store;
    expect(await reader.oldestRevision()).toBe(5);

    expect(await reader.tail(revisionOf(4))).toBeNull();
    expect((await reader.tail(revisionOf(5)))?.changes).toHaveLength(5);
    expect(await reader.resume(revisionOf(4), 100)).toBeNull();
    expect((await reader.resume(revisionOf(5), 100))?.changes).toHaveLength(5);
    await expect(reader.changes({ after: after(4), limit: 10 })).rejects.toMatchObject({
      code: 'REVISION_NOT_REACHABLE',
      details: { revision: 4, oldest: 5, reason: 'LOG_CUT_OFF' },
    });
    expect(
      await codeOf(reader.changes({ after: after(4), limit: 10, kinds: ['LicenceWarning'] })),
    ).toBe('REVISION_NOT_REACHABLE');
    expect(await reader.changes({ after: after(5), limit: 10 })).toHaveLength(5);
    expect(await followedFrom(4)).toEqual({ changes: null, snapshot: 10 });
    expect(await followedFrom(5)).toEqual({ changes: 5, snapshot: 10 });
  });

  test('keeps the newest revision, on which a packed index stands', async () => {
    await makeRevisions(3);
    await store.packed.write(revisionOf(3), Buffer.from('packed'));
    clock.advance(1_000 * DAY);
    expect(await store.upkeep.cutLog(daysAgo(1))).toEqual({ oldest: 2, deleted: 2 });
    expect(await store.packed.read()).toMatchObject({ revision: 3 });
    await makeRevisions(1);
    expect(await store.upkeep.cutLog(daysAgo(1))).toEqual({ oldest: 3, deleted: 1 });
    expect(await store.packed.read()).toMatchObject({ revision: 3, unfit: 'OTHER_HISTORY' });
  });

  test('stops at the first young revision, though older ones follow by a clock that was wrong', async () => {
    await makeRevisions(1);
    clock.advance(100 * DAY);
    await makeRevisions(1);
    clock.advance(-100 * DAY);
    await makeRevisions(2);
    clock.advance(10 * DAY);
    expect(await store.upkeep.cutLog(daysAgo(5))).toEqual({ oldest: 1, deleted: 1 });
  });

  test('cuts more than one page of revisions, and finishes what was interrupted', async () => {
    const rows = numbered('', 2_500).map((_, i) => `(${i + 1}, ${i}, '{"type":"OPERATOR"}')`);
    await raw(`INSERT INTO revision (revision, at, origin) VALUES ${rows.join(', ')}`);
    const entries = numbered('', 2_500).map((_, i) => `(${i + 1}, 0, 'X', '{}')`);
    await raw(
      `INSERT INTO change_log (revision, ordinal, kind, body) VALUES ${entries.join(', ')}`,
    );
    await raw('UPDATE gateway_state SET revision = 2500');
    // A process ended between the word that the log is cut off and the last entry.
    await raw('UPDATE log_cut SET revision = 7');
    await raw('DELETE FROM change_log WHERE revision < 4');
    expect(await store.upkeep.cutLog(new Date(2_300))).toEqual({ oldest: 2_300, deleted: 2_297 });
    expect(await oldestEntry()).toBe(2_301);
    expect(await store.upkeep.cutLog(new Date(2_300))).toEqual({ oldest: 2_300, deleted: 0 });
  });

  test('forgets records of runs that are neither new, young, waiting nor the current one', async () => {
    const jira = await addRemote(store, 'Jira');
    const crowd = await addRemote(store, 'Crowd');
    const run = async ({ id }: Directory, end: 'fail' | 'hold') => {
      clock.advance(DAY);
      const { id: made } = await store.runs.start(id, RUN_OUT);
      const why = { ...EMPTY_REPORT, reason: 'UNREACHABLE', message: '' } as const;
      if (end === 'fail') await store.runs.fail(made, why);
      else await store.transact(OPERATOR, (transaction) => transaction.holdRun(made, why));
      return made;
    };
    const held = await run(jira, 'hold');
    const old = [await run(jira, 'fail'), await run(jira, 'fail')];
    const kept = [await run(jira, 'fail'), await run(jira, 'fail')];
    const alone = await run(crowd, 'fail');
    const there = async () => {
      const found = [];
      for (const id of [held, ...old, ...kept, alone]) {
        if (await store.runs.byId(id)) found.push(id);
      }
      return found;
    };
    expect(await store.upkeep.forgetRuns(daysAgo(10), 2)).toBe(0);
    expect(await store.upkeep.forgetRuns(daysAgo(0), 5)).toBe(0);
    expect(await store.upkeep.forgetRuns(daysAgo(0), 2)).toBe(2);
    expect(await there()).toEqual([held, ...kept, alone]);
  });

  test('finds nothing in rows that agree', async () => {
    const { id } = await addInternal(store, 'here');
    await store.transact(OPERATOR, async (transaction) => {
      const users = await transaction.addUsers(
        id,
        numbered('user', 30).map((n) => userFacts(n)),
      );
      const groups = await transaction.addGroups(id, [groupFacts('Straße'), groupFacts('b')]);
      await transaction.addMemberships(
        id,
        groups.flatMap((group) => users.map((user) => ({ groupId: group.id, userId: user.id }))),
      );
      await transaction.addNestings(id, [{ parentId: groups[0].id, childId: groups[1].id }]);
    });
    expect(await store.upkeep.rowDifferences()).toEqual([]);
  });

  test('finds edges without ends, rows of no generation and keys of other names', async () => {
    const { id } = await addInternal(store, 'here');
    const { value } = await store.transact(OPERATOR, async (transaction) => {
      const users = await transaction.addUsers(
        id,
        numbered('user', 2_100).map((n) => userFacts(n)),
      );
      const [one, other] = await transaction.addGroups(id, [groupFacts('a'), groupFacts('b')]);
      await transaction.addMemberships(
        id,
        users.map((user) => ({ groupId: one.id, userId: user.id })),
      );
      await transaction.addMemberships(id, [{ groupId: other.id, userId: users[2_099].id }]);
      await transaction.addNestings(id, [{ parentId: one.id, childId: other.id }]);
      return { one, other, users };
    });
    const { one, other, users } = value;
    await raw(`DELETE FROM directory_user WHERE id IN (${users[5].id}, ${users[2_099].id})`);
    await raw(`DELETE FROM directory_group WHERE id = ${other.id}`);
    await raw(`UPDATE directory_group SET name_key = 'z' WHERE id = ${one.id}`);
    await raw('INSERT INTO nesting (generation, parent_id, child_id) VALUES (987654, 1, 2)');
    await raw('INSERT INTO nesting (generation, parent_id, child_id) VALUES (987654, 1, 3)');
    expect(await store.upkeep.rowDifferences()).toEqual([
      {
        kind: 'MEMBERSHIPS_WITHOUT_ENDS',
        count: 3,
        examples: [
          `${one.id} > ${users[5].id}`,
          `${one.id} > ${users[2_099].id}`,
          `${other.id} > ${users[2_099].id}`,
        ],
      },
      { kind: 'NESTINGS_WITHOUT_ENDS', count: 1, examples: [`${one.id} > ${other.id}`] },
      { kind: 'ROWS_OF_NO_GENERATION', count: 2, examples: ['nesting of 987654'] },
      { kind: 'NAME_KEYS', count: 1, examples: [String(one.id)] },
    ]);
  });

  test('keeps the newest hundred audits', async () => {
    const audit = (revision: number): SelfAudit => ({
      subject: 'ROWS',
      at: clock.now(),
      revision: revisionOf(revision),
      durationMs: 12,
      differences: revision % 2 ? [] : [{ kind: 'NAME_KEYS', count: 4, examples: ['a', 'b'] }],
    });
    for (let i = 1; i <= 103; i++) await store.upkeep.keepAudit(audit(i));
    expect(await store.upkeep.audits(2)).toEqual([audit(103), audit(102)]);
    const all = await store.upkeep.audits(1_000);
    expect(all).toHaveLength(100);
    expect(all[99]).toEqual(audit(4));
  });
});
