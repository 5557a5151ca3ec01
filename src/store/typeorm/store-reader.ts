import { In } from 'typeorm';
import {
  type ChangeKind,
  type ChangeOf,
  GatehouseError,
  type LoggedChange,
  type NameKey,
  type Revision,
} from '../../domain/index.js';
import type { StoreReader } from '../store.js';
import { attributeReader } from './attributes.js';
import { readChanges } from './change-log.js';
import { readCut } from './cut-log.js';
import type { Database } from './database.js';
import { footingAt } from './footing.js';
import { readLicenceWatch } from './licence-watch.js';
import { toApplication, toFreshness, toRun } from './map-rows.js';
import { GROUPS, mayBeStored, USERS } from './named-rows.js';
import { readPassword, readPasswordReset } from './passwords.js';
import { namedByIds, namedByKeys } from './read-named.js';
import { readPart } from './read-part.js';
import { readRevision } from './read-settings.js';
import {
  readContents,
  readDirectories,
  readDirectorySnapshot,
  readGatewaySnapshot,
  readTail,
  visitContents,
} from './read-snapshot.js';
import { requireDirectory } from './require-directory.js';
import { readResumption } from './resume.js';
import type { StoreParts } from './scope.js';
import { LIST_LENGTH, type Session } from './session.js';

export function storeReader({ database, secrets }: StoreParts): StoreReader {
  return {
    attributes: attributeReader((owners, work) => listed(database, owners, work)),

    revision: () => database.read(readRevision),
    snapshot: (without) =>
      database.readAtLength((session) => readGatewaySnapshot(session, without)),
    directorySnapshot: (id) =>
      database.readAtLength((session) => readDirectorySnapshot(session, id)),
    tail: async (revision) => {
      // Processes ask this again and again, and mostly nothing has happened.
      const reached = await database.read(readRevision);
      if (reached === revision) return { revision, changes: [], reloaded: new Map() };
      return database.readConsistently((session) => readTail(session, revision));
    },
    resume: (revision, atMost) =>
      database.readConsistently((session) => readResumption(session, revision, atMost)),
    changes: async <Kind extends ChangeKind>(query: Parameters<typeof readChanges>[1]) => {
      const changes = await database.read(async (session) => {
        const found = await readChanges(session, query);
        // Looked at afterwards: while it says nothing, nothing that was read has been cut off.
        if (query.after) await requireKept(session, query.after.revision);
        return found;
      });
      return changes as (LoggedChange & { readonly change: ChangeOf<Kind> })[];
    },
    footing: (revision) => database.read((session) => footingAt(session, revision)),

    oldestRevision: () => database.read(readCut),
    licenceWatch: () => database.read(readLicenceWatch),

    directories: () => database.read(readDirectories),
    freshness: (ids) =>
      database.read(async (session) => {
        const rows = await session
          .rows('directory_freshness')
          .findBy({ directoryId: In([...ids]) });
        return rows.map(toFreshness);
      }),
    directoryPassword: async (id) => {
      const row = await database.read((session) => requireDirectory(session, id));
      if (row.password === null) {
        throw new GatehouseError('NOT_FOUND', { kind: 'directory', name: row.name });
      }
      return secrets.open({ kind: 'directory', id, name: row.name }, row.password);
    },

    continuation: async (directoryId) => {
      const row = await database.read((session) =>
        session.rows('directory_freshness').findOneBy({ directoryId }),
      );
      const { eventToken: token, eventSource: source, fullCause } = row ?? {};
      return token && source ? { token, source } : (fullCause ?? 'FIRST_RUN');
    },
    lastFullRun: async (directoryId) => {
      const run = await database.read((session) =>
        session.rows('synchronisation_run').findOne({
          where: { directoryId, kind: 'FULL', outcome: 'SUCCEEDED' },
          order: { id: 'DESC' },
        }),
      );
      return run && toRun(run);
    },
    countUsers: async (id) => {
      const [row] = await database.read((session) =>
        session.select<{ users: number }>(
          'SELECT COUNT(*) AS users FROM directory_user WHERE generation = ' +
            '(SELECT generation FROM directory WHERE id = ?)',
          [id],
        ),
      );
      return row.users;
    },

    usersByIds: (ids) => listed(database, ids, (session) => namedByIds(session, USERS, ids)),
    groupsByIds: (ids) => listed(database, ids, (session) => namedByIds(session, GROUPS, ids)),
    usersByKeys: (directoryId, keys) =>
      listed(database, keys, (session) => namedByKeys(session, USERS, directoryId, keys)),
    groupsByKeys: (directoryId, keys) =>
      listed(database, keys, (session) => namedByKeys(session, GROUPS, directoryId, keys)),
    contents: (id) => database.readAtLength((session) => readContents(session, id)),
    visitContents: (id, begin) =>
      database.readAtLength((session) => visitContents(session, id, begin())),
    part: (id, names) => database.readConsistently((session) => readPart(session, id, names)),
    password: (userId) => database.read((session) => readPassword(session, userId)),
    passwordReset: (digest) => database.read((session) => readPasswordReset(session, digest)),

    applications: () =>
      database.read(async (session) => {
        const rows = await session.rows('application').find({ order: { nameBytes: 'ASC' } });
        return rows.map(toApplication);
      }),
    applicationByName: async (name) => {
      // Compared by its bytes as it is spelt, without the folding that makes a key of a name.
      const nameBytes = name as NameKey;
      if (!mayBeStored(nameBytes)) return null;
      const row = await database.read((session) =>
        session.rows('application').findOneBy({ nameBytes }),
      );
      if (row === null) return null;
      const { passwordHash, previousPasswordHash } = row;
      return { application: toApplication(row), passwordHash, previousPasswordHash };
    },
  };
}

/** A short list takes one statement, a longer one several, which then need one state. */
function listed<Result>(
  database: Database,
  list: readonly unknown[],
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  return list.length <= LIST_LENGTH ? database.read(work) : database.readConsistently(work);
}

/** @throws GatehouseError `REVISION_NOT_REACHABLE` when the log was cut off after `revision`. */
async function requireKept(session: Session, revision: Revision): Promise<void> {
  const oldest = await readCut(session);
  if (revision >= oldest) return;
  throw new GatehouseError('REVISION_NOT_REACHABLE', { revision, oldest, reason: 'LOG_CUT_OFF' });
}
