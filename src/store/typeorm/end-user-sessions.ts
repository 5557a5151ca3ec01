import type { Change, DirectoryId, GenerationId, User, UserId } from '../../domain/index.js';
import type { Session } from './session.js';

/** Of users of a directory whose password has expired: some may have been spared. */
const EXPIRED =
  'directory_id = ? AND EXISTS (SELECT 1 FROM user_password held ' +
  'WHERE held.user_id = user_session.user_id AND held.expired = 1)';

/**
 * Deletes the sessions of users who are by these changes no longer who they were when they signed in:
 * gone, switched off, of another name or another person, or with another or an expired password. A
 * session that only slept would be alive again once its user is switched on.
 */
export async function endUserSessions(session: Session, changes: readonly Change[]): Promise<void> {
  const users = new Map<DirectoryId, UserId[]>();
  const end = ({ directoryId, id }: User) => {
    const ids = users.get(directoryId);
    if (ids) ids.push(id);
    else users.set(directoryId, [id]);
  };
  for (const change of changes) {
    switch (change.kind) {
      case 'UserRemoved':
      case 'UserPasswordChanged':
        end(change.user);
        break;
      case 'UserChanged':
        if (isSomebodyElse(change.before, change.after)) end(change.after);
        break;
      case 'DirectoryChanged':
        if (!change.after.active) await endWhere(session, 'directory_id = ?', change.after.id);
        break;
      case 'PasswordsExpired':
        await endWhere(session, EXPIRED, change.directoryId);
        break;
      case 'DirectoryRemoved':
        await endWhere(session, 'directory_id = ?', change.directory.id);
        break;
      case 'DirectoryReloaded':
        await endOfReloaded(session, change.directoryId, change.generation);
        break;
      case 'ApplicationRemoved':
        await endWhere(session, 'application_id = ?', change.application.id);
        break;
    }
  }
  const { inList } = session.dialect;
  const sql = `DELETE FROM user_session WHERE directory_id = ? AND user_id ${inList}`;
  for (const [directoryId, ids] of users) await session.runListed(sql, [directoryId], ids);
}

function isSomebodyElse(before: User, after: User): boolean {
  const otherPerson = before.externalId !== null && before.externalId !== after.externalId;
  return before.nameKey !== after.nameKey || !after.active || otherPerson;
}

async function endWhere(session: Session, condition: string, id: number): Promise<void> {
  await session.run(`DELETE FROM user_session WHERE ${condition}`, [id]);
}

/** A reload tells no change of one user, but users keep their ids by it. */
async function endOfReloaded(
  session: Session,
  directoryId: DirectoryId,
  generation: GenerationId,
): Promise<void> {
  await session.run(
    'DELETE FROM user_session WHERE directory_id = ? AND NOT EXISTS (SELECT 1 ' +
      'FROM directory_user held WHERE held.generation = ? AND held.id = user_session.user_id ' +
      'AND held.name_key = user_session.name_key AND held.active = 1)',
    [directoryId, generation],
  );
}
