import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pino from 'pino';
import { readConfig } from '../../../src/config.js';
import { letBatchesDieYoung } from '../../../src/heap.js';
import { startGateway } from '../../../src/wiring.js';

/** What the process is told: to begin to watch itself, or to say what it saw. */
export type ChildOrder = 'WATCH' | 'REPORT';

export type ChildWord =
  | { readonly said: 'READY'; readonly url: string }
  | { readonly said: 'WATCHING' }
  | { readonly said: 'REPORT'; readonly report: WatchReport };

export interface WatchReport {
  /** Bytes of resident memory when the watch began. */
  readonly idle: number;
  /** Bytes of resident memory at most above what there was when the watch began. */
  readonly memory: number;
  /** Nanoseconds that the event loop was late, 99th percentile and at most. */
  readonly lateP99: number;
  readonly lateMost: number;
}

const LOOK_EVERY_MS = 10;

letBatchesDieYoung();
/** A gateway that watches its own memory and event loop. Its settings are those of its environment. */
const running = await startGateway(readConfig(process.env), pino({ level: 'silent' }));
const delay = monitorEventLoopDelay({ resolution: 5 });
let idle = 0;
let peak = 0;
let looking: NodeJS.Timeout | undefined;

const say = (word: ChildWord) => process.send?.(word);

process.on('message', (order: ChildOrder) => {
  if (order === 'WATCH') {
    globalThis.gc?.();
    idle = process.memoryUsage.rss();
    peak = idle;
    looking = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, LOOK_EVERY_MS);
    delay.reset();
    delay.enable();
    say({ said: 'WATCHING' });
    return;
  }
  clearInterval(looking);
  delay.disable();
  // The histogram counts the pause between two looks; what is above its resolution is delay.
  const late = (pause: number) => Math.max(0, pause - 5e6);
  const report = {
    idle,
    memory: peak - idle,
    lateP99: late(delay.percentile(99)),
    lateMost: late(delay.max),
  };
  say({ said: 'REPORT', report });
});
process.once('disconnect', () => void running.stop());
say({ said: 'READY', url: running.url });
