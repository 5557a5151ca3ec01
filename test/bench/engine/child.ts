/**
 * A process of its own for one figure that nothing else may disturb:
 * `node --expose-gc child.js '{"job": …}'` prints the result as JSON.
 */
import { asId, nameKey } from '../../../src/domain/index.js';
import { PermissionIndex } from '../../../src/engine/index.js';
import { NameTable } from '../../../src/engine/name-table.js';
import { FactsInMotion } from '../dataset/facts-in-motion.js';
import { type DataSource, openData } from '../dataset/open-data.js';
import { snapshotOf } from '../dataset/snapshot.js';
import { digestOf } from './digest.js';

export type ChildJob =
  /** Bytes of an index that is loaded from rows; NAMES: only of its names and the look-up of them. */
  | { readonly job: 'load'; readonly source: DataSource; readonly what: 'ALL' | 'NAMES' }
  /** Bytes and answers of an index after changes: CHANGED by them, or LOADED from their outcome. */
  | {
      readonly job: 'drift';
      readonly source: DataSource;
      readonly what: 'CHANGED' | 'LOADED';
      readonly changes: number;
      readonly seed: number;
    };

export interface ChildResult {
  readonly bytes: number;
  /** Of drift: one line for all answers. */
  readonly digest: string;
  /** Of drift: what the changes took, in nanoseconds. */
  readonly ns: number;
}

/**
 * What is given back once `what` is let go: whatever stays, such as compiled code, is not its own.
 * The caller holds it nowhere else.
 */
async function bytesOf(what: unknown[]): Promise<number> {
  const held = await settledBytes();
  what.length = 0;
  return held - (await settledBytes());
}

/** What is held by all objects and all buffers. `external` counts the buffers, too. */
async function settledBytes(): Promise<number> {
  if (!globalThis.gc) throw new Error('start this process with --expose-gc');
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    // Buffers are given back by another thread.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function load(source: DataSource, what: 'ALL' | 'NAMES'): unknown {
  const data = openData(source);
  if (what === 'ALL') return new PermissionIndex(snapshotOf(data));
  return [data.userNames, data.groupNames].map((names) => {
    const table = new NameTable();
    for (const name of names) table.intern(nameKey(name));
    table.trim();
    return table;
  });
}

function drift(job: ChildJob & { job: 'drift' }): {
  /** The index, which has answered everything. */
  held: unknown[];
  digest: string;
  ns: number;
} {
  const data = openData(job.source);
  const facts = new FactsInMotion(data, job.seed);
  const index = job.what === 'CHANGED' ? new PermissionIndex(snapshotOf(data)) : null;
  let ns = 0;
  let revision = 1;
  for (let made = 0; made < job.changes; ) {
    const changes = facts.next();
    made += changes.length;
    revision++;
    if (!index) continue;
    const begun = process.hrtime.bigint();
    index.apply(asId(revision), changes);
    ns += Number(process.hrtime.bigint() - begun);
  }
  const held = index ?? new PermissionIndex(facts.snapshot(revision));
  return { held: [held], digest: digestOf(held), ns };
}

async function run(job: ChildJob): Promise<ChildResult> {
  if (job.job === 'load') {
    return { bytes: await bytesOf([load(job.source, job.what)]), digest: '', ns: 0 };
  }
  const { held, digest, ns } = drift(job);
  return { bytes: await bytesOf(held), digest, ns };
}

const result = await run(JSON.parse(process.argv[2]));
process.stdout.write(`${JSON.stringify(result)}\n`);
