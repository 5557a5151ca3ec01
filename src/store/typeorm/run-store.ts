import {
  asId,
  type DirectoryId,
  EMPTY_REPORT,
  GatehouseError,
  type RunId,
  requirePageSize,
} from '../../domain/index.js';
import type { RunStore } from '../run-store.js';
import { writeShortly } from './database.js';
import { endUnchanged } from './end-unchanged.js';
import type { Rows } from './entities.js';
import { giveLease, lockLease, renewLease } from './lease.js';
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
  return {
    start: async (directoryId, { owner, lifeMs }) => {
      const id: RunId = asId(await database.ascendingIds(1));
      return write(async (session) => {
        const { ranOut } = await lockLease(session, directoryId);
        const { name } = await requireDirectory(session, directoryId);
        const runs = session.rows('synchronisation_run');
        const now = clock.now();
        const running = await runs.findBy({ directoryId, outcome: 'RUNNING' });
        if (running.length > 0 && !ranOut) {
          throw new GatehouseError('SYNCHRONISATION_RUNNING', { directory: name });
        }
        for (const run of running) {
          const refusal = new GatehouseError('RUN_SUPERSEDED', { directory: name });
          await runs.update({ id: run.id }, { ...ended('ABORTED', refusal), finishedAt: now });
        }
        const run: Rows['synchronisation_run'] = {
          id,
          directoryId,
          ...EMPTY_REPORT,
          startedAt: now,
          finishedAt: null,
          owner,
          outcome: 'RUNNING',
          reason: null,
          progress: {
            phase: 'CONNECTING',
            phaseStartedAt: now.getTime(),
            elapsedMs: 0,
            done: 0,
            total: null,
          },
          revision: null,
        };
        await runs.insert({ ...run });
        await giveLease(session, { directoryId, run: id, lifeMs });
        return toRun(run);
      });
    },

    renew: (lease, { phaseStartedAt, ...progress }) =>
      write(async (session) => {
        if (!(await renewLease(session, lease))) return false;
        await session
          .rows('synchronisation_run')
          .update(
            { id: lease.run },
            { progress: { ...progress, phaseStartedAt: phaseStartedAt.getTime() } },
          );
        return true;
      }),

    cancel: (id) =>
      write(async (session) => {
        const runs = session.rows('synchronisation_run');
        const run = await runs.findOneBy({ id });
        if (!run) throw new GatehouseError('NOT_FOUND', { kind: 'run', name: String(id) });
        await lockLease(session, run.directoryId);
        const { name } = await requireDirectory(session, run.directoryId);
        const end = {
          ...ended('ABORTED', new GatehouseError('RUN_CANCELLED', { directory: name })),
          finishedAt: clock.now(),
        };
        const { affected } = await runs.update({ id, outcome: 'RUNNING' }, end);
        if (affected !== 1) throw new GatehouseError('RUN_NOT_RUNNING', { run: String(id) });
        return toRun({ ...run, ...end });
      }),

    fail: (id, failure) =>
      write(async (session) => {
        await endUnchanged(session, id, 'FAILED', failure, clock.now());
      }),

    settle: (id, decision) =>
      write(async (session) => {
        const runs = session.rows('synchronisation_run');
        const run = await runs.findOneBy({ id });
        if (!run) throw new GatehouseError('NOT_FOUND', { kind: 'run', name: String(id) });
        const lease = await lockLease(session, run.directoryId);
        const { affected } =
          lease.run === id
            ? await runs.update({ id, outcome: 'HELD' }, { outcome: decision })
            : { affected: 0 };
        if (affected !== 1) throw new GatehouseError('RUN_NOT_HELD', { run: String(id) });
        return toRun({ ...run, outcome: decision });
      }),

    abortOrphans: (which) =>
      write(async (session) => {
        const runs = session.rows('synchronisation_run');
        const aborted: DirectoryId[] = [];
        for (const { id, directoryId } of await runs.findBy({ outcome: 'RUNNING' })) {
          const { run, ranOut } = await lockLease(session, directoryId);
          if (which === 'RUN_OUT' && run === id && !ranOut) continue;
          const { affected } = await runs.update(
            { id, outcome: 'RUNNING' },
            {
              ...ended('ABORTED', new GatehouseError('PROCESS_ENDED', {})),
              finishedAt: clock.now(),
            },
          );
          if (affected === 1) aborted.push(directoryId);
        }
        return aborted;
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

function ended(outcome: 'ABORTED', { code, message }: GatehouseError) {
  return { outcome, reason: code, message };
}
