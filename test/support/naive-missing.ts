import type { NameKey, PermissionKey } from '../../src/domain/index.js';
import { entryNamed, grantAnswer, holdsNesting, type NaiveDirectory } from './naive-facts.js';
import type { NaiveModel } from './naive-model.js';
import type { DerivationAnswer, MissingAnswer } from './scenario-answerer.js';

/** Everything that stands between a user and a permission that the user does not hold. */
export function naiveMissing(
  model: NaiveModel,
  user: NameKey,
  permission: PermissionKey,
): MissingAnswer[] {
  const { seat } = model.facts.scheme;
  const missing: MissingAnswer[] = [];
  const holders = model.facts.directories.filter(({ users }) => entryNamed(users.values(), user));
  const canonical = model.canonical(user);

  if (holders.length === 0) missing.push({ reason: 'NO_SUCH_USER' });
  else if (!canonical) missing.push({ reason: 'DIRECTORY_INACTIVE', directories: names(holders) });
  else missing.push(...maskedOrInactive(model, user, permission, canonical));

  const blocked = canonical && blockedByNesting(model, user, permission, canonical);
  if (blocked) missing.push(blocked);

  if (permission !== seat && !(canonical && model.permissionsIn(canonical, user).has(seat))) {
    missing.push({ reason: 'NO_SEAT', needs: seat });
  }

  const giving = model.grantsGiving(permission);
  const toUser = giving.some((g) => g.subjectType === 'USER' && g.subjectKey === user);
  const leads = canonical
    ? model.derivations(model.view(canonical), user, permission, 'EVERY').length > 0
    : toUser;
  if (giving.length === 0) missing.push({ reason: 'NOBODY_GRANTED' });
  else if (!leads) {
    missing.push({ reason: 'NOT_IN_GRANTED_GROUP', grants: giving.map(grantAnswer) });
  }
  return missing;
}

function maskedOrInactive(
  model: NaiveModel,
  user: NameKey,
  permission: PermissionKey,
  canonical: NaiveDirectory,
): MissingAnswer[] {
  const missing: MissingAnswer[] = [];
  const isActiveIn = ({ users }: NaiveDirectory) => entryNamed(users.values(), user)?.active;
  const lower = model.active().filter((holder) => holder !== canonical);
  const directory = canonical.directory.name;
  if (!isActiveIn(canonical)) {
    missing.push({ reason: 'USER_INACTIVE', directory, hides: names(lower.filter(isActiveIn)) });
  }
  for (const holder of lower) {
    if (model.permissionsIn(holder, user).has(permission)) {
      const masked = holder.directory.name;
      missing.push({ reason: 'MASKED', directory: masked, maskedBy: directory });
    }
  }
  return missing;
}

/** Only a nesting that no directory honours stands in the way, and only when no other way leads round it. */
function blockedByNesting(
  model: NaiveModel,
  user: NameKey,
  permission: PermissionKey,
  canonical: NaiveDirectory,
): MissingAnswer | undefined {
  const view = model.view(canonical);
  if (model.derivations(view, user, permission, 'HONOURED').length > 0) return undefined;
  const derivation = model.derivations(view, user, permission, 'EVERY').at(0);
  if (!derivation) return undefined;
  return { reason: 'NESTING_OFF', directory: blocking(view, derivation), derivation };
}

function blocking(view: readonly NaiveDirectory[], { groups }: DerivationAnswer): string {
  for (let i = 1; i < groups.length; i++) {
    const [child, parent] = [groups[i - 1] as NameKey, groups[i] as NameKey];
    const holding = view.filter((holder) => holdsNesting(holder, parent, child));
    if (!holding.some(({ directory }) => directory.nestedGroups)) return holding[0].directory.name;
  }
  throw new Error('a way that no nesting blocks is no reason of a no');
}

function names(holders: readonly NaiveDirectory[]): string[] {
  return holders.map(({ directory }) => directory.name);
}
