import type { PermissionIndex } from '../engine/index.js';

/** Whether whoever bears a name, now or once they are active, administers this gateway. */
export function holdsAdministration(index: PermissionIndex, name: string): boolean {
  const { scheme } = index;
  const { administration, systemAdministration } = scheme.scheme;
  const mask = (1 << scheme.bitOf(administration)) | (1 << scheme.bitOf(systemAdministration));
  return (index.rankOfUser(name) & mask) !== 0;
}
