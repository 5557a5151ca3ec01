import type { NameKey } from '../../src/domain/index.js';
import type { ExpansionNode, PermissionIndex } from '../../src/engine/index.js';
import { allPages, everyKeyed } from './pages.js';

/** A group that comes again and again below others is opened so often in each view. */
const OPENINGS = 3;

/** The user names at the leaves of the tree below a group, opened node by node. */
export function leavesBelow(index: PermissionIndex, group: string, pageSize: number): Set<NameKey> {
  const leaves = new Set<NameKey>();
  const openings = new Map<string, number>();
  const open = (node: ExpansionNode) => {
    const { path, cycle, userCount, groupCount } = node;
    const where = path.groups.join(' > ');
    const repeated = path.groups.indexOf(node.group.key) < path.groups.length - 1;
    agree(`whether ${where} is a cycle`, cycle, repeated);
    agree(`the end of ${where}`, path.groups[path.groups.length - 1], node.group.key);
    if (cycle) return agree(`groups below the cycle ${where}`, groupCount, 0);
    const opening = `${path.directoryId} ${node.group.key}`;
    const opened = openings.get(opening) ?? 0;
    openings.set(opening, opened + 1);
    if (opened >= OPENINGS) return;
    const users = allPages((page) => index.expandUsers(path, page), pageSize);
    agree(`users in ${where}`, users.length, userCount);
    for (const { key, active } of users) {
      agree(`whether ${key} in ${where} is active`, active, true);
      leaves.add(key);
    }
    const below = everyKeyed(
      (page) => index.expandGroups(path, page),
      (child) => child.group.key,
      pageSize,
    );
    agree(`groups in ${where}`, below.length, groupCount);
    for (const child of below) {
      const way = [...path.groups, child.group.key].join(' > ');
      agree(`the way to ${way}`, child.path.groups.join(' > '), way);
      open(child);
    }
  };
  for (const root of index.expand(group)) open(root);
  return leaves;
}

function agree(question: string, one: unknown, other: unknown): void {
  if (one !== other) throw new Error(`${question}? ${one} and ${other}`);
}
