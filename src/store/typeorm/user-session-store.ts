import { type FindOptionsWhere, IsNull, LessThan, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import {
  endOfSession,
  requirePageSize,
  type SessionBearer,
  type UserSession,
} from '../../domain/index.js';
import type { UserSessionStore } from '../user-session-store.js';
import { writeShortly } from './database.js';
import { deleteAll } from './delete-all.js';
import type { Rows } from './entities.js';
import type { StoreParts } from './scope.js';

const TABLE = 'user_session';

type Row = Rows[typeof TABLE];
type Where = FindOptionsWhere<Row>;

export function userSessionStore({ database }: StoreParts): UserSessionStore {
  return {
    add: (userSession) =>
      writeShortly(database, async (session) => {
        await session.rows(TABLE).insert(toRow(userSession));
      }),
    find: async (digest) => {
      const row = await database.read((session) => session.rows(TABLE).findOneBy({ digest }));
      return row && toUserSession(row);
    },
    noteSeen: (userSession, at, unlessSince) =>
      writeShortly(database, async (session) => {
        const { digest } = userSession;
        const endsAt = endOfSession({ ...userSession, lastSeenAt: at });
        await session
          .rows(TABLE)
          .update({ digest, lastSeenAt: LessThanOrEqual(unlessSince) }, { lastSeenAt: at, endsAt });
      }),
    end: (digest) =>
      writeShortly(database, async (session) => {
        const { affected } = await session.rows(TABLE).delete({ digest });
        return affected === 1;
      }),
    endAllOf: (bearer, keep) =>
      writeShortly(database, async (session) => {
        const others = keep === null ? {} : { digest: Not(keep) };
        const ended = await session.rows(TABLE).delete({ ...borneBy(bearer), ...others });
        return ended.affected ?? 0;
      }),
    page: async (bearer, now, { first, after }) => {
      requirePageSize(first);
      // Made anew for each use: TypeORM changes an operator when it turns its value into the column's.
      const all = (): Where => ({ ...borneBy(bearer), endsAt: MoreThan(now) });
      const later: Where[] = after
        ? [
            { ...all(), createdAt: LessThan(after.createdAt) },
            { ...all(), createdAt: after.createdAt, digest: MoreThan(after.digest) },
          ]
        : [all()];
      return database.readConsistently(async (session) => {
        const rows = session.rows(TABLE);
        const found = await rows.find({
          where: later,
          order: { createdAt: 'DESC', digest: 'ASC' },
          take: first + 1,
        });
        return {
          items: found.slice(0, first).map(toUserSession),
          hasMore: found.length > first,
          total: await rows.countBy(all()),
        };
      });
    },
    forgetOver: (now) =>
      deleteAll(database, { table: TABLE, key: ['digest'], condition: 'ends_at <= ?' }, [
        now.getTime(),
      ]),
  };
}

function borneBy(bearer: SessionBearer): Where {
  return bearer.type === 'USER'
    ? { directoryId: bearer.directoryId, userId: bearer.userId }
    : { userId: IsNull(), nameKey: bearer.nameKey };
}

function toRow({ bearer, ...rest }: UserSession): Row {
  const user = bearer.type === 'USER' ? bearer : null;
  return {
    ...rest,
    directoryId: user?.directoryId ?? null,
    userId: user?.userId ?? null,
    nameKey: bearer.nameKey,
    endsAt: endOfSession({ bearer, ...rest }),
  };
}

function toUserSession(row: Row): UserSession {
  const { directoryId, userId, nameKey, endsAt: _, ...rest } = row;
  const bearer: SessionBearer =
    directoryId === null || userId === null
      ? { type: 'BREAK_GLASS', nameKey }
      : { type: 'USER', directoryId, userId, nameKey };
  return { ...rest, bearer };
}
