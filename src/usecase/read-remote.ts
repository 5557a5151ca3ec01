import type { DirectoryId, GroupFacts, NameKey, UserFacts } from '../domain/index.js';
import type { Gateway } from './gateway.js';
import { requireDirectory } from './manage-directories.js';
import { remoteDirectory } from './sign-in.js';
import type { LicensedViewer } from './viewer.js';

/** Reads many users of one remote directory at its server, in one search. Unknown ones are absent. */
export async function readRemoteUsers(
  gateway: Gateway,
  _viewer: LicensedViewer,
  directoryId: DirectoryId,
  names: readonly string[],
): Promise<ReadonlyMap<NameKey, UserFacts>> {
  const directory = requireDirectory(gateway.live.index.directories(), directoryId);
  return (await remoteDirectory(gateway, directory)).findUsers(names);
}

export async function readRemoteGroups(
  gateway: Gateway,
  _viewer: LicensedViewer,
  directoryId: DirectoryId,
  names: readonly string[],
): Promise<ReadonlyMap<NameKey, GroupFacts>> {
  const directory = requireDirectory(gateway.live.index.directories(), directoryId);
  return (await remoteDirectory(gateway, directory)).findGroups(names);
}
