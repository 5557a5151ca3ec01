import type { RemoteLists } from './read-remote.js';

/** What a look at a directory that answers brought. */
export interface Finding {
  readonly outcome: 'OK' | 'WARNING';
  readonly message: string;
}

/** Groups looked at for nesting: enough to see it where it is used, few enough to answer at once. */
const GROUPS_LOOKED_AT = 1_000;

/**
 * Whether groups are seen in groups, and whether that fits the directory's switch. Reads the
 * memberships no further than it must.
 */
export async function inspectNesting(remote: RemoteLists, nestedGroups: boolean): Promise<Finding> {
  let groups = 0;
  let ended = true;
  for await (const { group, childGroups } of remote.readMemberships()) {
    if (childGroups.length > 0) return nestingSeen(group, childGroups[0], nestedGroups);
    groups += 1;
    if (groups === GROUPS_LOOKED_AT) {
      ended = false;
      break;
    }
  }
  const where = ended
    ? `in any of the server's ${count(groups, 'group')}`
    : `in the first ${groups} groups`;
  return {
    outcome: 'OK',
    message: nestedGroups
      ? `No group was seen ${where}. Nested groups are switched on for this directory, which does no harm.`
      : `No group was seen ${where}, and nested groups are switched off for this directory.`,
  };
}

function nestingSeen(group: string, child: string, nestedGroups: boolean): Finding {
  const seen = `The server has groups in groups: \`${group}\` holds \`${child}\`.`;
  return nestedGroups
    ? { outcome: 'OK', message: `${seen} Nested groups are switched on for this directory.` }
    : {
        outcome: 'WARNING',
        message: `${seen} Nested groups are switched off for this directory, so members of the inner group do not count in the outer one. Switch nested groups on if they should.`,
      };
}

/** How many users and groups the first page brings. */
export async function inspectFirstPages(remote: RemoteLists): Promise<Finding> {
  const users = await firstPage(remote.readUsers());
  const groups = await firstPage(remote.readGroups());
  const brought = `The first page brought ${count(users, 'user')} and ${count(groups, 'group')}.`;
  if (users > 0 && groups > 0) return { outcome: 'OK', message: brought };
  const missing = users === 0 ? 'users' : 'groups';
  return {
    outcome: 'WARNING',
    message: `${brought} If there should be ${missing}, check at the server which directories and groups the application may see.`,
  };
}

async function firstPage(pages: AsyncIterable<readonly unknown[]>): Promise<number> {
  for await (const page of pages) return page.length;
  return 0;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
