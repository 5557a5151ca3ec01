import {
  type Application,
  CONNECTION_DEFAULTS,
  type Directory,
  type DirectoryFreshness,
  type GatewaySettings,
  type Grant,
  type SynchronisationRun,
} from '../../domain/index.js';
import type { Rows } from './entities.js';

/** Rows as the domain speaks of them; whatever else a row holds (secrets, order) stays here. */

export function toDirectory(row: Rows['directory']): Directory {
  const { id, name, nameKey, type, active, nestedGroups, generation } = row;
  // What was stored before a setting came has its default.
  const connection = row.connection && { ...CONNECTION_DEFAULTS, ...row.connection };
  return { id, name, nameKey, type, active, nestedGroups, connection, generation };
}

export function toFreshness(row: Rows['directory_freshness']): DirectoryFreshness {
  const { directoryId, lastSucceededAt, staleSince } = row;
  return { directoryId, lastSucceededAt, staleSince };
}

export function toSettings(row: Rows['gateway_state']): GatewaySettings {
  return { membershipMode: row.membershipMode, licenceLimit: row.licenceLimit };
}

export function toGrant(row: Rows['permission_grant']): Grant {
  const { id, permission, subjectType, subjectName, subjectKey } = row;
  return { id, permission, subjectType, subjectName, subjectKey };
}

export function toApplication(row: Rows['application']): Application {
  const { nameBytes, passwordHash, previousPasswordHash, previousPasswordUntil, ...told } = row;
  return { ...told, previousPasswordUntil: previousPasswordUntil?.toISOString() ?? null };
}

export function toRun(row: Rows['synchronisation_run']): SynchronisationRun {
  const { owner, progress, ...told } = row;
  const running = row.outcome === 'RUNNING' ? progress : null;
  return {
    ...told,
    progress: running && { ...running, phaseStartedAt: new Date(running.phaseStartedAt) },
  };
}
