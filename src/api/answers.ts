import {
  GatehouseError,
  MAX_PAGE_SIZE,
  type PermissionKey,
  requirePageSize,
} from '../domain/index.js';
import { askAboutUser, type Moment } from '../usecase/index.js';
import type { RequestContext } from './request-context.js';
import { EffectivePermissionsObject } from './types/effective-permissions.js';
import { ExplanationObject, MissingObject } from './types/explanation.js';
import { DEFAULT_DERIVATIONS, type DerivationArguments } from './types/page.js';
import { toUser } from './types/user.js';

/** What a resolver may answer with. */
export type Soon<Answer> = Answer | Promise<Answer>;

/** Most names, or questions, that one argument may list. */
const MAX_LISTED = MAX_PAGE_SIZE;

/** @throws GatehouseError `PERMISSION_DENIED` unless the viewer may read what concerns the name. */
export function effectivePermissionsOf(
  context: RequestContext,
  userName: string,
  at: Moment,
): Soon<EffectivePermissionsObject> {
  return askAboutUser(context.gateway, context.licensed(), userName, at, (answers) => {
    const entry = answers.entry();
    return new EffectivePermissionsObject({
      userName,
      entry: entry && toUser(entry, at),
      permissions: answers.permissions(),
      revision: answers.revision,
      rests: answers.directoriesWithASay(),
      at,
    });
  });
}

/** @throws GatehouseError `PERMISSION_DENIED`, `UNKNOWN_PERMISSION`, `PAGE_INVALID`. */
export function explanationOf(
  context: RequestContext,
  userName: string,
  permission: PermissionKey,
  page: DerivationArguments,
  at: Moment,
): Soon<ExplanationObject> {
  const atMost = derivationsWanted(page);
  const seesOthers = context.seesOthers();
  return askAboutUser(context.gateway, context.licensed(), userName, at, (answers) => {
    const explanation = answers.explain(permission, atMost);
    const { revision } = answers;
    return new ExplanationObject({ userName, permission, at }, explanation, {
      revision,
      seesOthers,
    });
  });
}

/** @throws GatehouseError `PERMISSION_DENIED`, `UNKNOWN_PERMISSION`, `PAGE_INVALID`. */
export function obstaclesOf(
  context: RequestContext,
  userName: string,
  permission: PermissionKey,
  page: DerivationArguments,
  at: Moment,
): Soon<MissingObject[]> {
  const atMost = derivationsWanted(page);
  const seesOthers = context.seesOthers();
  const asked = { userName, permission, at };
  return askAboutUser(context.gateway, context.licensed(), userName, at, (answers) =>
    answers
      .whyNot(permission, atMost)
      .map((missing) => new MissingObject(asked, missing, seesOthers)),
  );
}

/** @throws GatehouseError `INPUT_INVALID` when more are listed than one request may ask for. */
export function requireListed<Item>(field: string, items: readonly Item[]): readonly Item[] {
  if (items.length <= MAX_LISTED) return items;
  throw new GatehouseError('INPUT_INVALID', {
    field,
    reason: `may list ${MAX_LISTED} at most; ask again for the rest`,
  });
}

function derivationsWanted({ first }: DerivationArguments): number {
  return requirePageSize(first ?? DEFAULT_DERIVATIONS);
}
