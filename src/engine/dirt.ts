/** What has to be worked out again after facts changed. */
export class Dirt {
  /** Everything: the membership mode changed. */
  everything = false;
  /** User names whose counted entry, or what it holds, may differ. */
  readonly users = new Set<number>();
  /** Group names whose first entry may be another. */
  readonly groupNames = new Set<number>();
  /** Group entries that may hold less than they did, and all below them. */
  readonly shrunk = new Set<number>();
  /** Group entries that may hold more than they did, and nothing less. */
  readonly grown = new Set<number>();

  private readonly sets = [this.users, this.groupNames, this.shrunk, this.grown];

  clear(): void {
    this.everything = false;
    // Emptying a set makes its table anew, even when it is empty already.
    for (const set of this.sets) if (set.size > 0) set.clear();
  }
}
