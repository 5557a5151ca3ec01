import {
  APPLICATION_DEFAULTS,
  type Application,
  type ApplicationId,
  asId,
  GatehouseError,
  type NameKey,
  requireName,
} from '../../domain/index.js';
import type { StoreTransaction } from '../store.js';
import { forgetUse } from './application-use.js';
import type { Rows } from './entities.js';
import { toApplication } from './map-rows.js';
import type { Scope } from './scope.js';

/** @throws GatehouseError `NAME_INVALID`, `NAME_TAKEN`. */
export async function addApplication(
  scope: Scope,
  { passwordHash, ...facts }: Parameters<StoreTransaction['addApplication']>[0],
): Promise<Application> {
  const nameBytes = await requireFree(scope, facts.name);
  const id: ApplicationId = asId(await scope.allocateIds(1));
  const row: Rows['application'] = {
    id,
    ...APPLICATION_DEFAULTS,
    ...facts,
    nameBytes,
    active: true,
    passwordHash,
    previousPasswordHash: null,
    previousPasswordUntil: null,
  };
  await scope.session.rows('application').insert(row);
  const application = toApplication(row);
  scope.record({ kind: 'ApplicationAdded', application });
  return application;
}

/** @throws GatehouseError `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`. */
export async function changeApplication(
  scope: Scope,
  id: ApplicationId,
  { password, ...facts }: Parameters<StoreTransaction['changeApplication']>[1],
): Promise<Application> {
  const row = await requireApplication(scope, id);
  const before = toApplication(row);
  const changed: Rows['application'] = {
    ...row,
    ...facts,
    nameBytes:
      facts.name === undefined || facts.name === row.name
        ? row.nameBytes
        : await requireFree(scope, facts.name),
    ...(password && {
      passwordHash: password.hash,
      previousPasswordHash: password.previousUntil && row.passwordHash,
      previousPasswordUntil: password.previousUntil,
    }),
  };
  const after = toApplication(changed);
  const passwordChanged = password !== undefined;
  if (!passwordChanged && JSON.stringify(before) === JSON.stringify(after)) return before;
  await scope.session.rows('application').update({ id }, changed);
  scope.record({ kind: 'ApplicationChanged', before, after, passwordChanged });
  return after;
}

export async function replaceApplicationHash(
  { session }: Scope,
  id: ApplicationId,
  before: string,
  passwordHash: string,
): Promise<void> {
  await session.rows('application').update({ id, passwordHash: before }, { passwordHash });
}

/** Its webhooks go with it. @throws GatehouseError `NOT_FOUND`. */
export async function removeApplication(scope: Scope, id: ApplicationId): Promise<void> {
  const application = toApplication(await requireApplication(scope, id));
  await scope.session.rows('application').delete({ id });
  await scope.session.rows('webhook').delete({ applicationId: id });
  await forgetUse(scope.session, id);
  scope.record({ kind: 'ApplicationRemoved', application });
}

export async function applicationById(
  { session }: Scope,
  id: ApplicationId,
): Promise<Application | null> {
  const row = await session.rows('application').findOneBy({ id });
  return row && toApplication(row);
}

async function requireApplication(scope: Scope, id: ApplicationId): Promise<Rows['application']> {
  const row = await scope.session.rows('application').findOneBy({ id });
  if (!row) throw new GatehouseError('NOT_FOUND', { kind: 'application', name: String(id) });
  return row;
}

/** The bytes a name that is valid and not taken is compared by. */
async function requireFree(scope: Scope, name: string): Promise<NameKey> {
  requireName('application', name);
  const nameBytes = name as NameKey;
  if (await scope.session.rows('application').existsBy({ nameBytes })) {
    throw new GatehouseError('NAME_TAKEN', { kind: 'application', name });
  }
  return nameBytes;
}
