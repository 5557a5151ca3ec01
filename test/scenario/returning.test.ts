import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { ReturningStage } from '../support/returning.js';
import {
  loadReturning,
  RETURNING_FOLDER,
  returningJsonSchema,
} from '../support/returning-format.js';
import { MODES } from '../support/returning-player.js';

const SCENARIOS = loadReturning();

describe('the scenarios of users who return', () => {
  it('cover the rules, each with its source', () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(50);
    expect(SCENARIOS.filter(({ file }) => file.source.trim() === '')).toEqual([]);
    const sentences = SCENARIOS.map(({ file }) => file.scenario);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  // After a change of the format: WRITE_SCENARIO_SCHEMA=1 npm run scenario, then format the file.
  it('have a format that editors know', () => {
    const path = `${RETURNING_FOLDER}/returning.schema.json`;
    const schema = returningJsonSchema();
    if (process.env.WRITE_SCENARIO_SCHEMA) writeFileSync(path, JSON.stringify(schema));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(schema);
  });
});

describeEachDatabase('users who are renamed, deleted and back', (database) => {
  let stage: ReturningStage;
  beforeAll(async () => {
    stage = await ReturningStage.open(database);
  });
  afterAll(() => stage.close());

  describe.each(MODES)('%s', (mode) => {
    const played = SCENARIOS.filter(
      ({ file }) => file.asGeneration || mode !== 'as a new generation',
    );
    it.each(played)('$name', async ({ file }) => {
      expect(await stage.play(file, mode)).toEqual([]);
    });
  });
});
