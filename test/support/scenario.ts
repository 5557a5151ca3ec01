import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nameKey } from '../../src/domain/index.js';
import { knownNames, setupActions, stageActions } from './scenario-actions.js';
import type { Action, Answerer, Installation, Installer } from './scenario-answerer.js';
import { type Expectation, loadScenario, type ScenarioFile } from './scenario-format.js';
import { naiveInstaller } from './scenario-installers.js';
import {
  askEverything,
  derivationText,
  differences,
  type Known,
  missingText,
} from './scenario-questions.js';

/** Where the scenarios are, relative to the root of the repository. */
export const SCENARIO_FOLDER = 'test/scenario';

export interface NamedScenario {
  /** The file's name without its ending. */
  readonly name: string;
  readonly file: ScenarioFile;
}

export function loadScenarios(folder = SCENARIO_FOLDER): NamedScenario[] {
  return readdirSync(folder)
    .filter((entry) => entry.endsWith('.yaml'))
    .sort()
    .map((entry) => ({ name: entry.slice(0, -5), file: loadScenario(join(folder, entry)) }));
}

/**
 * Plays a file on every installation. After each stage every answerer is asked every question about
 * every known user, group and permission; all must agree with the naive model and with themselves,
 * and with what the file expects.
 * @returns what was wrong, in sentences; empty when all is well.
 */
export async function runScenario(
  file: ScenarioFile,
  installers: readonly Installer[],
): Promise<string[]> {
  const known = knownNames(file);
  const setup = setupActions(file);
  const installations: Installation[] = [];
  const problems: string[] = [];
  try {
    for (const installer of [naiveInstaller, ...installers]) {
      installations.push(await installer.install(setup));
    }
    for (const [i, stage] of file.stages.entries()) {
      const found: string[] = [];
      const warnings = await performAll(installations, stageActions(stage), found);
      found.push(...(await compareAll(installations, known)));
      for (const answerer of installations.flatMap(({ answerers }) => answerers)) {
        found.push(...(await unmet(answerer, stage.expect)));
      }
      const expected = stage.expect.seats?.warnings;
      if (expected) differ(found, 'warnings', 'all answerers', expected, warnings);
      problems.push(...found.map((problem) => `stage ${i + 1}: ${problem}`));
    }
  } finally {
    for (const installation of installations) await installation.close();
  }
  return problems;
}

/**
 * Does the actions on each installation, one change each.
 * @returns the licence warnings; a difference between two installations is a problem.
 */
async function performAll(
  installations: readonly Installation[],
  actions: readonly Action[],
  problems: string[],
): Promise<string[]> {
  const warnings: string[] = [];
  for (const action of actions) {
    const said: string[] = [];
    for (const installation of installations) {
      const before = await revisions(installation);
      said.push((await installation.perform([action])).join(', '));
      const after = await revisions(installation);
      if (!after.every((revision, i) => revision > before[i])) {
        problems.push(`${names(installation)}: ${action.type} made no revision`);
      }
    }
    said.forEach((text, i) => {
      differ(problems, `warnings of ${action.type}`, names(installations[i]), [said[0]], [text]);
    });
    if (said[0] !== '') warnings.push(...said[0].split(', '));
  }
  return warnings;
}

/** Asks everybody everything; the first installation is the one to agree with. */
export async function compareAll(
  installations: readonly Installation[],
  known: Known,
): Promise<string[]> {
  const [oracle, ...others] = installations.flatMap(({ answerers }) => answerers);
  const expected = await askEverything(oracle, known);
  const problems = [...expected.contradictions];
  for (const answerer of others) {
    const given = await askEverything(answerer, known);
    problems.push(...given.contradictions);
    problems.push(
      ...differences(expected.answers, given.answers, {
        expected: oracle.name,
        answers: answerer.name,
      }),
    );
  }
  return problems;
}

/** What the answerer says other than the file expects. */
async function unmet(answerer: Answerer, expect: Expectation): Promise<string[]> {
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
    else {
      const given = why.missing.map((missing) => {
        const text = missingText(missing);
        return expected.missing.includes(text) ? text : missing.reason;
      });
      same(question, expected.missing, given);
    }
  }
  return problems;
}

function differ(
  problems: string[],
  question: string,
  who: string,
  expected: readonly string[],
  given: readonly string[],
): void {
  const [one, other] = [expected.join(', '), given.join(', ')];
  if (one !== other) problems.push(`${question}? expected: ${one}; ${who}: ${other}`);
}

function names({ answerers }: Installation): string {
  return answerers.map(({ name }) => name).join(' and ');
}

async function revisions({ answerers }: Installation): Promise<number[]> {
  return Promise.all(answerers.map((answerer) => answerer.revision()));
}
