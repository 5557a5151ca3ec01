import { createHash } from 'node:crypto';
import { In, MoreThan } from 'typeorm';
import {
  type ApplicationId,
  asId,
  type ChangeKind,
  GatehouseError,
  isGatehouseError,
  type Revision,
  requirePageSize,
  type Webhook,
  type WebhookId,
} from '../../domain/index.js';
import type { ClaimedWebhook, WebhookStore } from '../webhook-store.js';
import {
  afterFailure,
  type Claim,
  claimDue,
  DELIVERED,
  lockApplication,
  toDeliveryState,
  UNFAILED,
} from './claims.js';
import { readCut } from './cut-log.js';
import { writeShortly } from './database.js';
import type { Rows } from './entities.js';
import { readRevision } from './read-settings.js';
import type { StoreParts } from './scope.js';
import type { SecretBox } from './secret-box.js';
import type { Session } from './session.js';

const TABLE = 'webhook';

type Row = Rows[typeof TABLE];

export function webhookStore(parts: StoreParts): WebhookStore {
  const { database, clock } = parts;
  return {
    register: (applicationId, webhook, most) => register(parts, applicationId, webhook, most),
    byId: async (id) => {
      const row = await database.read((session) => session.rows(TABLE).findOneBy({ id }));
      return row && toWebhook(row);
    },
    page: async (applicationId, { first, after }) => {
      requirePageSize(first);
      return database.readConsistently(async (session) => {
        const rows = session.rows(TABLE);
        const found = await rows.find({
          where: { applicationId, ...(after === null ? {} : { id: MoreThan(after) }) },
          order: { id: 'ASC' },
          take: first + 1,
        });
        return {
          items: found.slice(0, first).map(toWebhook),
          hasMore: found.length > first,
          total: await rows.countBy({ applicationId }),
        };
      });
    },
    remove: (id) =>
      writeShortly(database, async (session) => {
        const removed = await session.rows(TABLE).delete({ id });
        return (removed.affected ?? 0) > 0;
      }),
    lastRevisionOf: (kinds) => database.read((session) => lastRevisionOf(session, kinds)),
    claim: async (untold, most, forMs) => {
      const deliverable = {
        table: TABLE,
        condition:
          'told_revision < ? AND application_id IN (SELECT id FROM application WHERE active = 1)',
        parameters: [untold],
      } as const;
      const claims = await claimDue(parts, deliverable, most, forMs);
      return claims.length === 0 ? [] : withFacts(parts, claims);
    },
    succeeded: ({ webhook, claim }, toldRevision) =>
      writeShortly(database, async (session) => {
        const settled = { ...DELIVERED, toldRevision, lastSuccessAt: clock.now() };
        await session.rows(TABLE).update({ id: webhook.id, claim }, settled);
      }),
    failed: ({ webhook, claim }, failure, nextTryAt) =>
      writeShortly(database, async (session) => {
        const settled = afterFailure(webhook, failure, clock.now(), nextTryAt);
        const { id, failures } = webhook;
        await session.rows(TABLE).update({ id, claim, failures }, settled);
      }),
    giveUp: ({ webhook, claim }) =>
      writeShortly(database, async (session) => {
        const { id, failures } = webhook;
        const removed = await session.rows(TABLE).delete({ id, claim, failures });
        return (removed.affected ?? 0) > 0;
      }),
  };
}

async function register(
  { database, secrets, clock }: StoreParts,
  applicationId: ApplicationId,
  { endpointUrl, token }: Parameters<WebhookStore['register']>[1],
  most: number,
): Promise<Webhook> {
  const endpointDigest = createHash('sha256').update(endpointUrl).digest('hex');
  const fresh: WebhookId = asId(await database.ascendingIds(1));
  const sealed = (id: WebhookId) =>
    token === null ? null : secrets.seal({ kind: 'webhook', id }, token);
  return writeShortly(database, async (session) => {
    if (!(await lockApplication(session, applicationId))) {
      const name = String(applicationId);
      throw new GatehouseError('NOT_FOUND', { kind: 'application', name });
    }
    const rows = session.rows(TABLE);
    const held = await rows.findOneBy({ applicationId, endpointDigest });
    if (held) {
      // A call that is under way stays claimed, so that there is never a second one beside it.
      const renewed = { token: sealed(held.id), ...UNFAILED };
      await rows.update({ id: held.id }, renewed);
      return toWebhook({ ...held, ...renewed });
    }
    if ((await rows.countBy({ applicationId })) >= most) {
      const reason = `would be the application's ${most + 1}th webhook; remove one first`;
      throw new GatehouseError('INPUT_INVALID', { field: 'endpointUrl', reason });
    }
    const row: Row = {
      id: fresh,
      applicationId,
      endpointUrl,
      endpointDigest,
      token: sealed(fresh),
      createdAt: clock.now(),
      toldRevision: await readRevision(session),
      lastSuccessAt: null,
      ...DELIVERED,
    };
    await rows.insert(row);
    return toWebhook(row);
  });
}

async function lastRevisionOf(session: Session, kinds: readonly ChangeKind[]): Promise<Revision> {
  let last = 0;
  // One step along the index for each; together they would be a search.
  for (const kind of kinds) {
    const [found] = await session.select<{ revision: number | null }>(
      'SELECT MAX(revision) AS revision FROM change_log WHERE kind = ?',
      [kind],
    );
    last = Math.max(last, found.revision ?? 0);
  }
  // Looked at last: a cut is told before its entries go.
  return asId<Revision>(Math.max(last, await readCut(session)));
}

async function withFacts(
  { database, secrets }: StoreParts,
  claims: readonly Claim[],
): Promise<ClaimedWebhook[]> {
  const ids = claims.map(({ id }) => asId<WebhookId>(id));
  return database.readConsistently(async (session) => {
    const rows = await session.rows(TABLE).findBy({ id: In(ids) });
    const applications = await session
      .rows('application')
      .findBy({ id: In(rows.map(({ applicationId }) => applicationId)) });
    const nameOf = new Map(applications.map(({ id, name }) => [id, name]));
    return claims.flatMap(({ id, claim }) => {
      const row = rows.find((candidate) => candidate.id === id);
      // Removed meanwhile, by itself or with its application.
      const applicationName = row && nameOf.get(row.applicationId);
      if (!row || applicationName === undefined) return [];
      const token = openToken(secrets, row, applicationName);
      return [{ webhook: toWebhook(row), claim, applicationName, token }];
    });
  });
}

function openToken(secrets: SecretBox, row: Row, name: string): ClaimedWebhook['token'] {
  if (row.token === null) return { text: null };
  try {
    return { text: secrets.open({ kind: 'webhook', id: row.id, name }, row.token) };
  } catch (error) {
    if (isGatehouseError(error, 'SECRET_KEY_MISSING', 'SECRET_UNREADABLE')) return 'UNREADABLE';
    throw error;
  }
}

function toWebhook(row: Row): Webhook {
  const { id, applicationId, endpointUrl, createdAt, lastSuccessAt } = row;
  return { id, applicationId, endpointUrl, createdAt, lastSuccessAt, ...toDeliveryState(row) };
}
