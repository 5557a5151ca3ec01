import type {
  Answerer,
  DerivationAnswer,
  ExplainAnswer,
  GrantAnswer,
  MissingAnswer,
  Relation,
} from '../support/scenario-answerer.js';
import { graphqlDeep } from './graphql-deep.js';
import { OPERATOR, type Served } from './served.js';

/** More than any scenario has of anything. */
const ALL = 1_000;
/** More derivations, and more grants of a *no*, than any scenario has. */
const REASONS = 50;

interface Named {
  readonly name: string;
}

interface GrantData {
  readonly permission: string;
  readonly subjectType: 'USER' | 'GROUP';
  readonly subjectName: string;
}

export interface DerivationData {
  readonly steps: readonly { readonly groupName: string; readonly directory: Named }[];
  readonly grant: GrantData;
}

export interface MissingData {
  readonly reason: MissingAnswer['reason'];
  readonly directory: Named | null;
  readonly maskedBy: Named | null;
  readonly directories: readonly Named[];
  readonly derivation: DerivationData | null;
  readonly needs: string | null;
  readonly grants: readonly GrantData[];
}

interface EdgeData {
  readonly direct: boolean;
  readonly node: Named;
}

const GRANT = 'permission subjectType subjectName';
const DERIVATION = `steps { groupName directory { name } } grant { ${GRANT} }`;
const MISSING = `reason needs directory { name } maskedBy { name } directories { name }
  derivation { ${DERIVATION} } grants { ${GRANT} }`;
const EXPLAIN = `query ($user: String!, $permission: PermissionKey!, $asOf: Revision) {
  explain(user: $user, permission: $permission, first: ${REASONS}, asOf: $asOf) {
    allowed derivationCount derivations { ${DERIVATION} }
    missing { ${MISSING} }
  }
}`;

/**
 * Asks every question as an administrator's client does: in GraphQL over HTTP.
 * @param asOf the revision to ask about; now when left out.
 */
export function graphqlAnswerer(
  name: string,
  served: Served,
  asOf: number | null = null,
): Answerer {
  const ask = <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) =>
    served.read<Data>(OPERATOR, query, { ...variables, asOf });

  const related = async (
    root: 'user' | 'group',
    field: 'groups' | 'members' | 'parentGroups' | 'childGroups',
    of: string,
    nested: boolean,
  ): Promise<Relation[]> => {
    const data = await ask<{ found: { list: { edges: EdgeData[] } } | null }>(
      `query ($of: String!, $nested: Boolean!, $asOf: Revision) {
        found: ${root}(name: $of, asOf: $asOf) {
          list: ${field}(nested: $nested, first: ${ALL}) { edges { direct node { name } } }
        }
      }`,
      { of, nested },
    );
    const edges = data.found?.list.edges ?? [];
    return edges.map(({ direct, node }) => ({ name: node.name, direct }));
  };

  return {
    name,
    deep:
      asOf === null
        ? graphqlDeep(served, {
            derivation: derivationAnswer,
            missing: missingAnswer,
            derivationFields: DERIVATION,
            missingFields: MISSING,
            asOf: (revision) => graphqlAnswerer(`${name} as of ${revision}`, served, revision),
          })
        : undefined,
    async check(user, permission) {
      const query = `query ($user: String!, $permission: PermissionKey!, $asOf: Revision) {
        check(user: $user, permission: $permission, asOf: $asOf)
      }`;
      return (await ask<{ check: boolean }>(query, { user, permission })).check;
    },
    async effectivePermissions(user) {
      const data = await ask<{
        effectivePermissions: { permissions: { permission: string }[] };
      }>(
        `query ($user: String!, $asOf: Revision) {
          effectivePermissions(user: $user, asOf: $asOf) { permissions { permission } }
        }`,
        { user },
      );
      return data.effectivePermissions.permissions.map(({ permission }) => permission);
    },
    async holdersOf(permission) {
      const { holders } = await ask<{ holders: { totalCount: number; nodes: Named[] } }>(
        `query ($permission: PermissionKey!, $asOf: Revision) {
          holders(permission: $permission, first: ${ALL}, asOf: $asOf) { totalCount nodes { name } }
        }`,
        { permission },
      );
      if (holders.totalCount !== holders.nodes.length) {
        throw new Error(`${holders.totalCount} holders are counted and others listed`);
      }
      return holders.nodes.map((node) => node.name);
    },
    groupsOf: (user, nested) => related('user', 'groups', user, nested),
    membersOf: (group, nested) => related('group', 'members', group, nested),
    parentGroupsOf: (group, nested) => related('group', 'parentGroups', group, nested),
    childGroupsOf: (group, nested) => related('group', 'childGroups', group, nested),
    async explain(user, permission): Promise<ExplainAnswer> {
      const { explain } = await ask<{
        explain: {
          allowed: boolean;
          derivationCount: number;
          derivations: DerivationData[];
          missing: MissingData[];
        };
      }>(EXPLAIN, { user, permission });
      return {
        allowed: explain.allowed,
        derivationCount: explain.derivationCount,
        derivations: explain.derivations.map(derivationAnswer),
        missing: explain.missing.map(missingAnswer),
      };
    },
    async seats() {
      const { licence } = await ask<{ licence: { used: number; limit: number | null } }>(
        'query ($asOf: Revision) { licence(asOf: $asOf) { used limit } }',
      );
      return { used: licence.used, allowed: licence.limit };
    },
    async revision() {
      if (asOf !== null) return asOf;
      return (await ask<{ revision: number }>('{ revision }')).revision;
    },
  };
}

function grantAnswer({ permission, subjectType, subjectName }: GrantData): GrantAnswer {
  return { permission, subjectType, subject: subjectName };
}

function derivationAnswer({ steps, grant }: DerivationData): DerivationAnswer {
  return {
    groups: steps.map(({ groupName }) => groupName),
    directories: steps.map(({ directory }) => directory.name),
    grant: grantAnswer(grant),
  };
}

function missingAnswer(missing: MissingData): MissingAnswer {
  const directories = missing.directories.map(({ name }) => name);
  const directory = missing.directory?.name ?? 'no directory';
  switch (missing.reason) {
    case 'NO_SUCH_USER':
    case 'NOBODY_GRANTED':
      return { reason: missing.reason };
    case 'DIRECTORY_INACTIVE':
      return { reason: missing.reason, directories };
    case 'USER_INACTIVE':
      return { reason: missing.reason, directory, hides: directories };
    case 'MASKED':
      return { reason: missing.reason, directory, maskedBy: missing.maskedBy?.name ?? 'nobody' };
    case 'NESTING_OFF':
      if (!missing.derivation) throw new Error('NESTING_OFF names no way');
      return {
        reason: missing.reason,
        directory,
        derivation: derivationAnswer(missing.derivation),
      };
    case 'NO_SEAT':
      return { reason: missing.reason, needs: missing.needs ?? 'nothing' };
    case 'NOT_IN_GRANTED_GROUP':
      return { reason: missing.reason, grants: missing.grants.map(grantAnswer) };
  }
}
