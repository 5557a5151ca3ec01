/** Seeds that one test plays; both ends belong to it. */
export interface Batch {
  readonly first: number;
  readonly last: number;
}

/** A batch may take long: nothing here asserts a time. */
export const BATCH_TIMEOUT_MS = 3_600_000;

/** `count` seeds from `seed` on, in batches of `size` at most. */
export function batches(seed: number, count: number, size: number): Batch[] {
  const firsts = Array.from({ length: Math.ceil(count / size) }, (_, i) => seed + i * size);
  return firsts.map((first) => ({ first, last: Math.min(first + size, seed + count) - 1 }));
}

/** Plays seed after seed until something is wrong. */
export async function playBatch(
  { first, last }: Batch,
  play: (seed: number) => Promise<readonly string[]> | readonly string[],
): Promise<readonly string[]> {
  for (let seed = first; seed <= last; seed++) {
    const problems = await play(seed);
    if (problems.length > 0) return problems;
  }
  return [];
}
