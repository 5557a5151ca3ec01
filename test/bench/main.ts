import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { ArgumentsRefused, readArguments, USAGE } from './arguments.js';
import type { Bench, BenchReport } from './bench.js';
import { ENGINE_PARTS, runEngineBench } from './engine/bench.js';
import { AnswersDiffer } from './engine/cross-check.js';
import { isMet, ratioOf } from './measure/figures.js';
import { answersSum } from './measure/measure.js';
import { tableOf } from './measure/table.js';
import { runSyncBench, SYNC_PARTS } from './sync/bench.js';
import { runUserServerBench, USERSERVER_PARTS } from './userserver/bench.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  engine: { parts: ENGINE_PARTS, run: runEngineBench },
  sync: { parts: SYNC_PARTS, run: runSyncBench },
  userserver: { parts: USERSERVER_PARTS, run: runUserServerBench },
};

const begun = performance.now();

function say(what: string): void {
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  process.stderr.write(`${seconds.padStart(7)} s  ${what}\n`);
}

function machine(): string {
  const processors = cpus();
  const load = loadavg()[0].toFixed(1);
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, load ${load}`;
}

function print({ title, lines, notes }: BenchReport, on: string): void {
  const judged = lines.map(isMet).filter((met) => met !== null);
  const met = judged.filter(Boolean).length;
  const text = [
    title,
    on,
    '',
    tableOf(lines),
    '',
    `${met} of ${judged.length} targets met; targets are stated for size L`,
    ...notes,
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}

function toJson(bench: string, { title, counts, lines, notes }: BenchReport, on: string): string {
  const figures = lines.map((line) => ({ ...line, ratio: ratioOf(line), met: isMet(line) }));
  const at = new Date().toISOString();
  return `${JSON.stringify({ bench, at, machine: on, title, counts, notes, lines: figures }, null, 2)}\n`;
}

async function main(): Promise<number> {
  try {
    const { bench, source, only, json } = readArguments(process.argv.slice(2), BENCHES);
    const on = machine();
    const report = await BENCHES[bench].run({ source, only, say });
    print(report, on);
    if (json !== null) writeFileSync(json, toJson(bench, report, on));
    // Read here, so that every answer had to be worked out.
    return Number.isNaN(answersSum()) ? 1 : 0;
  } catch (error) {
    if (error instanceof ArgumentsRefused) {
      process.stderr.write(`${error.message}\n${USAGE}\n`);
      return 2;
    }
    if (error instanceof AnswersDiffer) {
      process.stderr.write(`no figures: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

process.exitCode = await main();
