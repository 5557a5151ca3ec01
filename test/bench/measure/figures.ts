export interface Figure {
  readonly median: number;
  readonly p99: number;
}

/** What a figure counts. */
export type Unit = 'ns' | 'bytes' | 'requests/s' | 'bytes/s';

/** What a line has to reach; all figures in the unit of the line. */
export type Target =
  /** The engine's median over the ruler's. */
  | { readonly kind: 'ratio'; readonly atMost: number }
  | { readonly kind: 'median'; readonly atMost: number }
  | { readonly kind: 'p99'; readonly atMost: number }
  /** The same of a rate, of which more is better. */
  | { readonly kind: 'share'; readonly atLeast: number }
  /** The ruler's median over the engine's: how much slower a rival is. */
  | { readonly kind: 'slower'; readonly atLeast: number };

export const ratioTarget = (atMost: number): Target => ({ kind: 'ratio', atMost });

/** One line of the table: the engine beside a ruler or a rival. */
export interface Line {
  readonly question: string;
  readonly unit: Unit;
  readonly engine: Figure;
  /** What it is compared with; `null` when the target is absolute. */
  readonly ruler: Figure | null;
  readonly targets: readonly Target[];
}

export const NS_PER_MS = 1e6;
export const NS_PER_US = 1e3;

export function ratioOf({ engine, ruler }: Line): number | null {
  return ruler === null ? null : engine.median / ruler.median;
}

/** `null` for a line without a target. */
export function isMet(line: Line): boolean | null {
  if (line.targets.length === 0) return null;
  return line.targets.every((target) => reaches(line, target));
}

function reaches(line: Line, target: Target): boolean {
  const ratio = ratioOf(line) ?? Number.NaN;
  switch (target.kind) {
    case 'ratio':
      return ratio <= target.atMost;
    case 'share':
      return ratio >= target.atLeast;
    case 'median':
      return line.engine.median <= target.atMost;
    case 'p99':
      return line.engine.p99 <= target.atMost;
    case 'slower':
      return 1 / ratio >= target.atLeast;
  }
}

/** A figure that was taken once. */
export function once(value: number): Figure {
  return { median: value, p99: value };
}

/** Of the rates of some rounds, at least one: what stands for the 99th percentile is the lowest. */
export function rateOf(rates: readonly number[]): Figure {
  return { median: figureOf(rates).median, p99: Math.min(...rates) };
}

/** Of at least one value. The 99th percentile of few values is the largest. */
export function figureOf(values: readonly number[]): Figure {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { median: at(0.5), p99: at(0.99) };
}
