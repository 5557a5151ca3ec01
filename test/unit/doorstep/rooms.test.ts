import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const CONFIG = resolve('.dependency-cruiser.mjs');
const CRUISER = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Runs the rooms' lint over a tree that holds just these files. */
function lint(files: Readonly<Record<string, string>>): { status: number | null; output: string } {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-rooms-'));
  writeFileSync(
    join(root, 'package.json'),
    '{"type":"module","dependencies":{"typeorm":"*"},"devDependencies":{"atlassian-crowd-client":"*"}}',
  );
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const run = spawnSync(process.execPath, [CRUISER, 'src', '--config', CONFIG], {
    cwd: root,
    encoding: 'utf8',
  });
  rmSync(root, { recursive: true });
  return { status: run.status, output: run.stdout + run.stderr };
}

const ENGINE = {
  'src/engine/index.ts': "export * from './mask.js';\n",
  'src/engine/mask.ts': 'export type Mask = number;\n',
};

describe('the rooms lint', () => {
  it('accepts an import from a later room to an earlier one, through its face', () => {
    const { status, output } = lint({
      ...ENGINE,
      'src/usecase/ask.ts':
        "import type { Mask } from '../engine/index.js';\nexport type Ask = Mask;\n",
    });
    expect(output).toContain('no dependency violations');
    expect(status).toBe(0);
  });

  it.each([
    {
      name: 'an import against the direction, of a type only',
      path: 'src/domain/word.ts',
      text: "import type { Mask } from '../engine/index.js';\nexport type Word = Mask;\n",
      rule: 'domain-imports-earlier-rooms-only',
    },
    {
      name: 'an import past the face',
      path: 'src/usecase/ask.ts',
      text: "import type { Mask } from '../engine/mask.js';\nexport type Ask = Mask;\n",
      rule: 'engine-is-entered-through-its-face',
    },
    {
      name: 'a framework outside its room',
      path: 'src/usecase/ask.ts',
      text: "import { DataSource } from 'typeorm';\nexport const source = DataSource;\n",
      rule: 'usecase-uses-its-own-frameworks-only',
    },
    {
      name: 'the machine in the engine',
      path: 'src/engine/clock.ts',
      text: "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
      rule: 'engine-and-domain-touch-no-machine',
    },
    {
      name: 'a room that reaches for the doorstep',
      path: 'src/engine/setting.ts',
      text: "import { port } from '../config.js';\nexport const at = port;\n",
      rule: 'nobody-imports-the-doorstep',
    },
    {
      name: 'a console that knows a room',
      path: 'src/console/page.ts',
      text: "import type { Mask } from '../engine/index.js';\nexport type Page = Mask;\n",
      rule: 'console-imports-no-room',
    },
    {
      name: 'what is for tests only, at the doorstep too',
      path: 'src/wiring.ts',
      text: "import CrowdClient from 'atlassian-crowd-client';\nexport const client = CrowdClient;\n",
      rule: 'development-dependencies-are-for-tests',
    },
  ])('refuses $name', ({ path, text, rule }) => {
    const { status, output } = lint({
      ...ENGINE,
      'src/config.ts': 'export const port = 1;\n',
      [path]: text,
    });
    expect(output).toContain(rule);
    expect(status).not.toBe(0);
  });

  it('refuses a cycle', () => {
    const { status, output } = lint({
      'src/domain/a.ts': "import { b } from './b.js';\nexport const a = () => b;\n",
      'src/domain/b.ts': "import { a } from './a.js';\nexport const b = () => a;\n",
    });
    expect(output).toContain('no-cycle');
    expect(status).not.toBe(0);
  });

  it('finds a README in every room', () => {
    const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(rooms.length).toBeGreaterThan(8);
    for (const { name } of rooms)
      expect([name, existsSync(`src/${name}/README.md`)]).toEqual([name, true]);
  });
});
