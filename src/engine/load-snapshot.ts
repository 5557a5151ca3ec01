import type { GatewaySnapshot } from '../domain/index.js';
import { addLoadedDirectory } from './change-directories.js';
import { addGrant } from './change-entries.js';
import { Facts } from './facts.js';

/** The facts of a snapshot, of which nothing has been worked out yet. */
export function factsFromSnapshot(snapshot: GatewaySnapshot): Facts {
  const facts = Facts.empty(snapshot.scheme, snapshot.settings);
  // Everything will be worked out: nothing has to be noted on the way.
  facts.dirt.everything = true;
  for (const directory of snapshot.directories) addLoadedDirectory(facts, directory);
  for (const grant of snapshot.grants) addGrant(facts, grant);
  facts.dirt.clear();
  facts.switched = false;
  return facts;
}
