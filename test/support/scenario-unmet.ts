import { nameKey } from '../../src/domain/index.js';
import type { Answerer } from './scenario-answerer.js';
import type { ExpectedState } from './scenario-format.js';
import { derivationText, missingText } from './scenario-questions.js';

/** What the answerer says other than the file expects. */
export async function unmet(answerer: Answerer, expect: ExpectedState): Promise<string[]> {
  const problems: string[] = [];
  const same = (question: string, expected: readonly string[], given: readonly string[]) =>
    differ(problems, question, answerer.name, [...expected].sort(), [...given].sort());
  const keys = (list: readonly string[]) => list.map(nameKey);

  for (const [permission, { allowed = [], denied = [] } = {}] of Object.entries(
    expect.check ?? {},
  )) {
    for (const user of [...allowed, ...denied]) {
      const may = String(await answerer.check(user, permission));
      same(`may ${user} ${permission}`, [String(allowed.includes(user))], [may]);
    }
  }
  for (const [user, held] of Object.entries(expect.effectivePermissions ?? {})) {
    same(`permissions of ${user}`, held, await answerer.effectivePermissions(user));
  }
  for (const [user, groups] of Object.entries(expect.effectiveGroups ?? {})) {
    const given = await answerer.groupsOf(user, true);
    same(`groups of ${user}`, keys(groups), keys(given.map(({ name }) => name)));
  }
  for (const [group, members] of Object.entries(expect.members ?? {})) {
    for (const kind of ['direct', 'nested'] as const) {
      const expected = members[kind];
      if (!expected) continue;
      const given = await answerer.membersOf(group, kind === 'nested');
      same(`${kind} members of ${group}`, keys(expected), keys(given.map(({ name }) => name)));
    }
  }
  for (const [permission, holders = []] of Object.entries(expect.holders ?? {})) {
    const given = await answerer.holdersOf(permission);
    same(`holders of ${permission}`, keys(holders), keys(given));
  }
  if (expect.seats?.used !== undefined) {
    same('seats used', [String(expect.seats.used)], [String((await answerer.seats()).used)]);
  }
  for (const expected of expect.explain ?? []) {
    const { user, permission } = expected;
    const why = await answerer.explain(user, permission);
    const question = `why ${user} ${permission}`;
    if ('chains' in expected) same(question, expected.chains, why.derivations.map(derivationText));
    else if ('allChains' in expected) {
      const ways = await answerer.deep?.derivations(user, permission);
      if (ways) {
        const given = ways.map(derivationText);
        differ(problems, `every ${question}`, answerer.name, expected.allChains, given);
      }
    } else {
      const given = why.missing.map((missing) => {
        const text = missingText(missing);
        return expected.missing.includes(text) ? text : missing.reason;
      });
      same(question, expected.missing, given);
    }
  }
  return problems;
}

/** Notes a problem unless both lists say the same. */
export function differ(
  problems: string[],
  question: string,
  who: string,
  expected: readonly string[],
  given: readonly string[],
): void {
  const [one, other] = [expected.join(', '), given.join(', ')];
  if (one !== other) problems.push(`${question}? expected: ${one}; ${who}: ${other}`);
}
