import { type Grant, nameKey } from '../../src/domain/index.js';
import type { Finding, GroupEntry } from '../../src/engine/index.js';

/** A finding in one line of keys and directory names, which begins with its code. */
export function findingText(finding: Finding): string {
  const { code } = finding;
  switch (code) {
    case 'NO_HOLDER':
      return `${code} ${finding.permission}`;
    case 'LAST_HOLDER':
      return `${code} ${finding.permission}: ${finding.user.key}`;
    case 'NESTING_ONLY_HERE':
      return `${code} ${finding.directory.name}`;
    case 'GRANT_TO_UNKNOWN_NAME':
      return `${code} ${grantLine(finding.grant)} [${namesOf(finding.inactiveDirectories)}]`;
    case 'GRANT_TO_EMPTY_GROUP':
      return `${code} ${grantLine(finding.grant)}: ${place(finding.group)}`;
    case 'GRANT_TO_SINGLE_USER': {
      const { grant, user, heldByGroup } = finding;
      const who = `${user.key} in ${user.directory.name}`;
      return `${code} ${grantLine(grant)}: ${who}${heldByGroup ? ', by a group too' : ''}`;
    }
    case 'SEAT_OF_INACTIVE':
      return `${code} ${grantLine(finding.grant)}`;
    case 'NESTED_CYCLE':
      return `${code} ${finding.groups.map(place).join(', ')} [${namesOf(finding.directories)}]`;
    case 'SEVERAL_PATHS': {
      const to = finding.grantedTo.map(({ key }) => key).join(', ');
      const ways = `${finding.ways}${finding.moreWays ? ' or more' : ''} ways`;
      const more = finding.moreGrantedTo ? ' and more' : '';
      return `${code} ${place(finding.group)} ${finding.permission}: ${ways} to ${to}${more}`;
    }
    case 'MASKED_NAME_DIFFERS': {
      const { user, maskedBy } = finding;
      const what = [
        ...(finding.spellingDiffers ? ['spelling'] : []),
        ...(finding.activeDiffers ? ['active'] : []),
        ...finding.wouldGain.map((permission) => `+${permission}`),
        ...finding.wouldLose.map((permission) => `-${permission}`),
      ];
      const where = `${user.key} in ${user.directory.name} by ${maskedBy.directory.name}`;
      return `${code} ${where}: ${what.join(' ')}`;
    }
    case 'SEAT_NEVER_SEEN':
      return `${code} ${finding.user.key} in ${finding.user.directory.name}`;
  }
}

export function grantLine({ permission, subjectType, subjectName }: Grant): string {
  return `${permission} to ${subjectType.toLowerCase()} ${nameKey(subjectName)}`;
}

export function namesOf(directories: readonly { readonly name: string }[]): string {
  return directories.map(({ name }) => name).join(', ');
}

function place({ key, directory }: GroupEntry): string {
  return `${key} in ${directory.name}`;
}
