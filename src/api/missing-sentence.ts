import type { Directory, Grant, PermissionKey } from '../domain/index.js';
import type { Derivation, Missing } from '../engine/index.js';

/** How one way to a permission reads. */
export function derivationSentence(
  userName: string,
  permission: PermissionKey,
  { steps, grant }: Derivation,
): string {
  const granted =
    grant.permission === permission
      ? `granted ${permission}`
      : `granted ${grant.permission}, which includes ${permission}`;
  if (steps.length === 0) return `\`${userName}\` has been ${granted}`;
  const groups = steps.map((step) => `\`${step.group}\``).join(', which is in ');
  return `\`${userName}\` is in ${groups}, which has been ${granted}`;
}

/** How an obstacle reads, with what would take it away. */
export function missingSentence(
  userName: string,
  permission: PermissionKey,
  missing: Missing,
): string {
  const user = `\`${userName}\``;
  switch (missing.reason) {
    case 'NO_SUCH_USER':
      return `no directory knows ${user}; check the spelling, or synchronise the directory they belong to`;
    case 'DIRECTORY_INACTIVE':
      return `${user} is known only in ${named(missing.directories)}, which is disabled; enable it`;
    case 'USER_INACTIVE': {
      const activate = `${user} is inactive in \`${missing.directory.name}\`, the directory that counts; activate the account there`;
      if (missing.hides.length === 0) return activate;
      return `${activate}, or put ${named(missing.hides)} before it, where the account is active`;
    }
    case 'MASKED':
      return `the entry of ${user} in \`${missing.directory.name}\` would have ${permission}, but \`${missing.maskedBy.name}\` comes first and knows the name too; give the memberships there, or change the order`;
    case 'NESTING_OFF':
      return `${derivationSentence(userName, permission, missing.derivation)}, but nested groups do not count in \`${missing.directory.name}\`; switch them on there, or make the user a direct member`;
    case 'NO_SEAT':
      return `${user} does not hold ${missing.needs}, which signing in needs and a seat comes with`;
    case 'NOBODY_GRANTED':
      return `${permission} has been granted to nobody; grant it to a group`;
    case 'NOT_IN_GRANTED_GROUP':
      return `${permission} comes with ${subjects(missing.grants)}, and ${user} is none of these nor in one; add the user to a group that has it`;
  }
}

/** The same obstacle without what concerns other people by name. */
export function withoutOtherUsers(missing: Missing): Missing {
  if (missing.reason !== 'NOT_IN_GRANTED_GROUP') return missing;
  return {
    ...missing,
    grants: missing.grants.filter(({ subjectType }) => subjectType === 'GROUP'),
  };
}

function named(directories: readonly Directory[]): string {
  return directories.map(({ name }) => `\`${name}\``).join(', ');
}

function subjects(grants: readonly Grant[]): string {
  if (grants.length === 0) return 'grants to others';
  return grants
    .map(
      ({ subjectType, subjectName, permission }) =>
        `${permission} for the ${subjectType === 'USER' ? 'user' : 'group'} \`${subjectName}\``,
    )
    .join(', ');
}
