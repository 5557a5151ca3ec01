import { describe, expect, it } from '@jest/globals';
import {
  asId,
  CONNECTION_DEFAULTS,
  type Directory,
  EMPTY_REPORT,
  nameKey,
  type RunOutcome,
  type SynchronisationRun,
} from '../../../src/domain/index.js';
import { dueAt } from '../../../src/jobs/index.js';

const NOW = new Date('2026-01-01T12:00:00Z');

function directory(part: Partial<Directory> = {}): Directory {
  return {
    id: asId(1),
    name: 'jira',
    nameKey: nameKey('jira'),
    type: 'JIRA',
    active: true,
    nestedGroups: true,
    connection: { ...CONNECTION_DEFAULTS, serverUrl: 'http://127.0.0.1', applicationName: 'a' },
    generation: asId(1),
    ...part,
  };
}

function run(minutesAgo: number, outcome: RunOutcome = 'SUCCEEDED'): SynchronisationRun {
  return {
    id: asId(1),
    directoryId: asId(1),
    startedAt: new Date(NOW.getTime() - minutesAgo * 60_000),
    finishedAt: null,
    outcome,
    ...EMPTY_REPORT,
    reason: null,
    message: null,
    progress: null,
    revision: null,
  };
}

describe('a directory', () => {
  it.each([
    { name: 'never synchronised is due', runs: [], due: true },
    { name: 'of a run 59 minutes ago is not due', runs: [run(59)], due: false },
    { name: 'of a run 60 minutes ago is due', runs: [run(60)], due: true },
    {
      name: 'of a run a minute ago whose process ended is due',
      runs: [{ ...run(1, 'ABORTED'), reason: 'PROCESS_ENDED' as const }],
      due: true,
    },
    {
      name: 'of a run by a clock that is ten minutes ahead is not due',
      runs: [run(-10)],
      due: false,
    },
    { name: 'of a run by a clock that was a year ahead is due', runs: [run(-525_600)], due: true },
    { name: 'of a failed run 59 minutes ago is not due', runs: [run(59, 'FAILED')], due: false },
    { name: 'of a failed run 60 minutes ago is due', runs: [run(60, 'FAILED')], due: true },
  ])('$name', ({ runs, due }) => {
    const [latest] = runs;
    expect(dueAt(directory(), latest, NOW)! <= NOW).toBe(due);
  });

  it.each([
    { name: 'that is switched off', part: { active: false } },
    { name: 'that is kept here', part: { type: 'INTERNAL' as const, connection: null } },
  ])('$name is never due', ({ part }) => {
    expect(dueAt(directory(part), undefined, NOW)).toBeNull();
  });
});
