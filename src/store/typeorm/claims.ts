import { randomUUID } from 'node:crypto';
import type { Clock, DeliveryFailure, DeliveryState } from '../../domain/index.js';
import { type Database, writeShortly } from './database.js';
import type { DeliveryRow } from './delivery-entities.js';
import type { SqlValue } from './dialect.js';
import type { Session } from './session.js';

/** Rows that are delivered one by one, each by one process at a time. */
export interface Deliverable {
  readonly table: 'webhook' | 'outgoing_mail';
  /** What a row must be like to be delivered, with its parameters. */
  readonly condition: string;
  readonly parameters: readonly SqlValue[];
}

export interface Claim {
  readonly id: number;
  readonly claim: string;
}

/**
 * Takes rows that are due, those due longest first. When to try again is told by this program's clock;
 * how long a claim lasts by the database's, which all processes share.
 */
export async function claimDue(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { table, condition, parameters }: Deliverable,
  most: number,
  forMs: number,
): Promise<Claim[]> {
  const { now } = database.dialect;
  const due =
    `${condition} AND (next_try_at IS NULL OR next_try_at <= ?) ` +
    `AND (claimed_until IS NULL OR claimed_until <= ${now})`;
  const values = [...parameters, clock.now().getTime()];
  // Looking costs others nothing; a transaction that writes may have to wait for them.
  const found = await database.read((session) =>
    session.select<{ id: number }>(
      `SELECT id FROM ${table} WHERE ${due} ORDER BY next_try_at, id LIMIT ?`,
      [...values, most],
    ),
  );
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id).sort((a, b) => a - b);
  return writeShortly(database, async (session) => {
    const claims: Claim[] = [];
    for (const id of ids) {
      const claim = randomUUID();
      const taken = await session.run(
        `UPDATE ${table} SET claim = ?, claimed_until = ${now} + ? WHERE id = ? AND ${due}`,
        [claim, forMs, id, ...values],
      );
      if (taken > 0) claims.push({ id, claim });
    }
    return claims;
  });
}

const UNCLAIMED = { claimedUntil: null, claim: null } as const;

/** How it stands with a row of which no call has failed. */
export const UNFAILED = {
  failures: 0,
  failingSince: null,
  lastFault: null,
  lastStatus: null,
  nextTryAt: null,
} as const;

/** What becomes of a row that was delivered. */
export const DELIVERED: DeliveryRow = { ...UNFAILED, ...UNCLAIMED };

/** What becomes of a row that was not. */
export function afterFailure(
  { failures, failingSince }: DeliveryState,
  { fault, status }: DeliveryFailure,
  at: Date,
  nextTryAt: Date | null,
): DeliveryRow {
  return {
    failures: failures + 1,
    failingSince: failingSince ?? at,
    lastFault: fault,
    lastStatus: status,
    nextTryAt,
    ...UNCLAIMED,
  };
}

/** How it stands with a row, as the domain speaks of it. */
export function toDeliveryState(row: DeliveryRow): DeliveryState {
  const { failures, failingSince, lastFault, lastStatus } = row;
  const lastFailure = lastFault && { fault: lastFault, status: lastStatus };
  return { failures, failingSince, lastFailure };
}

/**
 * Locks an application, so that nobody else counts what it has before this transaction ends.
 * @returns whether there is one.
 */
export async function lockApplication(session: Session, id: number): Promise<boolean> {
  const [found] = await session.select<{ id: number }>(
    `SELECT id FROM application WHERE id = ?${session.dialect.forUpdate}`,
    [id],
  );
  return found !== undefined;
}
