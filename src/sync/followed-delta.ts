import {
  type GroupFacts,
  type GroupId,
  sameGroupFacts,
  sameUserFacts,
  type UserFacts,
} from '../domain/index.js';
import type { DirectoryDelta } from './compare.js';
import { EdgeColumns } from './edges.js';
import type { FollowedCopy, FollowedGroup, FollowedUser } from './followed-copy.js';
import type { RowDelta } from './row-comparison.js';

/** What turns the copy into what it has become. Slots are those of the users and groups that stay. */
export function followedDelta(
  { users, groups }: FollowedCopy,
  memberCounts: ReadonlyMap<GroupId, number>,
): DirectoryDelta {
  const userSlots = slots(users);
  const groupSlots = slots(groups);
  const memberships = edges([...userSlots.keys()], userSlots, groupSlots);
  const nestings = edges([...groupSlots.keys()], groupSlots, groupSlots);
  return {
    users: rowDelta([...users], [...userSlots.keys()], sameUserFacts),
    groups: rowDelta([...groups], [...groupSlots.keys()], sameGroupFacts),
    memberships,
    nestings,
    edgesLost: edgesLost(users, groups, memberCounts),
  };
}

type Followed = FollowedUser | FollowedGroup;

/** Those that are there in the end, numbered. */
function slots<Item extends Followed>(items: Iterable<Item>): Map<Item, number> {
  const staying = [...items].filter(({ facts }) => facts !== null);
  return new Map(staying.map((item, slot) => [item, slot]));
}

function rowDelta<
  Facts extends UserFacts | GroupFacts,
  Row extends Facts & { readonly id: number },
>(
  all: readonly { readonly held: Row | null; readonly facts: Facts | null }[],
  staying: readonly { readonly held: Row | null; readonly facts: Facts | null }[],
  same: (before: Facts, after: Facts) => boolean,
): RowDelta<Row['id'], Facts, Row> {
  const added: number[] = [];
  const changed: { before: Row; facts: Facts }[] = [];
  const facts = staying.map((item) => item.facts!);
  staying.forEach(({ held }, slot) => {
    if (held === null) added.push(slot);
    else if (!same(held, facts[slot])) changed.push({ before: held, facts: facts[slot] });
  });
  return {
    facts: (slot) => facts[slot],
    ids: staying.map(({ held }) => held?.id ?? null),
    added,
    changed,
    removed: all.flatMap(({ held, facts }) => (held !== null && facts === null ? [held.id] : [])),
  };
}

/** Edges to groups above, of which both ends stay. */
function edges<Member extends Followed>(
  members: readonly Member[],
  memberSlots: ReadonlyMap<Member, number>,
  groupSlots: ReadonlyMap<FollowedGroup, number>,
) {
  const added = new EdgeColumns();
  const removed = new EdgeColumns();
  for (const member of members) {
    const slot = memberSlots.get(member)!;
    for (const group of member.parents) {
      const above = groupSlots.get(group);
      if (above !== undefined && !member.heldParents.has(group)) added.push(above, slot);
    }
    for (const group of member.heldParents) {
      const above = groupSlots.get(group);
      if (above !== undefined && !member.parents.has(group)) removed.push(above, slot);
    }
  }
  return { added: added.columns(), removed: removed.columns() };
}

/** Edges that go with one of their ends. */
function edgesLost(
  users: Iterable<FollowedUser>,
  groups: Iterable<FollowedGroup>,
  memberCounts: ReadonlyMap<GroupId, number>,
): number {
  let lost = 0;
  for (const { held, facts, heldParents } of groups) {
    if (held !== null && facts === null) lost += memberCounts.get(held.id) ?? 0;
    for (const parent of heldParents) if (facts === null || parent.facts === null) lost += 1;
  }
  for (const { facts, heldParents } of users) {
    // Those of a group that goes are counted with it.
    if (facts === null) for (const parent of heldParents) if (parent.facts !== null) lost += 1;
  }
  return lost;
}
