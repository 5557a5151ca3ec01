import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { knownNames, setupActions, stageActions } from './scenario-actions.js';
import type { Action, Installation, Installer } from './scenario-answerer.js';
import { DeepChecks } from './scenario-deep-checks.js';
import { loadScenario, type ScenarioFile } from './scenario-format.js';
import { deepNaiveInstaller } from './scenario-installers.js';
import { askEverything, differences, type Known } from './scenario-questions.js';
import { differ, unmet } from './scenario-unmet.js';

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
    for (const installer of [deepNaiveInstaller, ...installers]) {
      installations.push(await installer.install(setup));
    }
    const answerers = installations.flatMap((installation) => installation.answerers);
    const deep = new DeepChecks(file, answerers, known);
    await deep.remember();
    for (const [i, stage] of file.stages.entries()) {
      const found: string[] = [];
      const warnings = await performAll(installations, stageActions(stage), found);
      found.push(...(await compareAll(installations, known)));
      for (const answerer of answerers) found.push(...(await unmet(answerer, stage.expect)));
      await deep.remember();
      found.push(...(await deep.problems(stage.expect)));
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

function names({ answerers }: Installation): string {
  return answerers.map(({ name }) => name).join(' and ');
}

async function revisions({ answerers }: Installation): Promise<number[]> {
  return Promise.all(answerers.map((answerer) => answerer.revision()));
}
