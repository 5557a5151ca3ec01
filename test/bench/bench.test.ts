import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { asId } from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { countsOf, type DataSet } from './dataset/data-set.js';
import { FactsInMotion } from './dataset/facts-in-motion.js';
import { FreshNames } from './dataset/fresh-names.js';
import { generate } from './dataset/generate.js';
import { readFolder } from './dataset/read-folder.js';
import { SCALES } from './dataset/sizes.js';
import { snapshotOf } from './dataset/snapshot.js';
import { changeEngine, membershipSteps, nestingSteps } from './engine/changes.js';
import { AnswersDiffer, compareWithLimit } from './engine/cross-check.js';
import { digestOf } from './engine/digest.js';
import type { Stage } from './engine/stage.js';
import { canonicalFacts } from './limit/canonical-facts.js';
import { Limit } from './limit/limit.js';
import { figureOf, isMet, type Line, once, rateOf, ratioTarget } from './measure/figures.js';

function stageOf(data: DataSet): Stage {
  const facts = canonicalFacts(data);
  return {
    source: { kind: 'generated', size: 'S', seed: 1 },
    data,
    counts: countsOf(data),
    facts,
    index: new PermissionIndex(snapshotOf(data)),
    limit: new Limit(data, facts),
    freshUsers: new FreshNames(data.userNames),
    say: () => undefined,
  };
}

describe('generated data', () => {
  const data = generate('S', 1);

  it('are as many as the size says, and the same for the same seed', () => {
    const { users, groups, memberships, nestings } = countsOf(data);
    expect({ users, groups, memberships, nestings }).toEqual({
      users: SCALES.S.users,
      groups: SCALES.S.groups,
      memberships: SCALES.S.memberships,
      nestings: SCALES.S.nestings,
    });
    expect(generate('S', 1)).toEqual(data);
    expect(generate('S', 2)).not.toEqual(data);
  });

  it('hold each edge once, between entries of its directory', () => {
    for (const { users, groups, memberships, nestings } of data.directories) {
      for (const [edges, members] of [
        [memberships, users],
        [nestings, groups],
      ] as const) {
        const here = { groups: new Set(groups), members: new Set(members) };
        const seen = new Set<string>();
        edges.groups.forEach((group, i) => {
          expect(here.groups.has(group) && here.members.has(edges.members[i])).toBe(true);
          seen.add(`${group} ${edges.members[i]}`);
        });
        expect(seen.size).toBe(edges.groups.length);
      }
    }
  });
});

describe('the ruler', () => {
  it('answers like the engine, before and after every change', () => {
    const stage = stageOf(generate('S', 3));
    compareWithLimit(stage);
    const change = changeEngine(stage.index);
    for (const step of membershipSteps(stage)) {
      change(step, false);
      stage.limit.changeMembership(step.edge.added, step.edge.directory, step.group, step.user);
    }
    compareWithLimit(stage);
    for (const step of nestingSteps(stage)) {
      change(step, false);
      stage.limit.changeNesting(step.edge.added, step.above, step.below);
    }
    compareWithLimit(stage);
  });

  it('is believed only where the engine says the same', () => {
    const stage = stageOf(generate('S', 4));
    stage.limit.masks[0] ^= 1;
    expect(() => compareWithLimit(stage)).toThrow(AnswersDiffer);
  });
});

describe('facts in motion', () => {
  it('lead an index to the answers of one that is loaded from the outcome', () => {
    const data = generate('S', 5);
    const facts = new FactsInMotion(data, 5);
    const index = new PermissionIndex(snapshotOf(data));
    for (let revision = 2; revision < 4_000; revision++) {
      index.apply(asId(revision), facts.next());
    }
    const loaded = new PermissionIndex(facts.snapshot(4_000));
    expect(digestOf(index)).toBe(digestOf(loaded));
  });
});

describe('a folder of data', () => {
  it('is read, with the directory that each change belongs to', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-data-'));
    const write = (file: string, ...lines: string[]) => {
      writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
    };
    try {
      write(
        'directories.jsonl',
        '{"id":7,"order":2,"name":"Jira","type":"jira"}',
        '{"id":9,"order":1,"name":"Here","type":"internal"}',
      );
      write('users.csv', '7,ada,1,ada@example.test', '9,bob,0,bob@example.test');
      write('groups.csv', '7,staff', '9,staff', '9,everybody');
      write('memberships.csv', '7,U,staff,ada', '7,G,everybody,staff');
      write('grants.csv', 'ADMIN,G,everybody');
      write('checks.csv', 'ada,ADMIN');
      write('sample-users.csv', 'bob');
      write('changes-user.csv', '+,staff,bob,ADMIN', '-,staff,ada,ADMIN');
      write('changes-group.csv', '-,everybody,staff,ada,ADMIN');
      const data = readFolder(folder);
      expect(data.directories.map(({ name, type }) => ({ name, type }))).toEqual([
        { name: 'Here', type: 'INTERNAL' },
        { name: 'Jira', type: 'JIRA' },
      ]);
      const { questions } = data;
      expect(questions.membershipChanges.map(({ directory }) => directory)).toEqual([0, 1]);
      expect(questions.nestingChanges.map(({ directory }) => directory)).toEqual([1]);
      // An edge names a group that its directory does not list: it is there all the same.
      const stage = stageOf(data);
      compareWithLimit(stage);
      expect(stage.index.effectivePermissions('ada')).toContain('ADMIN');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a target', () => {
  const line = (engine: number, ruler: number | null, targets: Line['targets']): Line => ({
    question: 'how fast',
    unit: 'ns',
    engine: { median: engine, p99: engine * 10 },
    ruler: ruler === null ? null : once(ruler),
    targets,
  });

  it.each([
    { name: 'ratio reached', line: line(13, 10, [ratioTarget(1.3)]), met: true },
    { name: 'ratio missed', line: line(14, 10, [ratioTarget(1.3)]), met: false },
    { name: 'share reached', line: line(5, 10, [{ kind: 'share', atLeast: 0.5 }]), met: true },
    { name: 'share missed', line: line(4, 10, [{ kind: 'share', atLeast: 0.5 }]), met: false },
    { name: 'median', line: line(50, null, [{ kind: 'median', atMost: 50 }]), met: true },
    { name: 'p99', line: line(50, null, [{ kind: 'p99', atMost: 50 }]), met: false },
    { name: 'slower rival', line: line(1, 300, [{ kind: 'slower', atLeast: 300 }]), met: true },
    { name: 'no target', line: line(1, 1, []), met: null },
  ])('is judged: $name', (given) => {
    expect(isMet(given.line)).toBe(given.met);
  });

  it('compares the median and the 99th percentile', () => {
    const values = Array.from({ length: 1_000 }, (_, i) => 999 - i);
    expect(figureOf(values)).toEqual({ median: 500, p99: 990 });
    expect(rateOf(values)).toEqual({ median: 500, p99: 0 });
  });
});
