import { nameKey } from '../../src/domain/index.js';
import type { FindingCode } from '../../src/engine/index.js';

interface Placed {
  readonly name: string;
  readonly active?: boolean;
  readonly directory: { readonly name: string };
}

export interface FindingData {
  readonly code: FindingCode;
  readonly permission: string | null;
  readonly user: Placed | null;
  readonly maskedBy: Placed | null;
  readonly group: Placed | null;
  readonly groups: readonly Placed[];
  readonly grant: {
    readonly permission: string;
    readonly subjectType: string;
    readonly subjectName: string;
  } | null;
  readonly directories: readonly { readonly name: string }[];
  readonly heldByGroup: boolean | null;
  readonly ways: number | null;
  readonly wouldGain: readonly string[];
  readonly wouldLose: readonly string[];
}

export const FINDING_FIELDS = `code permission message heldByGroup ways wouldGain wouldLose
  user { name active directory { name } } maskedBy { name active directory { name } }
  group { name directory { name } } groups { name directory { name } }
  grant { permission subjectType subjectName } directories { name }`;

/** The same line that `findingText` makes of the engine's finding, made of what GraphQL tells. */
export function findingLine(finding: FindingData): string {
  const { code, permission, grant, directories } = finding;
  const granted = grant
    ? `${grant.permission} to ${grant.subjectType.toLowerCase()} ${nameKey(grant.subjectName)}`
    : '';
  const places = directories.map(({ name }) => name).join(', ');
  switch (code) {
    case 'NO_HOLDER':
      return `${code} ${permission}`;
    case 'LAST_HOLDER':
      return `${code} ${permission}: ${key(finding.user)}`;
    case 'NESTING_ONLY_HERE':
      return `${code} ${places}`;
    case 'GRANT_TO_UNKNOWN_NAME':
      return `${code} ${granted} [${places}]`;
    case 'GRANT_TO_EMPTY_GROUP':
      return `${code} ${granted}: ${place(finding.group)}`;
    case 'GRANT_TO_SINGLE_USER': {
      const also = finding.heldByGroup ? ', by a group too' : '';
      return `${code} ${granted}: ${place(finding.user)}${also}`;
    }
    case 'SEAT_OF_INACTIVE':
      return `${code} ${granted}`;
    case 'NESTED_CYCLE':
      return `${code} ${finding.groups.map(place).join(', ')} [${places}]`;
    case 'SEVERAL_PATHS': {
      const to = finding.groups.map(key).join(', ');
      return `${code} ${place(finding.group)} ${permission}: ${finding.ways} ways to ${to}`;
    }
    case 'MASKED_NAME_DIFFERS':
      return `${code} ${maskedLine(finding)}`;
    case 'SEAT_NEVER_SEEN':
      return `${code} ${place(finding.user)}`;
  }
}

function maskedLine({ user, maskedBy, wouldGain, wouldLose }: FindingData): string {
  const what = [
    ...(user?.name === maskedBy?.name ? [] : ['spelling']),
    ...(user?.active === maskedBy?.active ? [] : ['active']),
    ...wouldGain.map((permission) => `+${permission}`),
    ...wouldLose.map((permission) => `-${permission}`),
  ];
  return `${place(user)} by ${maskedBy?.directory.name}: ${what.join(' ')}`;
}

function key(placed: Placed | null): string {
  return placed ? nameKey(placed.name) : 'nothing';
}

function place(placed: Placed | null): string {
  return placed ? `${key(placed)} in ${placed.directory.name}` : 'nothing';
}
