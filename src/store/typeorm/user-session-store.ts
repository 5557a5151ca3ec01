import { type FindOptionsWhere, IsNull, LessThan, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import { endOfSession, requirePageSize, type SessionBearer } from '../../domain/index.js';
import type { UserSessionStore } from '../user-session-store.js';
import { writeShortly } from './database.js';
import { deleteAll } from './delete-all.js';
import type { StoreParts } from './scope.js';
import { toRow, toUserSession, type UserSessionRow } from './user-session-rows.js';

const TABLE = 'user_session';

type Where = FindOptionsWhere<UserSessionRow>;

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
