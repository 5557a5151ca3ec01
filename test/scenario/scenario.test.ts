import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { loadScenarios, runScenario, SCENARIO_FOLDER } from '../support/scenario.js';
import { scenarioJsonSchema } from '../support/scenario-format.js';
import { ENGINE_INSTALLERS } from '../support/scenario-installers.js';
import { storeInstaller } from '../support/scenario-store.js';

const SCENARIOS = loadScenarios();

describe('the scenarios', () => {
  it('cover the rules, each with its source', () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(30);
    expect(SCENARIOS.filter(({ file }) => file.source.trim() === '')).toEqual([]);
    const sentences = SCENARIOS.map(({ file }) => file.scenario);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  // After a change of the format: WRITE_SCENARIO_SCHEMA=1 npm run scenario, then format the file.
  it('have a format that editors know', () => {
    const path = `${SCENARIO_FOLDER}/scenario.schema.json`;
    const schema = scenarioJsonSchema();
    if (process.env.WRITE_SCENARIO_SCHEMA) writeFileSync(path, JSON.stringify(schema));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(schema);
  });
});

describe('the scenarios in the engine', () => {
  it.each(SCENARIOS)('$name', async ({ file }) => {
    expect(await runScenario(file, ENGINE_INSTALLERS)).toEqual([]);
  });
});

describeEachDatabase('the scenarios', (database) => {
  const installer = storeInstaller(database);

  it.each(SCENARIOS)('$name', async ({ file }) => {
    expect(await runScenario(file, [installer])).toEqual([]);
  });
});
