import { jest } from '@jest/globals';

/** What goes on while the date stands still: sockets and their timers. */
const REAL = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'setImmediate',
  'setInterval',
  'setTimeout',
] as const;

/** Lets the date stand still until `letDateGoOn`. Nothing but `new Date()` and `Date.now()` is changed. */
export function stopDate(): void {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 1), doNotFake: [...REAL] });
}

export function letDateGoOn(): void {
  jest.useRealTimers();
}

/** Moves the standing date; back for a number below zero. */
export function pass(seconds: number): void {
  jest.setSystemTime(Date.now() + seconds * 1_000);
}
