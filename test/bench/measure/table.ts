import {
  isMet,
  type Line,
  NS_PER_MS,
  NS_PER_US,
  ratioOf,
  type Target,
  type Unit,
} from './figures.js';

const HEADS = ['', 'engine', 'p99', 'beside it', 'ratio', 'target', 'met'];

/** The lines as a table in plain text. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.question,
    amount(line.engine.median, line.unit),
    amount(line.engine.p99, line.unit),
    line.ruler === null ? '' : amount(line.ruler.median, line.unit),
    ratioText(line),
    line.targets.map((target) => targetText(target, line.unit)).join(', '),
    { true: 'yes', false: 'NO', null: '' }[String(isMet(line))] ?? '',
  ]);
  const widths = HEADS.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column].length)),
  );
  return [HEADS, ...rows]
    .map((row) =>
      row
        .map((cell, column) => {
          const isText = column === 0 || column >= 5;
          return isText ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function ratioText(line: Line): string {
  const ratio = ratioOf(line);
  if (ratio === null) return '';
  return ratio < 0.1 ? `1/${threeDigits(1 / ratio)}` : threeDigits(ratio);
}

function targetText(target: Target, unit: Unit): string {
  switch (target.kind) {
    case 'ratio':
      return `ratio ≤ ${target.atMost}`;
    case 'share':
      return `ratio ≥ ${target.atLeast}`;
    case 'median':
      return `≤ ${amount(target.atMost, unit)}`;
    case 'p99':
      return `p99 ≤ ${amount(target.atMost, unit)}`;
    case 'slower':
      return `ratio ≤ 1/${target.atLeast}`;
  }
}

function amount(value: number, unit: Unit): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'bytes/s') return `${bytes(value)}/s`;
  if (unit === 'requests/s') return `${threeDigits(value)}/s`;
  if (value < NS_PER_US) return `${threeDigits(value)} ns`;
  if (value < NS_PER_MS) return `${threeDigits(value / NS_PER_US)} µs`;
  if (value < 1e9) return `${threeDigits(value / NS_PER_MS)} ms`;
  return `${threeDigits(value / 1e9)} s`;
}

function bytes(value: number): string {
  if (value < 10_000) return `${threeDigits(value)} B`;
  return `${threeDigits(value / 2 ** 20)} MiB`;
}

function threeDigits(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return Number(value.toPrecision(3)).toString();
}
