import type {
  Directory,
  DirectoryId,
  Grant,
  MembershipMode,
  PermissionMask,
} from '../../src/domain/index.js';
import type { GroupEntry, UserEntry } from '../../src/engine/index.js';
import type { Known } from '../support/scenario-questions.js';

/** Somebody who can fill a sheet. Lists are in the order in which they are given; names are keys. */
export interface Respondent {
  mode(): MembershipMode;
  seats(): string;
  directories(): readonly Directory[];
  size(directory: DirectoryId): string;
  grants(): readonly string[];
  users(directory?: DirectoryId): readonly string[];
  groups(directory?: DirectoryId): readonly string[];
  holders(permission: string): readonly string[];
  /** Those whose entry that counts is in the directory. */
  holdersWithin(permission: string, directory: DirectoryId): readonly string[];
  /** Those to whom, and to whose direct groups, nothing that gives the permission is granted. */
  holdersByNesting(permission: string): readonly string[];
  entries(user: string): readonly string[];
  mask(user: string): PermissionMask;
  rankOfUser(user: string): PermissionMask;
  why(user: string, permission: string): string;
  groupsOf(user: string, nested: boolean): readonly string[];
  groupDirectories(group: string): readonly string[];
  maskOfGroup(group: string): PermissionMask;
  rankOfGroup(group: string): PermissionMask;
  membersOf(group: string, nested: boolean): readonly string[];
  above(group: string, nested: boolean): readonly string[];
  below(group: string, nested: boolean): readonly string[];
}

/** Every question about what is known, each with its answer, one a line and always in the same order. */
export type Sheet = readonly string[];

export function fillSheet(respondent: Respondent, known: Known): Sheet {
  const lines: string[] = [];
  const directories = respondent.directories();
  lines.push(`mode: ${respondent.mode()}`);
  lines.push(`seats: ${respondent.seats()}`);
  lines.push(`directories: ${directories.map(directoryText).join(', ')}`);
  lines.push(`grants: ${respondent.grants().join(', ')}`);
  lines.push(`users: ${respondent.users().join(', ')}`);
  lines.push(`groups: ${respondent.groups().join(', ')}`);
  for (const { id } of directories) {
    lines.push(`size of ${id}: ${respondent.size(id)}`);
    lines.push(`users of ${id}: ${respondent.users(id).join(', ')}`);
    lines.push(`groups of ${id}: ${respondent.groups(id).join(', ')}`);
  }
  for (const permission of known.permissions) {
    lines.push(`holders of ${permission}: ${respondent.holders(permission).join(', ')}`);
    const nested = respondent.holdersByNesting(permission).join(', ');
    lines.push(`holders of ${permission} by nesting: ${nested}`);
    for (const { id } of directories) {
      const within = respondent.holdersWithin(permission, id).join(', ');
      lines.push(`holders of ${permission} in ${id}: ${within}`);
    }
  }
  for (const user of known.users) fillUser(lines, respondent, user, known.permissions);
  for (const group of known.groups) fillGroup(lines, respondent, group);
  return lines;
}

function fillUser(
  lines: string[],
  respondent: Respondent,
  user: string,
  permissions: readonly string[],
): void {
  lines.push(`entries of ${user}: ${respondent.entries(user).join(', ')}`);
  lines.push(`mask of ${user}: ${respondent.mask(user)}`);
  lines.push(`rank of ${user}: ${respondent.rankOfUser(user)}`);
  for (const nested of [false, true]) {
    const groups = respondent.groupsOf(user, nested).join(', ');
    lines.push(`${nested ? 'all' : 'direct'} groups of ${user}: ${groups}`);
  }
  for (const permission of permissions) {
    lines.push(`why ${user} ${permission}: ${respondent.why(user, permission)}`);
  }
}

function fillGroup(lines: string[], respondent: Respondent, group: string): void {
  lines.push(`directories of ${group}: ${respondent.groupDirectories(group).join(', ')}`);
  lines.push(`mask of group ${group}: ${respondent.maskOfGroup(group)}`);
  lines.push(`rank of group ${group}: ${respondent.rankOfGroup(group)}`);
  for (const nested of [false, true]) {
    const depth = nested ? 'all' : 'direct';
    lines.push(`${depth} members of ${group}: ${respondent.membersOf(group, nested).join(', ')}`);
    lines.push(`${depth} above ${group}: ${respondent.above(group, nested).join(', ')}`);
    lines.push(`${depth} below ${group}: ${respondent.below(group, nested).join(', ')}`);
  }
}

/** The lines in which two sheets differ, with both. */
export function sheetDifferences(
  who: { readonly expected: string; readonly given: string },
  expected: Sheet,
  given: Sheet,
): string[] {
  const found: string[] = [];
  for (let i = 0; i < Math.max(expected.length, given.length); i++) {
    if (expected[i] === given[i]) continue;
    found.push(`${who.expected}: ${expected[i]}; ${who.given}: ${given[i]}`);
  }
  return found;
}

export function directoryText({ id, name, active, nestedGroups }: Directory): string {
  return `${name} #${id}${active ? '' : ' off'}${nestedGroups ? '' : ' flat'}`;
}

export function userText(entry: UserEntry): string {
  const { key, name, id, active, directory, maskedBy } = entry;
  const state = `${active ? '' : ' inactive'}${maskedBy ? ` behind ${maskedBy.name}` : ''}`;
  return `${key} as ${name} #${id} in ${directory.name}${state}`;
}

export function groupText({ key, name, id, directory }: GroupEntry): string {
  return `${key} as ${name} #${id} in ${directory.name}`;
}

export function relationText(key: string, direct: boolean): string {
  return direct ? key : `${key} by nesting`;
}

export function grantText({ permission, subjectType, subjectKey }: Grant): string {
  return `${permission} to ${subjectType.toLowerCase()} ${subjectKey}`;
}

/** Runs `work`; that it fails is one more problem. */
export function noting(problems: string[], work: () => void): void {
  try {
    work();
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
