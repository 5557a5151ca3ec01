import type { Change } from '../domain/index.js';
import type { Preview } from '../engine/index.js';

/** Whether somebody may hold another permission after a change than before it. */
export function movesRights(change: Change): boolean {
  switch (change.kind) {
    case 'UserPasswordChanged':
    case 'UserAttributesChanged':
    case 'GroupAttributesChanged':
    case 'PasswordsExpired':
    case 'ApplicationAdded':
    case 'ApplicationChanged':
    case 'ApplicationRemoved':
    case 'LicenceLimitChanged':
    case 'LicenceWarning':
    case 'LicenceGraceEnded':
    case 'SynchronisationHeld':
      return false;
    default:
      return true;
  }
}

/** Somebody who gains or loses a permission that is not in the mask. */
export function movedBeyond(preview: Preview, mask: number): string | null {
  const page = { first: 1, after: null };
  const { scheme, bitOf } = preview.before.scheme;
  for (const { key } of scheme.permissions) {
    if (mask & (1 << bitOf(key))) continue;
    const [gained] = preview.gained(key, page).items;
    if (gained) return gained.name;
    const [lost] = preview.lost(key, page).items;
    if (lost) return lost.before.name;
  }
  return null;
}
