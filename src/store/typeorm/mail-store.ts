import { In } from 'typeorm';
import { asId, GatehouseError, type MailId, type OutgoingMail } from '../../domain/index.js';
import type { ClaimedMail, MailStore } from '../mail-store.js';
import {
  afterFailure,
  type Claim,
  claimDue,
  DELIVERED,
  lockApplication,
  toDeliveryState,
} from './claims.js';
import { writeShortly } from './database.js';
import { deleteAll } from './delete-all.js';
import type { Rows } from './entities.js';
import type { StoreParts } from './scope.js';
import type { Session } from './session.js';

const TABLE = 'outgoing_mail';

type Row = Rows[typeof TABLE];

const WAITING = { table: TABLE, condition: "state = 'WAITING'", parameters: [] } as const;

export function mailStore(parts: StoreParts): MailStore {
  const { database, clock } = parts;
  const settle = ({ mail, claim }: ClaimedMail, settled: Partial<Row>) =>
    writeShortly(database, async (session) => {
      await session.rows(TABLE).update({ id: mail.id, claim }, settled);
    });
  return {
    add: (mail, recipient, limits) => add(parts, mail, recipient, limits),
    claim: async (most, forMs) => {
      const claims = await claimDue(parts, WAITING, most, forMs);
      return claims.length === 0 ? [] : withFacts(parts, claims);
    },
    delivered: (claimed) => settle(claimed, { ...DELIVERED, state: 'DELIVERED' }),
    failed: (claimed, failure, nextTryAt) =>
      settle(claimed, afterFailure(claimed.mail, failure, clock.now(), nextTryAt)),
    giveUp: (claimed, failure) => {
      const { claim, claimedUntil } = DELIVERED;
      const last = failure
        ? afterFailure(claimed.mail, failure, clock.now(), null)
        : { claim, claimedUntil };
      return settle(claimed, { ...last, state: 'DEAD' });
    },
    countWaiting: () =>
      database.read((session) => session.rows(TABLE).countBy({ state: 'WAITING' })),
    keepReset: (reset) =>
      writeShortly(database, async (session) => {
        await session.rows('password_reset').insert(reset);
      }),
    forget: async (before, now) => {
      const settled = "state <> 'WAITING' AND created_at < ?";
      const mails = await deleteAll(database, { table: TABLE, key: ['id'], condition: settled }, [
        before.getTime(),
      ]);
      const over = { table: 'password_reset', key: ['digest'], condition: 'expires_at <= ?' };
      return mails + (await deleteAll(database, over, [now.getTime()]));
    },
  };
}

async function add(
  { database, clock }: StoreParts,
  mail: Parameters<MailStore['add']>[0],
  recipient: string,
  limits: Parameters<MailStore['add']>[2],
): Promise<void> {
  const id: MailId = asId(await database.ascendingIds(1));
  await writeShortly(database, async (session) => {
    const { applicationId, applicationName } = mail;
    if (!(await lockApplication(session, applicationId))) {
      throw new GatehouseError('NOT_FOUND', { kind: 'application', name: applicationName });
    }
    const createdAt = clock.now();
    await requireWithin(session, { applicationId, recipient, createdAt }, limits);
    const row: Row = { id, ...mail, recipient, createdAt, state: 'WAITING', ...DELIVERED };
    await session.rows(TABLE).insert({ ...row });
  });
}

/** @throws GatehouseError `TOO_MANY_MAILS`. */
async function requireWithin(
  session: Session,
  { applicationId, recipient, createdAt }: Pick<Row, 'applicationId' | 'recipient' | 'createdAt'>,
  { withinMs, perRecipient, perApplication }: Parameters<MailStore['add']>[2],
): Promise<void> {
  const since = createdAt.getTime() - withinMs;
  const sql = 'SELECT created_at FROM outgoing_mail WHERE application_id = ? AND created_at > ?';
  // Of so many the oldest is the one that has to be over before there may be another.
  const newest = (condition: string) =>
    `${sql}${condition} ORDER BY created_at DESC LIMIT 1 OFFSET ?`;
  const [ofRecipient] = await session.select<{ created_at: number }>(newest(' AND recipient = ?'), [
    applicationId,
    since,
    recipient,
    perRecipient - 1,
  ]);
  const [ofAll] = await session.select<{ created_at: number }>(newest(''), [
    applicationId,
    since,
    perApplication - 1,
  ]);
  const last = Math.max(ofRecipient?.created_at ?? since, ofAll?.created_at ?? since);
  if (last === since) return;
  throw new GatehouseError('TOO_MANY_MAILS', {
    retryAfterSeconds: Math.ceil((last - since) / 1_000),
  });
}

async function withFacts({ database }: StoreParts, claims: readonly Claim[]) {
  const rows = await database.read((session) =>
    session.rows(TABLE).findBy({ id: In(claims.map(({ id }) => asId<MailId>(id))) }),
  );
  return claims.flatMap(({ id, claim }): ClaimedMail[] => {
    const row = rows.find((candidate) => candidate.id === id);
    return row ? [{ mail: toMail(row), claim }] : [];
  });
}

function toMail(row: Row): OutgoingMail {
  const { id, applicationId, applicationName, content, createdAt } = row;
  return { id, applicationId, applicationName, content, createdAt, ...toDeliveryState(row) };
}
