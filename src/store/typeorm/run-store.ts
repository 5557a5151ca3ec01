import { LessThanOrEqual } from 'typeorm';
import {
  asId,
  type DirectoryId,
  GatehouseError,
  NO_COUNTS,
  type RunId,
  requirePageSize,
} from '../../domain/index.js';
import type { RunEnd, RunStore } from '../store.js';
import { writeShortly } from './database.js';
import type { Rows } from './entities.js';
import { keepableText } from './keepable-text.js';
import { toRun } from './map-rows.js';
import { requireDirectory } from './require-directory.js';
import type { StoreParts } from './scope.js';
import type { Session } from './session.js';

/**
 * The records of synchronisation runs. They are no part of the truth about permissions, so they are
 * written beside the revision lock; what a run *changed* goes through `StoreTransaction.finishRun`.
 */
export function runStore({ database, clock }: StoreParts): RunStore {
  const write = <Result>(work: (session: Session) => Promise<Result>): Promise<Result> =>
    writeShortly(database, work);
  const endUnchanged = (
    id: RunId,
    outcome: 'FAILED' | 'HELD',
    { reason, message, counts }: RunEnd,
  ): Promise<void> =>
    write(async (session) => {
      const runs = session.rows('synchronisation_run');
      const run = await runs.findOneBy({ id });
      if (!run) return;
      await lockFreshness(session, run.directoryId);
      const now = clock.now();
      const { affected } = await runs.update(
        { id, outcome: 'RUNNING' },
        { outcome, reason, message: keepableText(message), counts, finishedAt: now },
      );
      if (affected !== 1) return;
      await session.run(
        'UPDATE directory_freshness SET stale_since = COALESCE(stale_since, ?) ' +
          'WHERE directory_id = ?',
        [now.getTime(), run.directoryId],
      );
    });
  return {
    start: async (directoryId, aliveForMs) => {
      const id: RunId = asId(await database.allocateIds(1));
      return write(async (session) => {
        await lockFreshness(session, directoryId);
        const { name } = await requireDirectory(session, directoryId);
        const runs = session.rows('synchronisation_run');
        const now = clock.now();
        const running = await runs.findBy({ directoryId, outcome: 'RUNNING' });
        if (running.some((run) => now.getTime() - run.lastSignAt.getTime() < aliveForMs)) {
          throw new GatehouseError('SYNCHRONISATION_RUNNING', { directory: name });
        }
        for (const run of running) {
          const refusal = new GatehouseError('RUN_SUPERSEDED', { directory: name });
          await runs.update({ id: run.id }, { ...ended('ABORTED', refusal), finishedAt: now });
        }
        const run: Rows['synchronisation_run'] = {
          id,
          directoryId,
          startedAt: now,
          finishedAt: null,
          lastSignAt: now,
          outcome: 'RUNNING',
          reason: null,
          message: null,
          counts: NO_COUNTS,
          revision: null,
        };
        await runs.insert({ ...run });
        await session.rows('directory_freshness').update({ directoryId }, { currentRun: id });
        return toRun(run);
      });
    },

    heartbeat: (id) =>
      write(async (session) => {
        await session
          .rows('synchronisation_run')
          .update({ id, outcome: 'RUNNING' }, { lastSignAt: clock.now() });
      }),

    fail: (id, failure) => endUnchanged(id, 'FAILED', failure),

    hold: (id, why) => endUnchanged(id, 'HELD', why),

    settle: (id, decision) =>
      write(async (session) => {
        const runs = session.rows('synchronisation_run');
        const run = await runs.findOneBy({ id });
        if (!run) throw new GatehouseError('NOT_FOUND', { kind: 'run', name: String(id) });
        const current = await lockFreshness(session, run.directoryId);
        const { affected } =
          current === id
            ? await runs.update({ id, outcome: 'HELD' }, { outcome: decision })
            : { affected: 0 };
        if (affected !== 1) throw new GatehouseError('RUN_NOT_HELD', { run: String(id) });
        return toRun({ ...run, outcome: decision });
      }),

    abortOrphans: (aliveForMs) =>
      write(async (session) => {
        const now = clock.now();
        const { affected } = await session.rows('synchronisation_run').update(
          {
            outcome: 'RUNNING',
            lastSignAt: LessThanOrEqual(new Date(now.getTime() - aliveForMs)),
          },
          { ...ended('ABORTED', new GatehouseError('PROCESS_ENDED', {})), finishedAt: now },
        );
        return affected ?? 0;
      }),

    byId: (id) =>
      database.read(async (session) => {
        const row = await session.rows('synchronisation_run').findOneBy({ id });
        return row && toRun(row);
      }),

    page: async (directoryId, { first, after }) => {
      requirePageSize(first);
      return database.readConsistently(async (session) => {
        const runs = session.rows('synchronisation_run');
        const query = runs
          .createQueryBuilder('run')
          .where('run.directoryId = :directoryId', { directoryId })
          .orderBy('run.id', 'DESC')
          .limit(first + 1);
        if (after !== null) query.andWhere('run.id < :after', { after });
        const rows = await query.getMany();
        return {
          items: rows.slice(0, first).map(toRun),
          hasMore: rows.length > first,
          total: await runs.countBy({ directoryId }),
        };
      });
    },

    latest: (directoryIds) =>
      database.read(async (session) => {
        if (directoryIds.length === 0) return [];
        const rows = await session
          .rows('synchronisation_run')
          .createQueryBuilder('run')
          .where(
            'run.id IN (SELECT MAX(newest.id) FROM synchronisation_run newest ' +
              'WHERE newest.directory_id IN (:...directoryIds) GROUP BY newest.directory_id)',
            { directoryIds },
          )
          .getMany();
        return rows.map(toRun);
      }),
  };
}

/**
 * Locks what the runs of a directory are decided by, before any of them.
 * @returns its current run.
 * @throws GatehouseError `NOT_FOUND` when the directory was removed.
 */
export async function lockFreshness(session: Session, id: DirectoryId): Promise<RunId | null> {
  const [row] = await session.select<{ current_run: RunId | null }>(
    'SELECT current_run FROM directory_freshness WHERE directory_id = ?' +
      session.dialect.forUpdate,
    [id],
  );
  if (!row) throw new GatehouseError('NOT_FOUND', { kind: 'directory', name: String(id) });
  return row.current_run;
}

function ended(outcome: 'ABORTED', { code, message }: GatehouseError) {
  return { outcome, reason: code, message };
}
