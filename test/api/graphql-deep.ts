import { nameKey } from '../../src/domain/index.js';
import { grantLine } from '../support/finding-text.js';
import type {
  Action,
  Answerer,
  DeepAnswers,
  DerivationAnswer,
  EffectAnswer,
  MissingAnswer,
} from '../support/scenario-answerer.js';
import { effectLines, moveText, treeLine } from '../support/scenario-texts.js';
import { dryRunByMutation } from './graphql-actor.js';
import type { DerivationData, MissingData } from './graphql-answerer.js';
import { FINDING_FIELDS, type FindingData, findingLine } from './graphql-findings.js';
import { plannedChanges } from './graphql-plan.js';
import { OPERATOR, type Served } from './served.js';

const ALL = 1_000;
const PAGE = 2;
const FEW = 20;

interface Named {
  readonly name: string;
}

interface MoveData {
  readonly userName: string;
  readonly before: { readonly directory: Named };
  readonly after: { readonly directory: Named };
}

interface GrantData {
  readonly permission: string;
  readonly subjectType: 'USER' | 'GROUP';
  readonly subjectName: string;
}

interface Listed<Node> {
  readonly totalCount: number;
  readonly nodes: readonly Node[];
}

export interface PreviewData {
  readonly permissions: readonly {
    readonly permission: string;
    readonly gainedCount: number;
    readonly lostCount: number;
    readonly gained: Listed<{ readonly userName: string; readonly reasonAfter: Reason }>;
    readonly lost: Listed<{ readonly userName: string; readonly reasonAfter: Reason }>;
  }[];
  readonly refusals: readonly { readonly code: string }[];
  readonly seatsBefore: { readonly used: number };
  readonly seatsAfter: { readonly used: number };
  readonly crossings: readonly { readonly threshold: number; readonly direction: string }[];
  readonly masked: Listed<MoveData>;
  readonly unmasked: Listed<MoveData>;
  readonly grantsReachingNobody: Listed<GrantData>;
  readonly emptyGroups: Listed<Named>;
}

interface Reason {
  readonly allowed: boolean;
}

interface NodeData {
  readonly path: string;
  readonly cycle: boolean;
  readonly userCount: number;
  readonly groupCount: number;
  readonly group: { readonly name: string; readonly directory: Named };
  readonly users: Listed<Named>;
}

const MOVE = 'totalCount nodes { userName reasonAfter { allowed } }';
const MASK_MOVE =
  'totalCount nodes { userName before { directory { name } } after { directory { name } } }';
const GRANT = 'permission subjectType subjectName';

/** Everything a preview says. */
export const PREVIEW_FIELDS = `
  permissions {
    permission gainedCount lostCount
    gained(first: ${FEW}) { ${MOVE} } lost(first: ${FEW}) { ${MOVE} }
  }
  refusals { code } seatsBefore { used } seatsAfter { used } crossings { threshold direction }
  masked(first: ${FEW}) { ${MASK_MOVE} } unmasked(first: ${FEW}) { ${MASK_MOVE} }
  grantsReachingNobody(first: ${FEW}) { totalCount nodes { ${GRANT} } }
  emptyGroups(first: ${FEW}) { totalCount nodes { name } }`;

const NODE = `path cycle userCount groupCount group { name directory { name } }
  users(first: ${ALL}) { totalCount nodes { name } }`;

/** Asks the deeper questions as an administrator's client does. */
export function graphqlDeep(
  served: Served,
  mapping: {
    readonly derivation: (data: DerivationData) => DerivationAnswer;
    readonly missing: (data: MissingData) => MissingAnswer;
    readonly derivationFields: string;
    readonly missingFields: string;
    readonly asOf: (revision: number) => Answerer;
  },
): DeepAnswers {
  const ask = <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) =>
    served.read<Data>(OPERATOR, query, variables);
  const directoryId = async (name: string) => {
    const data = await ask<{ directories: { nodes: { id: string; name: string }[] } }>(
      '{ directories { nodes { id name } } }',
    );
    return data.directories.nodes.find((each) => nameKey(each.name) === nameKey(name))?.id;
  };
  return {
    async whyNot(user, permission) {
      const { whyNot } = await ask<{ whyNot: MissingData[] }>(
        `query ($user: String!, $permission: PermissionKey!) {
          whyNot(user: $user, permission: $permission, first: 50) { ${mapping.missingFields} }
        }`,
        { user, permission },
      );
      return whyNot.map(mapping.missing);
    },
    async derivations(user, permission) {
      const found: DerivationAnswer[] = [];
      for (let after: string | null = null; ; ) {
        const page: DerivationsData = await ask<DerivationsData>(
          `query ($user: String!, $permission: PermissionKey!, $after: String) {
            explain(user: $user, permission: $permission) {
              allDerivations(first: ${PAGE}, after: $after) {
                complete nodes { ${mapping.derivationFields} } pageInfo { hasNextPage endCursor }
              }
            }
          }`,
          { user, permission, after },
        );
        const { nodes, pageInfo } = page.explain.allDerivations;
        found.push(...nodes.map(mapping.derivation));
        if (!pageInfo.hasNextPage) return found;
        after = pageInfo.endCursor;
      }
    },
    async holdersWhere(permission, { directory, onlyThroughNesting }) {
      const { holders } = await ask<{ holders: Listed<Named> }>(
        `query ($permission: PermissionKey!, $directory: ID, $onlyThroughNesting: Boolean) {
          holders(permission: $permission, directory: $directory,
            onlyThroughNesting: $onlyThroughNesting, first: ${ALL}) { totalCount nodes { name } }
        }`,
        {
          permission,
          onlyThroughNesting,
          directory: directory === undefined ? null : await directoryId(directory),
        },
      );
      return whole(holders).map(({ name }) => name);
    },
    async tree(group) {
      const { group: found } = await ask<{ group: { expansion: NodeData[] } | null }>(
        `query ($group: String!) { group(name: $group) { expansion { ${NODE} } } }`,
        { group },
      );
      const lines: string[] = [];
      for (const root of found?.expansion ?? []) lines.push(...(await linesBelow(root, [])));
      return lines;
    },
    async findings() {
      const { findings } = await ask<{ findings: Listed<FindingData> }>(
        `{ findings(first: 100) { totalCount nodes { ${FINDING_FIELDS} } } }`,
      );
      return whole(findings).map(findingLine);
    },
    async preview(actions) {
      const planned = await plannedPreview(actions);
      const tried = await dryRunByMutation<PreviewData>(served, actions, PREVIEW_FIELDS);
      const answers = [planned, tried].flatMap((data) => (data ? [effectAnswer(data)] : []));
      const [first, second = first] = answers;
      if (effectLines(first).join('\n') !== effectLines(second).join('\n')) {
        throw new Error(`the plan: ${effectLines(first)}; the dry run: ${effectLines(second)}`);
      }
      return { ...first, refusals: tried?.refusals.map(({ code }) => code) };
    },
    async asOf(revision) {
      const { errors } = await served.ask(OPERATOR, `{ licence(asOf: ${revision}) { used } }`);
      const details = errors?.[0].extensions.details;
      return details ? { unreachable: String(details.reason) } : mapping.asOf(revision);
    },
    async diff(from, to) {
      const { diff } = await ask<{ diff: PreviewData }>(
        `{ diff(from: ${from}, to: ${to}) { ${PREVIEW_FIELDS} } }`,
      );
      return effectAnswer(diff);
    },
  };

  async function plannedPreview(actions: readonly Action[]): Promise<PreviewData | null> {
    const changes = await plannedChanges(served, actions);
    if (!changes) return null;
    const { preview } = await ask<{ preview: PreviewData }>(
      `query ($changes: [PlannedChangeInput!]!) { preview(changes: $changes) { ${PREVIEW_FIELDS} } }`,
      { changes },
    );
    return preview;
  }

  /** Each node is opened by its path, in a request of its own. */
  async function linesBelow(node: NodeData, above: readonly string[]): Promise<string[]> {
    const groups = [...above, node.group.name];
    const users = whole(node.users).map(({ name }) => name);
    const { expansion } = await ask<{ expansion: { groups: Listed<NodeData> } }>(
      `query ($path: String!) {
        expansion(path: $path) { groups(first: 10) { totalCount nodes { ${NODE} } } }
      }`,
      { path: node.path },
    );
    const below = whole(expansion.groups);
    if (users.length !== node.userCount || below.length !== node.groupCount) {
      throw new Error('a node counts others than it lists');
    }
    const { cycle } = node;
    const lines = [treeLine({ groups, directory: node.group.directory.name, cycle, users })];
    for (const child of below) lines.push(...(await linesBelow(child, groups)));
    return lines;
  }
}

interface DerivationsData {
  readonly explain: {
    readonly allDerivations: {
      readonly nodes: readonly DerivationData[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  };
}

function effectAnswer(data: PreviewData): EffectAnswer {
  const names = (way: 'gained' | 'lost') =>
    Object.fromEntries(
      data.permissions
        .filter((each) => each[way].totalCount > 0)
        .map((each) => [
          each.permission,
          whole(each[way]).map(({ userName }) => nameKey(userName)),
        ]),
    );
  for (const { gained, lost, gainedCount, lostCount } of data.permissions) {
    const told = [...gained.nodes.map(isAllowed), ...lost.nodes.map((move) => !isAllowed(move))];
    if (told.includes(false)) throw new Error('a reason contradicts what is gained or lost');
    if (gainedCount !== gained.totalCount || lostCount !== lost.totalCount) {
      throw new Error('a count is not that of the list');
    }
  }
  const moves = (list: Listed<MoveData>) =>
    whole(list).map(({ userName, before, after }) =>
      moveText(userName, before.directory.name, after.directory.name),
    );
  return {
    gained: names('gained'),
    lost: names('lost'),
    seats: { before: data.seatsBefore.used, after: data.seatsAfter.used },
    crossings: data.crossings.map(({ threshold, direction }) => `${threshold} ${direction}`),
    masked: moves(data.masked),
    unmasked: moves(data.unmasked),
    grantsReachingNobody: whole(data.grantsReachingNobody).map((grant) =>
      grantLine(grant as Parameters<typeof grantLine>[0]),
    ),
    emptyGroups: whole(data.emptyGroups).map(({ name }) => nameKey(name)),
  };
}

function isAllowed({ reasonAfter }: { readonly reasonAfter: Reason }): boolean {
  return reasonAfter.allowed;
}

/** The nodes of a list that is given in one page. */
function whole<Node>({ totalCount, nodes }: Listed<Node>): readonly Node[] {
  if (totalCount !== nodes.length) {
    throw new Error(`${totalCount} are counted and ${nodes.length} are listed`);
  }
  return nodes;
}
