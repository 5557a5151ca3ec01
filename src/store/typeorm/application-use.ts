import { In } from 'typeorm';
import {
  type ApplicationId,
  type CallCount,
  MOST_REFUSED_CALLS,
  type RefusedCalls,
} from '../../domain/index.js';
import type { ApplicationUseStore } from '../application-use-store.js';
import { type Database, writeShortly } from './database.js';
import type { Rows } from './entities.js';
import type { StoreParts } from './scope.js';
import type { Session } from './session.js';

export function applicationUseStore({ database }: StoreParts): ApplicationUseStore {
  return {
    note: (counts, refused) => note(database, counts, refused),
    counts: (applicationId) =>
      database.read((session) => session.rows('application_call_count').findBy({ applicationId })),
    refused: async (applicationId, atMost) => {
      const rows = await database.read((session) => latest(session, applicationId, 0, atMost));
      return rows.map(({ address, ...row }) => ({
        ...row,
        address: address === '' ? null : address,
      }));
    },
  };
}

/** What is kept of a removed application goes with it. */
export async function forgetUse(session: Session, applicationId: ApplicationId): Promise<void> {
  await session.rows('application_call_count').delete({ applicationId });
  await session.rows('application_refused_call').delete({ applicationId });
}

async function note(
  database: Database,
  counts: readonly CallCount[],
  refused: readonly RefusedCalls[],
): Promise<void> {
  await writeShortly(database, async (session) => {
    const ids = [...new Set([...counts, ...refused].map(({ applicationId }) => applicationId))];
    const present = await session
      .rows('application')
      .find({ select: { id: true }, where: { id: In(ids) } });
    const isThere = new Set(present.map(({ id }) => id));
    for (const { applicationId, outcome, times, lastAt } of counts) {
      if (!isThere.has(applicationId)) continue;
      await add(
        session,
        'application_call_count',
        { application_id: applicationId, outcome },
        { times, lastAt },
      );
    }
    for (const { applicationId, reason, address, nearestRule, times, lastAt } of refused) {
      if (!isThere.has(applicationId)) continue;
      const key = { application_id: applicationId, reason, address: address ?? '' };
      await add(session, 'application_refused_call', key, { times, lastAt });
      await session
        .rows('application_refused_call')
        .update({ applicationId, reason, address: address ?? '' }, { nearestRule });
    }
    for (const id of new Set(refused.map(({ applicationId }) => applicationId))) {
      const old = await latest(session, id, MOST_REFUSED_CALLS, MOST_REFUSED_CALLS);
      for (const { applicationId, reason, address } of old) {
        await session.rows('application_refused_call').delete({ applicationId, reason, address });
      }
    }
  });
}

/** Other processes add to the same row, so it is never written as it was read. */
async function add(
  session: Session,
  table: 'application_call_count' | 'application_refused_call',
  key: Readonly<Record<string, string | number>>,
  { times, lastAt }: { readonly times: number; readonly lastAt: Date },
): Promise<void> {
  const at = lastAt.getTime();
  const columns = Object.keys(key);
  const row = [...Object.values(key), 0, at];
  await session.insert(table, [...columns, 'times', 'last_at'], [row], { passOver: true });
  const where = columns.map((column) => `${column} = ?`).join(' AND ');
  await session.run(
    `UPDATE ${table} SET times = times + ?, ` +
      `last_at = CASE WHEN last_at < ? THEN ? ELSE last_at END WHERE ${where}`,
    [times, at, at, ...Object.values(key)],
  );
}

function latest(
  session: Session,
  applicationId: ApplicationId,
  skip: number,
  take: number,
): Promise<Rows['application_refused_call'][]> {
  const order = { lastAt: 'DESC', address: 'ASC', reason: 'ASC' } as const;
  return session
    .rows('application_refused_call')
    .find({ where: { applicationId }, order, skip, take });
}
