import { EdgeColumns, type EdgeSlots } from './edges.js';

export interface EdgeDifference {
  readonly added: EdgeSlots;
  readonly removed: EdgeSlots;
}

/**
 * What turns the edges that are held into those of the remote side, group by group in slot order.
 * Linear in the edges; neither side may hold an edge twice.
 */
export function compareEdges(
  groupCount: number,
  memberCount: number,
  held: EdgeSlots,
  remote: EdgeSlots,
): EdgeDifference {
  const before = byGroup(groupCount, held);
  const after = byGroup(groupCount, remote);
  const added = new EdgeColumns();
  const removed = new EdgeColumns();
  // By member: twice the number of the group that was looked at last, and one more once the remote
  // side named the member too.
  const marks = new Uint32Array(memberCount);
  for (let group = 0; group < groupCount; group++) {
    const held = 2 * (group + 1);
    for (let i = before.starts[group]; i < before.starts[group + 1]; i++) {
      marks[before.members[i]] = held;
    }
    for (let i = after.starts[group]; i < after.starts[group + 1]; i++) {
      const member = after.members[i];
      if (marks[member] === held) marks[member] = held + 1;
      else added.push(group, member);
    }
    for (let i = before.starts[group]; i < before.starts[group + 1]; i++) {
      const member = before.members[i];
      if (marks[member] === held) removed.push(group, member);
    }
  }
  return { added: added.columns(), removed: removed.columns() };
}

/** The members in one column, those of a group side by side: a counting sort, which keeps their order. */
function byGroup(groupCount: number, { groups, members }: EdgeSlots) {
  const starts = new Uint32Array(groupCount + 1);
  for (const group of groups) starts[group + 1] += 1;
  for (let group = 0; group < groupCount; group++) starts[group + 1] += starts[group];
  const next = starts.slice();
  const sorted = new Uint32Array(members.length);
  for (let i = 0; i < members.length; i++) {
    sorted[next[groups[i]]] = members[i];
    next[groups[i]] += 1;
  }
  return { starts, members: sorted };
}
