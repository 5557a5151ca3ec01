import {
  asId,
  type Directory,
  type Grant,
  type LicenceState,
  licenceCrossings,
  type NameKey,
  type Page,
  type PageRequest,
  type Revision,
} from '../../src/domain/index.js';
import { type Derivation, type Missing, PermissionIndex } from '../../src/engine/index.js';
import { NaiveFacts } from './naive-facts.js';
import { NaiveModel } from './naive-model.js';
import type {
  Action,
  Answerer,
  DerivationAnswer,
  GrantAnswer,
  Installation,
  Installer,
  MissingAnswer,
} from './scenario-answerer.js';
import { ScenarioAuthor, type Written } from './scenario-author.js';

/** More derivations, and more grants of a *no*, than any scenario has. */
const EVERYTHING = 1_000;

/** Small, so that every list is read over several pages. */
const PAGE_SIZE = 3;

/** The oracle: everything else is compared with it. */
export const naiveInstaller: Installer = {
  name: 'naive model',
  async install(setup) {
    const author = new ScenarioAuthor(new NaiveFacts());
    const model = new NaiveModel(author.facts);
    author.perform(setup);
    const seats = async (): Promise<LicenceState> => {
      const { used, allowed } = await model.seats();
      return { seatsUsed: used, seatsAllowed: allowed };
    };
    return {
      answerers: [model],
      async perform(actions) {
        const before = await seats();
        author.perform(actions);
        return crossingsOf(before, await seats());
      },
      async close() {},
    };
  },
};

/** Built once from the snapshot after the set-up, and from then on fed with changes. */
export const fedEngineInstaller: Installer = engineInstaller(
  'engine fed with changes',
  (index, written, facts) => {
    index.apply(asId<Revision>(facts.revision), written.changes, written.reloads);
    return index;
  },
);

/** Built anew from a snapshot after each change. */
export const rebuiltEngineInstaller: Installer = engineInstaller(
  'engine built from a snapshot',
  (_index, _written, facts) => new PermissionIndex(facts.snapshot()),
);

export const ENGINE_INSTALLERS: readonly Installer[] = [fedEngineInstaller, rebuiltEngineInstaller];

function engineInstaller(
  name: string,
  follow: (index: PermissionIndex, written: Written, facts: NaiveFacts) => PermissionIndex,
): Installer {
  return {
    name,
    async install(setup: readonly Action[]): Promise<Installation> {
      const author = new ScenarioAuthor(new NaiveFacts());
      author.perform(setup);
      let index = new PermissionIndex(author.facts.snapshot());
      return {
        answerers: [indexAnswerer(name, () => index)],
        async perform(actions) {
          const before = index.licence();
          index = follow(index, author.perform(actions), author.facts);
          return crossings(before, index.licence());
        },
        async close() {},
      };
    },
  };
}

/** The crossings that the domain finds, as text. */
export function crossings(before: LicenceState, after: LicenceState): string[] {
  return licenceCrossings(before, after).map(crossingText);
}

export function crossingText(crossing: {
  readonly threshold: number;
  readonly direction: string;
}): string {
  return `${crossing.threshold} ${crossing.direction}`;
}

/** The same by the rule's own words: 90 from nine tenths of the limit on, 100 only above the limit. */
function crossingsOf(before: LicenceState, after: LicenceState): string[] {
  const passed = ({ seatsUsed, seatsAllowed }: LicenceState) =>
    seatsAllowed === null
      ? []
      : [
          ...(seatsUsed > 0 && seatsUsed >= (seatsAllowed * 9) / 10 ? [90] : []),
          ...(seatsUsed > seatsAllowed ? [100] : []),
        ];
  const was = passed(before);
  const is = passed(after);
  const up = is.filter((threshold) => !was.includes(threshold));
  const down = was.filter((threshold) => !is.includes(threshold)).reverse();
  return [...down.map((threshold) => `${threshold} DOWN`), ...up.map((t) => `${t} UP`)];
}

/** A permission index, read page by page. `current` gives the index as it is at each question. */
export function indexAnswerer(
  name: string,
  current: () => PermissionIndex | Promise<PermissionIndex>,
): Answerer {
  return {
    name,
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
  const all: Item[] = [];
  for (let after: NameKey | null = null; ; ) {
    const { items, hasMore, total } = read({ first, after });
    all.push(...items);
    if (!hasMore) {
      if (total !== all.length) throw new Error(`${all.length} items of ${total} were given`);
      return all;
    }
    if (items.length !== first) throw new Error('a page that is not the last must be full');
    after = items[items.length - 1].key;
  }
}

function relations(
  read: (page: PageRequest<NameKey>) => Page<{ readonly key: NameKey; readonly direct: boolean }>,
) {
  return allPages(read).map(({ key, direct }) => ({ name: key, direct }));
}

function derivationAnswer({ steps, grant }: Derivation): DerivationAnswer {
  return {
    groups: steps.map(({ group }) => group),
    directories: steps.map(({ directory }) => directory.name),
    grant: grantAnswer(grant),
  };
}

function grantAnswer({ permission, subjectType, subjectName }: Grant): GrantAnswer {
  return { permission, subjectType, subject: subjectName };
}

function missingAnswer(missing: Missing): MissingAnswer {
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
