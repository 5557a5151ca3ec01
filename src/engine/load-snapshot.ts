import type { DirectorySnapshot, GatewaySnapshot } from '../domain/index.js';
import { addLoadedDirectory } from './change-directories.js';
import { addGrant } from './change-entries.js';
import { Facts } from './facts.js';

/** The facts of a snapshot, of which nothing has been worked out yet. Pauses now and then. */
export function* factsFromSnapshot(snapshot: GatewaySnapshot): Generator<void, Facts> {
  const facts = Facts.empty(snapshot.scheme, snapshot.settings);
  // Everything will be worked out: nothing has to be noted on the way.
  facts.dirt.everything = true;
  reserve(facts, snapshot.directories);
  for (const directory of snapshot.directories) yield* addLoadedDirectory(facts, directory);
  for (const grant of snapshot.grants) addGrant(facts, grant);
  facts.dirt.clear();
  facts.switched = false;
  return facts;
}

/** Growing directory by directory would copy what is there each time. */
function reserve(facts: Facts, directories: readonly DirectorySnapshot[]): void {
  const sum = (sizeOf: (held: DirectorySnapshot) => number) =>
    directories.reduce((all, held) => all + sizeOf(held), 0);
  const users = sum((held) => held.users.ids.length);
  const groups = sum((held) => held.groups.ids.length);
  const memberships = sum((held) => held.memberships.users.length);
  const nestings = sum((held) => held.nestings.parents.length);
  facts.users.reserve(users, 0);
  facts.groups.reserve(groups, 0);
  facts.userGroups.reserve(users, memberships);
  facts.groupUsers.reserve(groups, memberships);
  facts.groupParents.reserve(groups, nestings);
  facts.groupChildren.reserve(groups, nestings);
}
