import {
  type Change,
  isGatehouseError,
  type LoggedChange,
  type NameKey,
  nameKey,
  type Page,
  type PageRequest,
  type Revision,
} from '../../src/domain/index.js';
import type {
  Derivation,
  DerivationCursor,
  MaskMove,
  PermissionIndex,
  Preview,
} from '../../src/engine/index.js';
import { findingText, grantLine } from './finding-text.js';
import type { Action, DeepAnswers, EffectAnswer } from './scenario-answerer.js';
import {
  allPages,
  allPagesBy,
  derivationAnswer,
  indexAnswerer,
  missingAnswer,
} from './scenario-index-answerer.js';
import { movesOf, moveText, treeLine } from './scenario-texts.js';

const EVERYTHING = 1_000;
const PAGE_SIZE = 2;

/** What an index stands in, as far as the deeper questions need it. */
export interface IndexSurroundings {
  /** What has been logged after a revision, oldest first. */
  logged(after: Revision): Promise<readonly LoggedChange[]>;
  /** What actions would write. */
  wouldWrite(actions: readonly Action[]): Promise<readonly Change[]>;
}

export function indexDeep(
  current: () => PermissionIndex | Promise<PermissionIndex>,
  around: IndexSurroundings,
): DeepAnswers {
  const past = async (revision: number) => {
    const since = await around.logged(revision as Revision);
    return (await current()).asOf(revision as Revision, since);
  };
  return {
    whyNot: async (user, permission) =>
      (await current()).whyNot(user, permission, EVERYTHING).map(missingAnswer),
    derivations: async (user, permission) => {
      const index = await current();
      const found: Derivation[] = [];
      for (let after: DerivationCursor | null = null; ; ) {
        const page = index.derivationsOf(user, permission, { first: PAGE_SIZE, after });
        found.push(...page.items);
        if (page.next === null) return found.map(derivationAnswer);
        after = page.next;
      }
    },
    holdersWhere: async (permission, { directory, onlyThroughNesting }) => {
      const index = await current();
      const id = index.directories().find((each) => each.nameKey === nameKey(directory ?? ''))?.id;
      const filter = {
        onlyThroughNesting,
        ...(directory === undefined ? {} : { directoryId: id }),
      };
      return allPages((page) => index.holdersOf(permission, page, filter)).map(({ key }) => key);
    },
    tree: async (group) => treeBelow(await current(), group),
    findings: async () => {
      const search = (await current()).findings({});
      for (;;) {
        const { done, value } = search.next();
        if (done) return value.map(findingText);
      }
    },
    preview: async (actions) => {
      const index = await current();
      return effectAnswer(index.preview(await around.wouldWrite(actions)));
    },
    asOf: async (revision) => {
      try {
        const index = await past(revision);
        return indexAnswerer('an index as of a past revision', () => index);
      } catch (error) {
        if (!isGatehouseError(error, 'REVISION_NOT_REACHABLE')) throw error;
        return { unreachable: error.details.reason };
      }
    },
    diff: async (from, to) => {
      const since = await around.logged(from as Revision);
      const changes = since.filter(({ revision }) => revision <= to).map(({ change }) => change);
      return effectAnswer((await past(from)).preview(changes));
    },
  };
}

function effectAnswer(preview: Preview): EffectAnswer {
  const permissions = preview.before.scheme.scheme.permissions.map(({ key }) => key);
  const keysOf = <Item>(
    read: (page: PageRequest<NameKey>) => Page<Item>,
    keyOf: (item: Item) => NameKey,
  ) => allPagesBy(read, keyOf).map(keyOf);
  const moves = (read: (page: PageRequest<NameKey>) => Page<MaskMove>) =>
    allPagesBy(read, ({ after }) => after.key).map(({ before, after }) =>
      moveText(after.key, before.directory.name, after.directory.name),
    );
  return {
    gained: movesOf(permissions, (permission) =>
      keysOf(
        (page) => preview.gained(permission, page),
        ({ key }) => key,
      ),
    ),
    lost: movesOf(permissions, (permission) =>
      keysOf(
        (page) => preview.lost(permission, page),
        ({ before }) => before.key,
      ),
    ),
    seats: { before: preview.licenceBefore.seatsUsed, after: preview.licenceAfter.seatsUsed },
    crossings: preview.crossings.map(({ threshold, direction }) => `${threshold} ${direction}`),
    masked: moves((page) => preview.masked(page)),
    unmasked: moves((page) => preview.unmasked(page)),
    grantsReachingNobody: preview
      .grantsReachingNobody({ first: EVERYTHING, after: null })
      .items.map(grantLine),
    emptyGroups: keysOf(
      (page) => preview.emptyGroups(page),
      ({ key }) => key,
    ),
  };
}

function treeBelow(index: PermissionIndex, group: string): string[] {
  type Node = ReturnType<PermissionIndex['expand']>[number];
  const lines = ({ path, group, cycle, userCount, groupCount }: Node): string[] => {
    const users = allPages((page) => index.expandUsers(path, page)).map(({ key }) => key);
    const below = allPagesBy(
      (page) => index.expandGroups(path, page),
      (node) => node.group.key,
    );
    if (users.length !== userCount || below.length !== groupCount) {
      throw new Error(`${userCount} users and ${groupCount} groups are counted and others listed`);
    }
    const { directory } = group;
    return [
      treeLine({ groups: path.groups, directory: directory.name, cycle, users }),
      ...below.flatMap(lines),
    ];
  };
  return index.expand(group).flatMap(lines);
}
