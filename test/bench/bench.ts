import type { Counts } from './dataset/data-set.js';
import type { DataSource } from './dataset/open-data.js';
import type { Line } from './measure/figures.js';

export interface BenchOptions {
  readonly source: DataSource;
  /** Parts to run; empty: all. */
  readonly only: readonly string[];
  /** Tells whoever waits what is being done. */
  say(what: string): void;
}

export interface BenchReport {
  readonly title: string;
  readonly counts: Counts;
  readonly lines: readonly Line[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

export interface Bench {
  readonly parts: readonly string[];
  run(options: BenchOptions): Promise<BenchReport>;
}
