/** Milliseconds of one slice. */
const SLICE_MS = 2;

/** Does a long piece of work in slices, between which everybody else has a turn. */
export function inSlices<Result>(work: Generator<void, Result>): Promise<Result>;
/**
 * @param isInVain asked after each turn of others: whether the work is not wanted any more.
 * @returns `null` when it was in vain.
 */
export function inSlices<Result>(
  work: Generator<void, Result>,
  isInVain: () => boolean,
): Promise<Result | null>;
export async function inSlices<Result>(
  work: Generator<void, Result>,
  isInVain: () => boolean = () => false,
): Promise<Result | null> {
  while (!isInVain()) {
    for (const started = performance.now(); performance.now() - started < SLICE_MS; ) {
      const step = work.next();
      if (step.done) return step.value;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return null;
}
