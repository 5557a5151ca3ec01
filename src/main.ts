#!/usr/bin/env -S node --v8-pool-size=1
import 'reflect-metadata';
import pino from 'pino';
import { printGatehouseSchema } from './api/index.js';
import { createProgram, runDemo } from './cli/index.js';
import { type Config, ConfigError, readConfig, settingsTable } from './config.js';
import { isGatehouseError } from './domain/index.js';
import { letBatchesDieYoung } from './heap.js';
import { openConfiguredStore, startGateway, version } from './wiring.js';

/** Paths that could hold a secret if one were ever logged. */
const REDACTED = ['password', 'authorization', '*.password', '*.authorization', '*.secretKey'];

/**
 * A log whose reader is gone loses its lines and stops nothing. Pino's own destination would write to a
 * closed pipe for ever when the process exits, as after an interrupt that ended the reader as well.
 */
function createLog(config: Pick<Config, 'logLevel'>) {
  return pino({ level: config.logLevel, redact: REDACTED, base: undefined }, process.stdout);
}

/** Says once on the error output that something could not be written, unless nobody wanted to read it. */
function outliveLostOutput(): void {
  let told = false;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (told || code === 'EPIPE') return;
    told = true;
    process.exitCode = 1;
    process.stderr.write(`gatehouse: output is lost: ${message}\n`);
  });
}

/** Resolves with the name of the first signal that asks the process to stop. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => resolve(signal));
  });
}

async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config);
  const stopping = stopSignal();
  const running = await startGateway(config, log);
  log.info({ signal: await stopping }, 'stopping');
  await running.stop();
}

async function migrate(): Promise<void> {
  const store = await openConfiguredStore(readConfig(process.env));
  process.stdout.write(
    `the database is up to date, at revision ${await store.reader.revision()}\n`,
  );
  await store.close();
}

const program = createProgram(
  {
    serve,
    migrate,
    demo: ({ check }) =>
      runDemo({
        check,
        stop: stopSignal(),
        start: (environment) =>
          startGateway(
            readConfig(environment),
            createLog({ logLevel: process.env.GATEHOUSE_LOG_LEVEL ?? 'silent' }),
          ),
        write: (text) => process.stdout.write(text),
      }),
    printSchema: printGatehouseSchema,
    printSettings: settingsTable,
  },
  version,
);

letBatchesDieYoung();
outliveLostOutput();
try {
  await program.parseAsync();
  // A pipe takes what was written piece by piece; to exit before it has would cut the rest off.
  await new Promise((written) => process.stdout.write('', written));
  // Timers of libraries must not keep a stopped process alive.
  process.exit(process.exitCode ?? 0);
} catch (error) {
  // Both are sentences for the operator; anything else is ours to mend.
  const expected = error instanceof ConfigError || isGatehouseError(error);
  process.stderr.write(`gatehouse: ${expected ? error.message : (error as Error).stack}\n`);
  process.exit(expected ? 78 : 1);
}
