import { In } from 'typeorm';
import type { SelfAudit } from '../../domain/index.js';
import { type Database, writeShortly } from './database.js';

const MOST_AUDITS = 100;

export async function keepAudit(database: Database, audit: SelfAudit): Promise<void> {
  const id = await database.ascendingIds(1);
  await writeShortly(database, async (session) => {
    const audits = session.rows('self_audit');
    await audits.insert({ id, ...audit, differences: [...audit.differences] });
    const old = await audits.find({
      select: { id: true },
      order: { id: 'DESC' },
      skip: MOST_AUDITS,
      take: MOST_AUDITS,
    });
    if (old.length > 0) await audits.delete({ id: In(old.map((row) => row.id)) });
  });
}

/** Newest first. */
export function readAudits(database: Database, atMost: number): Promise<SelfAudit[]> {
  return database.read(async (session) => {
    const rows = await session.rows('self_audit').find({ order: { id: 'DESC' }, take: atMost });
    return rows.map(({ id: _, ...audit }) => audit);
  });
}
