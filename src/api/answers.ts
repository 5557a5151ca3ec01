import {
  type Directory,
  GatehouseError,
  MAX_PAGE_SIZE,
  type PermissionKey,
  requirePageSize,
} from '../domain/index.js';
import { askAboutUser } from '../usecase/index.js';
import type { RequestContext } from './request-context.js';
import { EffectivePermissionsObject } from './types/effective-permissions.js';
import { ExplanationObject } from './types/explanation.js';
import { DEFAULT_DERIVATIONS, type DerivationArguments } from './types/page.js';
import { toUser } from './types/user.js';

/** Most names, or questions, that one argument may list. */
const MAX_LISTED = MAX_PAGE_SIZE;

/** @throws GatehouseError `PERMISSION_DENIED` unless the viewer may read what concerns the name. */
export function effectivePermissionsOf(
  context: RequestContext,
  userName: string,
): EffectivePermissionsObject {
  const answers = askAboutUser(context.gateway, context.licensed(), userName);
  const entry = answers.entry();
  return new EffectivePermissionsObject({
    userName,
    entry: entry && toUser(entry),
    permissions: answers.permissions(),
    revision: context.index.revision,
    rests: directoriesWithASay(context, entry?.directory ?? null),
  });
}

/** @throws GatehouseError `PERMISSION_DENIED`, `UNKNOWN_PERMISSION`, `PAGE_INVALID`. */
export function explanationOf(
  context: RequestContext,
  userName: string,
  permission: PermissionKey,
  { first }: DerivationArguments,
): ExplanationObject {
  const answers = askAboutUser(context.gateway, context.licensed(), userName);
  const atMost = requirePageSize(first ?? DEFAULT_DERIVATIONS);
  return new ExplanationObject(userName, answers.explain(permission, atMost), {
    revision: context.index.revision,
    seesOthers: context.seesOthers(),
  });
}

/** @throws GatehouseError `INPUT_INVALID` when more are listed than one request may ask for. */
export function requireListed<Item>(field: string, items: readonly Item[]): readonly Item[] {
  if (items.length <= MAX_LISTED) return items;
  throw new GatehouseError('INPUT_INVALID', {
    field,
    reason: `may list ${MAX_LISTED} at most; ask again for the rest`,
  });
}

/**
 * The active directories whose contents an answer about a name rests on: those up to the one that
 * knows the name, because a name that turned up in an earlier one would mask it; all of them when
 * memberships are joined or nobody bears the name.
 */
function directoriesWithASay(context: RequestContext, owner: Directory | null): Directory[] {
  const { index } = context;
  const active = index.directories().filter((directory) => directory.active);
  if (index.membershipMode === 'ALL_DIRECTORIES' || owner === null) return active;
  return active.slice(0, active.findIndex(({ id }) => id === owner.id) + 1);
}
