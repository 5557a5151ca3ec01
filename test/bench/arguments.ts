import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.js';
import type { DataSource } from './dataset/open-data.js';
import { SIZES, type Size } from './dataset/sizes.js';

const DEFAULT_SIZE: Size = 'L';
const DEFAULT_SEED = 1;

/** Arguments that say nothing that can be done. */
export class ArgumentsRefused extends Error {}

export interface Wanted {
  readonly bench: string;
  readonly source: DataSource;
  readonly only: readonly string[];
  /** Where to write all figures; `null`: nowhere. */
  readonly json: string | null;
}

/** @throws ArgumentsRefused with a sentence that says what to do. */
export function readArguments(
  given: readonly string[],
  benches: Readonly<Record<string, Bench>>,
): Wanted {
  const { positionals, values } = parse(given);
  const names = Object.keys(benches).join(', ');
  if (positionals.length !== 1) throw new ArgumentsRefused(`name one bench; there is ${names}`);
  const [bench] = positionals;
  if (!Object.hasOwn(benches, bench)) {
    throw new ArgumentsRefused(`there is no bench ${bench}; there is ${names}`);
  }
  const only = (values.only ?? values.db)?.split(',') ?? [];
  const { parts } = benches[bench];
  const unknown = only.find((part) => !parts.includes(part));
  if (unknown !== undefined) {
    throw new ArgumentsRefused(`${bench} has no part ${unknown}; choose of ${parts.join(', ')}`);
  }
  return { bench, source: readSource(values), only, json: values.json ?? null };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        size: { type: 'string' },
        seed: { type: 'string' },
        data: { type: 'string' },
        only: { type: 'string' },
        db: { type: 'string' },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    throw new ArgumentsRefused(error instanceof Error ? error.message : String(error));
  }
}

interface SourceOptions {
  readonly size?: string;
  readonly seed?: string;
  readonly data?: string;
}

function readSource({ size, seed, data }: SourceOptions): DataSource {
  if (data !== undefined) {
    if (size !== undefined || seed !== undefined) {
      throw new ArgumentsRefused(
        '--data brings its own size and seed; leave out --size and --seed',
      );
    }
    if (!existsSync(join(data, 'memberships.csv'))) {
      throw new ArgumentsRefused(
        `${data} holds no memberships.csv; name a folder of data for --data`,
      );
    }
    return { kind: 'folder', path: data };
  }
  const known = SIZES.find((name) => name === (size ?? DEFAULT_SIZE));
  if (!known)
    throw new ArgumentsRefused(`--size ${size} is unknown; choose of ${SIZES.join(', ')}`);
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) {
    throw new ArgumentsRefused('--seed must be a whole number of at most nine digits');
  }
  return { kind: 'generated', size: known, seed: Number(seed ?? DEFAULT_SEED) };
}

export const USAGE = `npm run bench -- NAME [options]
  --size ${SIZES.join('|')}: how much data is made (default ${DEFAULT_SIZE})
  --seed NUMBER: makes other data of the same size
  --data FOLDER: reads data instead (test/bench/README.md says which files)
  --only PART,PART: measures these parts alone
  --db sqlite|mysql: the same as --only, for sync and userserver
  --json FILE: writes all figures`;
