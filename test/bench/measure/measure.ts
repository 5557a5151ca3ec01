import { type Figure, figureOf } from './figures.js';

/** Something to be timed. */
export interface Contender {
  /** Calls in one `run`: many where one call is shorter than the clock can tell. */
  readonly calls: number;
  /** Whatever must be there before a run and is not part of it. */
  prepare?(): void;
  /** @returns a number that depends on all answers, so that none can be left out. */
  run(): number;
}

export interface Duration {
  /** How long to sample, warming up not included. */
  readonly ms: number;
  readonly leastRounds: number;
  readonly mostRounds: number;
}

export const SHORT: Duration = { ms: 1_500, leastRounds: 30, mostRounds: 100_000 };
/** For what takes a tenth of a second and more. */
export const LONG: Duration = { ms: 3_000, leastRounds: 5, mostRounds: 200 };

const WARM_UP_SHARE = 0.3;
const LEAST_WARM_UP_ROUNDS = 2;

/** Whatever was answered. It is read at the end, and so has to be worked out. */
let answers = 0;

/**
 * Times the contenders in turn, round by round, so that what disturbs the machine disturbs all of
 * them; whoever begins a round comes last in the next.
 * @returns nanoseconds of one call, for each contender.
 */
export function timeInTurn(contenders: readonly Contender[], duration = SHORT): Figure[] {
  const samples: number[][] = contenders.map(() => []);
  const round = (first: number, keep: boolean) => {
    contenders.forEach((_, i) => {
      const at = (i + first) % contenders.length;
      const contender = contenders[at];
      contender.prepare?.();
      const begun = process.hrtime.bigint();
      const answer = contender.run();
      const ended = process.hrtime.bigint();
      answers += answer;
      if (keep) samples[at].push(Number(ended - begun) / contender.calls);
    });
  };
  rounds(duration.ms * WARM_UP_SHARE, LEAST_WARM_UP_ROUNDS, duration.mostRounds, (i) =>
    round(i, false),
  );
  rounds(duration.ms, duration.leastRounds, duration.mostRounds, (i) => round(i, true));
  return samples.map(figureOf);
}

/** The same for one contender. */
export function time(contender: Contender, duration = SHORT): Figure {
  return timeInTurn([contender], duration)[0];
}

/** Something to be timed that waits; by itself, one call. */
export type WaitingContender =
  | (() => Promise<number>)
  | { readonly calls: number; run(): Promise<number> };

/** The same for work that waits. */
export async function timeInTurnWaiting(
  contenders: readonly WaitingContender[],
  { ms, leastRounds, mostRounds }: Duration,
): Promise<Figure[]> {
  const samples: number[][] = contenders.map(() => []);
  const until = performance.now() + ms * (1 + WARM_UP_SHARE);
  const warmUntil = performance.now() + ms * WARM_UP_SHARE;
  for (let kept = 0; kept < leastRounds || (kept < mostRounds && performance.now() < until); ) {
    const keep = performance.now() >= warmUntil;
    for (const [at, contender] of contenders.entries()) {
      const { calls, run } =
        typeof contender === 'function' ? { calls: 1, run: contender } : contender;
      const begun = process.hrtime.bigint();
      answers += await run();
      const ended = process.hrtime.bigint();
      if (keep) samples[at].push(Number(ended - begun) / calls);
    }
    if (keep) kept++;
  }
  return samples.map(figureOf);
}

/** A number that depends on everything that was answered. */
export function answersSum(): number {
  return answers;
}

function rounds(ms: number, least: number, most: number, round: (i: number) => void): void {
  const until = performance.now() + ms;
  for (let i = 0; i < least || (i < most && performance.now() < until); i++) round(i);
}
