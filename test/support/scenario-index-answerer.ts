import type { Directory, Grant, NameKey, Page, PageRequest } from '../../src/domain/index.js';
import type { Derivation, Missing, PermissionIndex } from '../../src/engine/index.js';
import type {
  Answerer,
  DeepAnswers,
  DerivationAnswer,
  GrantAnswer,
  MissingAnswer,
} from './scenario-answerer.js';

/** More derivations, and more grants of a *no*, than any scenario has. */
const EVERYTHING = 1_000;

/** Small, so that every list is read over several pages. */
const PAGE_SIZE = 3;

/** A permission index, read page by page. `current` gives the index as it is at each question. */
export function indexAnswerer(
  name: string,
  current: () => PermissionIndex | Promise<PermissionIndex>,
  deep?: DeepAnswers,
): Answerer {
  return {
    name,
    deep,
    check: async (user, permission) => (await current()).check(user, permission),
    effectivePermissions: async (user) => (await current()).effectivePermissions(user),
    holdersOf: async (permission) => {
      const index = await current();
      return allPages((page) => index.holdersOf(permission, page)).map(({ key }) => key);
    },
    groupsOf: async (user, nested) => {
      const index = await current();
      return relations((page) => index.groupsOf(user, nested, page));
    },
    membersOf: async (group, nested) => {
      const index = await current();
      return relations((page) => index.membersOf(group, nested, page));
    },
    parentGroupsOf: async (group, nested) => {
      const index = await current();
      return relations((page) => index.parentGroupsOf(group, nested, page));
    },
    childGroupsOf: async (group, nested) => {
      const index = await current();
      return relations((page) => index.childGroupsOf(group, nested, page));
    },
    explain: async (user, permission) => {
      const why = (await current()).explain(user, permission, EVERYTHING);
      return {
        allowed: why.allowed,
        derivations: why.derivations.map(derivationAnswer),
        derivationCount: why.derivationCount,
        missing: why.missing.map(missingAnswer),
      };
    },
    seats: async () => {
      const { seatsUsed, seatsAllowed } = (await current()).licence();
      return { used: seatsUsed, allowed: seatsAllowed };
    },
    revision: async () => (await current()).revision,
  };
}

/** Follows the cursors from the first page to the last. */
export function allPages<Item extends { readonly key: NameKey }>(
  read: (page: PageRequest<NameKey>) => Page<Item>,
  first = PAGE_SIZE,
): Item[] {
  return allPagesBy(read, ({ key }) => key, first);
}

/** The same for items that have their key somewhere else. */
export function allPagesBy<Item>(
  read: (page: PageRequest<NameKey>) => Page<Item>,
  keyOf: (item: Item) => NameKey,
  first = PAGE_SIZE,
): Item[] {
  const all: Item[] = [];
  for (let after: NameKey | null = null; ; ) {
    const { items, hasMore, total } = read({ first, after });
    all.push(...items);
    if (!hasMore) {
      if (total !== all.length) throw new Error(`${all.length} items of ${total} were given`);
      return all;
    }
    if (items.length !== first) throw new Error('a page that is not the last must be full');
    after = keyOf(items[items.length - 1]);
  }
}

function relations(
  read: (page: PageRequest<NameKey>) => Page<{ readonly key: NameKey; readonly direct: boolean }>,
) {
  return allPages(read).map(({ key, direct }) => ({ name: key, direct }));
}

export function derivationAnswer({ steps, grant }: Derivation): DerivationAnswer {
  return {
    groups: steps.map(({ group }) => group),
    directories: steps.map(({ directory }) => directory.name),
    grant: grantAnswer(grant),
  };
}

function grantAnswer({ permission, subjectType, subjectName }: Grant): GrantAnswer {
  return { permission, subjectType, subject: subjectName };
}

export function missingAnswer(missing: Missing): MissingAnswer {
  const names = (directories: readonly Directory[]) => directories.map(({ name }) => name);
  switch (missing.reason) {
    case 'DIRECTORY_INACTIVE':
      return { reason: missing.reason, directories: names(missing.directories) };
    case 'USER_INACTIVE': {
      const { reason, directory, hides } = missing;
      return { reason, directory: directory.name, hides: names(hides) };
    }
    case 'MASKED': {
      const { reason, directory, maskedBy } = missing;
      return { reason, directory: directory.name, maskedBy: maskedBy.name };
    }
    case 'NESTING_OFF': {
      const { reason, directory, derivation } = missing;
      return { reason, directory: directory.name, derivation: derivationAnswer(derivation) };
    }
    case 'NOT_IN_GRANTED_GROUP':
      return { reason: missing.reason, grants: missing.grants.map(grantAnswer) };
    default:
      return missing;
  }
}
