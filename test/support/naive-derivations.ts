import type { NameKey, PermissionKey } from '../../src/domain/index.js';
import { grantAnswer } from './naive-facts.js';
import { inKeyOrder } from './naive-order.js';
import { edgeHolders, type NaiveState } from './naive-state.js';
import type { DerivationAnswer } from './scenario-answerer.js';

/**
 * All ways of a user to a permission that repeat no group, also those that go on above a granted
 * group: with fewer groups first, then by group keys, then by grant, weakest first.
 * @param atMost the list may end once it is as long; ways with the same number of groups stay together.
 */
export function naiveDerivations(
  state: NaiveState,
  user: NameKey,
  permission: PermissionKey,
  atMost: number,
): DerivationAnswer[] {
  const canonical = state.canonical(user);
  if (!canonical || !state.isActive(user)) return [];
  const view = state.viewOf(canonical);
  const giving = state.grantsGiving(permission);
  const granted = (group: NameKey) =>
    giving.filter((grant) => grant.subjectType === 'GROUP' && grant.subjectKey === group);
  const leading = new Set(
    giving
      .filter(({ subjectType }) => subjectType === 'GROUP')
      .flatMap(({ subjectKey }) => [...state.closureOf(view.children, new Set([subjectKey]))]),
  );
  const found: DerivationAnswer[] = giving
    .filter((grant) => grant.subjectType === 'USER' && grant.subjectKey === user)
    .map((grant) => ({ groups: [], directories: [], grant: grantAnswer(grant) }));
  const next = (groups: Iterable<NameKey>) =>
    inKeyOrder(groups).filter((group) => leading.has(group));
  const above = new Map([...leading].map((group) => [group, next(view.parents.get(group) ?? [])]));
  // Chains of one length stay in order, since each is made longer by its next groups in order.
  let chains = next(state.groupNames(user, false)).map((group) => [group]);
  while (chains.length > 0 && found.length < atMost) {
    for (const groups of chains) {
      for (const grant of granted(groups[groups.length - 1])) {
        const holders = edgeHolders(view.directories, user, groups);
        const directories = holders.map(({ directory }) => directory.name);
        found.push({ groups, directories, grant: grantAnswer(grant) });
      }
    }
    chains = chains.flatMap((chain) =>
      above
        .get(chain[chain.length - 1])!
        .filter((group) => !chain.includes(group))
        .map((group) => [...chain, group]),
    );
  }
  return found;
}
