/**
 * Runs one long trial: `npm run trial -- NAME --count 2000 --seed 7`. Each option becomes a variable
 * that test/trial/NAME.test.ts reads: `--count` is GATEHOUSE_TRIAL_COUNT, and so on.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

const OPTIONS = {
  count: 'how many cases',
  seed: 'the first seed',
  database: 'sqlite, mysql or none, where a trial can choose; otherwise all there are',
};

function refuse(sentence) {
  const names = readdirSync('test/trial')
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.test.ts'.length));
  const options = Object.entries(OPTIONS).map(([name, meaning]) => `  --${name}: ${meaning}`);
  process.stderr.write(
    `${[sentence, 'npm run trial -- NAME [options]', `  NAME: ${names.join(', ')}`, ...options].join('\n')}\n`,
  );
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' }])),
    });
  } catch (error) {
    return refuse(error.message);
  }
}

const { positionals, values } = readArguments();
const [name] = positionals;
if (positionals.length !== 1) refuse('name one trial');
const path = `test/trial/${name}.test.ts`;
if (!existsSync(path)) refuse(`there is no trial ${name}`);

const settings = Object.entries(values).map(([option, value]) => [
  `GATEHOUSE_TRIAL_${option.toUpperCase()}`,
  value,
]);
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--verbose',
    '--runTestsByPath',
    path,
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, GATEHOUSE_TRIAL: name, ...Object.fromEntries(settings) },
  },
);
process.exit(status ?? 1);
