import { compareNameKeys, nameKey } from '../../../src/domain/index.js';
import { KnownName } from '../../../src/engine/index.js';
import { COMPILED, PERMISSIONS } from '../dataset/scheme.js';
import type { Rival } from '../rivals/rival.js';
import { ALL } from './listings.js';
import type { Stage } from './stage.js';

const RIVAL_CHECKS = 3_000;
const RIVAL_GROUP_LISTS = 100;

/** Two engines that answer one question differently. Figures of either would mean nothing. */
export class AnswersDiffer extends Error {}

/** Asks the engine and the ruler everything that is measured. @throws AnswersDiffer */
export function compareWithLimit({ data, index, limit }: Stage): void {
  const { users, bits } = data.questions.checks;
  users.forEach((user, i) => {
    const name = data.userNames[user];
    const permission = PERMISSIONS[bits[i]];
    const says = { engine: index.check(name, permission), limit: limit.check(name, bits[i]) };
    requireSame(`whether \`${name}\` has ${permission}`, says);
  });
  for (const name of data.userNames) {
    requireSame(`the permissions of \`${name}\``, {
      engine: index.effectivePermissions(name).join(' '),
      limit: limit.permissionsOf(name).join(' '),
    });
    requireSame(`the permissions of \`${name}\`, by number`, {
      engine: index.maskOfKnown(new KnownName(nameKey(name))),
      limit: limit.masks[limit.numberOf(name)],
    });
  }
  PERMISSIONS.forEach((permission, bit) => {
    requireSame(`the number of holders of ${permission}`, {
      engine: index.countHolders(permission),
      limit: limit.count(bit),
    });
    requireSameList(
      `the holders of ${permission}, in order`,
      index.holderNames(permission),
      limit.holders(bit),
    );
  });
  for (const user of data.questions.sampleUsers) {
    const name = data.userNames[user];
    const names = inKeyOrder(index.groupNamesOf(name, true));
    requireSameList(`the groups of \`${name}\``, names, inKeyOrder(limit.groupsOf(name)));
    const entries = index.groupsOf(name, true, ALL).items.map((group) => group.name);
    requireSameList(`the groups of \`${name}\`, as entries`, names, entries, 'entries');
  }
}

/** Asks a rival thousands of checks, and some lists. @throws AnswersDiffer */
export async function compareWithRival({ data, index, facts }: Stage, rival: Rival): Promise<void> {
  const { users, bits } = data.questions.checks;
  const step = Math.max(1, Math.floor(users.length / RIVAL_CHECKS));
  for (let i = 0; i < users.length; i += step) {
    const name = data.userNames[users[i]];
    const permission = PERMISSIONS[bits[i]];
    requireSame(`whether \`${name}\` has ${permission}`, {
      engine: index.check(name, permission),
      [rival.name]: await rival.check(users[i], bits[i]),
    });
  }
  for (const user of data.questions.sampleUsers.subarray(0, RIVAL_GROUP_LISTS)) {
    // The rivals are not told of inactive users, who have groups and no permission.
    if (facts.active[user] === 0) continue;
    const name = data.userNames[user];
    requireSameList(
      `the groups of \`${name}\``,
      inKeyOrder(index.groupNamesOf(name, true)),
      inKeyOrder(await rival.groupsOf(user)),
      rival.name,
    );
  }
  if (!rival.holders) return;
  const rarest = COMPILED.scheme.systemAdministration;
  requireSameList(
    `the holders of ${rarest}`,
    index.holderNames(rarest),
    inKeyOrder(await rival.holders(COMPILED.bitOf(rarest))),
    rival.name,
  );
}

function inKeyOrder(names: readonly string[]): string[] {
  return names.toSorted((a, b) => compareNameKeys(nameKey(a), nameKey(b)));
}

function requireSame(what: string, says: Readonly<Record<string, unknown>>): void {
  const values = Object.values(says);
  if (values.every((value) => value === values[0])) return;
  const words = Object.entries(says).map(([who, value]) => `${who}: ${value}`);
  throw new AnswersDiffer(`they differ about ${what}: ${words.join('; ')}`);
}

function requireSameList(
  what: string,
  ours: readonly string[],
  theirs: readonly string[],
  who = 'limit',
): void {
  const at = ours.findIndex((name, i) => name !== theirs[i]);
  if (at < 0 && ours.length === theirs.length) return;
  const entry = at < 0 ? Math.min(ours.length, theirs.length) : at;
  throw new AnswersDiffer(
    `they differ about ${what}: engine has ${ours.length}, ${who} ${theirs.length}; ` +
      `entry ${entry} is \`${ours[entry]}\` for engine and \`${theirs[entry]}\` for ${who}`,
  );
}
