import type { PermissionKey, PermissionMask } from '../../domain/index.js';
import { userEntry } from '../entry-answers.js';
import type { FindingGround, FindingOf, Work } from './finding-ground.js';

const COST_OF_A_FINDING = 20;

/** By key, and then by the masked entry's directory in order. */
export function* maskedFindings(ground: FindingGround): Work<FindingOf<'MASKED_NAME_DIFFERS'>[]> {
  const { facts, rights, slice } = ground;
  const { users, directories } = facts;
  const found: FindingOf<'MASKED_NAME_DIFFERS'>[] = [];
  const keysOf = rememberedKeys(ground);
  for (const name of users.names.inOrder()) {
    if (slice.spend()) yield;
    const counted = users.isUnique(name) ? -1 : rights.canonical(name);
    if (counted < 0) continue;
    for (const { slot, directory } of directories) {
      if (slice.spend()) yield;
      const masked = directory.active ? users.entryIn(name, slot) : -1;
      if (masked < 0 || masked === counted) continue;
      const spellingDiffers = users.spellingOf(masked) !== users.spellingOf(counted);
      const activeDiffers = users.isActive(masked) !== users.isActive(counted);
      const held = rights.maskOf(name);
      const wouldHold = rights.maskOfEntry(masked);
      if (!spellingDiffers && !activeDiffers && held === wouldHold) continue;
      if (slice.spend(COST_OF_A_FINDING)) yield;
      found.push({
        code: 'MASKED_NAME_DIFFERS',
        user: userEntry(facts, rights, masked),
        maskedBy: userEntry(facts, rights, counted),
        spellingDiffers,
        activeDiffers,
        wouldGain: keysOf(wouldHold & ~held),
        wouldLose: keysOf(held & ~wouldHold),
      });
    }
  }
  return found;
}

/** Many masked names share few masks. */
function rememberedKeys({
  facts: { scheme },
}: FindingGround): (mask: PermissionMask) => readonly PermissionKey[] {
  const keys = new Map<PermissionMask, readonly PermissionKey[]>();
  return (mask) => {
    let held = keys.get(mask);
    if (held === undefined) {
      held = scheme.keysOf(mask);
      keys.set(mask, held);
    }
    return held;
  };
}
