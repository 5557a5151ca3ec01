import {
  compareNameKeys,
  compileScheme,
  type Grant,
  type PermissionScheme,
  type Revision,
} from '../../domain/index.js';
import type { Rows } from './entities.js';
import { toGrant } from './map-rows.js';
import type { Session } from './session.js';

/** The one row of state. */
export function readState(session: Session): Promise<Rows['gateway_state']> {
  return session.rows('gateway_state').findOneByOrFail({ id: 1 });
}

export async function readRevision(session: Session): Promise<Revision> {
  const [state] = await session.select<{ revision: Revision }>(
    'SELECT revision FROM gateway_state WHERE id = 1',
  );
  return state.revision;
}

/** The scheme in force. Its rows hold the direct implications; the scheme tells all of them. */
export async function readScheme(session: Session): Promise<PermissionScheme> {
  const { schemeKey } = await readState(session);
  const scheme = await session.rows('permission_scheme').findOneByOrFail({ schemeKey });
  const permissions = await session
    .rows('permission')
    .find({ where: { schemeKey }, order: { position: 'ASC' } });
  const implications = await session.rows('permission_implication').findBy({ schemeKey });
  const direct: PermissionScheme = {
    key: schemeKey,
    title: scheme.title,
    seat: scheme.seat,
    administration: scheme.administration,
    systemAdministration: scheme.systemAdministration,
    permissions: permissions.map(({ permissionKey: key, title, description }) => ({
      key,
      title,
      description,
      implies: implications
        .filter(({ permissionKey }) => permissionKey === key)
        .map(({ impliedKey }) => impliedKey),
    })),
  };
  const { keysOf, maskOf } = compileScheme(direct);
  return {
    ...direct,
    permissions: direct.permissions.map((permission) => ({
      ...permission,
      implies: keysOf(maskOf(permission.key)).filter((key) => key !== permission.key),
    })),
  };
}

/** By subject type, subject key, permission. */
export async function readGrants(session: Session): Promise<Grant[]> {
  const rows = await session.rows('permission_grant').find();
  return rows
    .map(toGrant)
    .sort(
      (a, b) =>
        compareNameKeys(a.subjectType, b.subjectType) ||
        compareNameKeys(a.subjectKey, b.subjectKey) ||
        compareNameKeys(a.permission, b.permission),
    );
}
