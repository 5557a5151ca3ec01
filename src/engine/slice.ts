/** Small steps that one slice of a long piece of work may take: a fraction of a millisecond when warm. */
const UNITS = 2_000;

/** Says when a long piece of work has gone on for long enough and should let others have a turn. */
export class Slice {
  private left = UNITS;

  /** @returns whether to pause now. */
  spend(units = 1): boolean {
    this.left -= units;
    if (this.left > 0) return false;
    this.left = UNITS;
    return true;
  }
}

/** Does a piece of work in one go. */
export function finish<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
