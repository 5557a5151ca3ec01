import type { Directory } from '../domain/index.js';
import type { Finding, GroupEntry } from '../engine/index.js';

/** What an administrator should know, with what could be done about it. */
export function findingSentence(finding: Finding): string {
  switch (finding.code) {
    case 'NO_HOLDER':
      return `nobody holds ${finding.permission}; grant it to a group that somebody is in`;
    case 'LAST_HOLDER':
      return `\`${finding.user.name}\` is the only one who holds ${finding.permission}; give it to a second person`;
    case 'NESTING_ONLY_HERE':
      return `nested groups count in \`${finding.directory.name}\` but not at its server, so people may have more rights here than there; switch them on there or off here`;
    case 'GRANT_TO_UNKNOWN_NAME':
      return `${granted(finding)}, but no active directory knows the name${known(finding.inactiveDirectories)}; whoever comes to bear it gets the permission, so take the grant back unless it waits for somebody`;
    case 'GRANT_TO_EMPTY_GROUP':
      return `${granted(finding)}, but nobody is in it, not even by nesting; add somebody or take the grant back`;
    case 'GRANT_TO_SINGLE_USER':
      return finding.heldByGroup
        ? `${granted(finding)}, who holds it by a group as well; take the grant back`
        : `${granted(finding)}; a grant to a group stays right when people come and go`;
    case 'SEAT_OF_INACTIVE':
      return `${granted(finding)}, but nobody it reaches is active; take it back, or they take seats as soon as they are activated`;
    case 'NESTED_CYCLE':
      return cycleSentence(finding.groups, finding.directories);
    case 'SEVERAL_PATHS':
      return `membership in \`${finding.group.name}\` gives ${finding.permission} in ${finding.moreWays ? 'at least ' : ''}${finding.ways} ways (by ${names(finding.grantedTo)}${finding.moreGrantedTo ? ' and others' : ''}), so to take one away changes nothing`;
    case 'MASKED_NAME_DIFFERS':
      return `the entry of \`${finding.user.name}\` in \`${finding.user.directory.name}\` is masked by \`${finding.maskedBy.name}\` in \`${finding.maskedBy.directory.name}\` and differs from it (${differences(finding)}); check that both are the same person before the order of directories changes`;
    case 'SEAT_NEVER_SEEN':
      return `\`${finding.user.name}\` takes a seat and was never seen signing in; ask whether it is needed`;
  }
}

type Granted = Extract<Finding, { readonly grant: unknown }>;

function granted({ grant }: Granted): string {
  const kind = grant.subjectType === 'USER' ? 'user' : 'group';
  return `${grant.permission} is granted to the ${kind} \`${grant.subjectName}\``;
}

function known(directories: readonly Directory[]): string {
  return directories.length === 0 ? '' : ` (disabled ones do: ${names(directories)})`;
}

function cycleSentence(groups: readonly GroupEntry[], directories: readonly Directory[]): string {
  const where = `in ${names(directories)}`;
  return groups.length === 1
    ? `the group ${names(groups)} is in itself ${where}; that gives nothing, take it out`
    : `the groups ${names(groups)} are in each other ${where} and give the same; take out the nesting that is not meant`;
}

function differences(finding: Extract<Finding, { readonly code: 'MASKED_NAME_DIFFERS' }>): string {
  return [
    ...(finding.spellingDiffers ? ['spelling'] : []),
    ...(finding.activeDiffers ? ['activity'] : []),
    ...(finding.wouldGain.length > 0 ? [`it would add ${finding.wouldGain.join(', ')}`] : []),
    ...(finding.wouldLose.length > 0 ? [`it would not have ${finding.wouldLose.join(', ')}`] : []),
  ].join('; ');
}

function names(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => `\`${name}\``).join(', ');
}
