import type { ToldRun } from './downstream-follower.js';

/** What happened in a trial, to be told at its end. */
export class DownstreamFigures {
  /** Runs that succeeded and followed events. */
  incremental = 0;
  readonly #counts = new Map<string, Map<string, number>>();

  /** One more of these. */
  add(topic: string, what: string): void {
    const counts = this.#counts.get(topic) ?? new Map<string, number>();
    this.#counts.set(topic, counts);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }

  addRun({ outcome, kind, fullCause, reason }: ToldRun): void {
    if (outcome !== 'SUCCEEDED') this.add('other runs', `${outcome} ${reason}`);
    else if (kind === 'INCREMENTAL') this.incremental += 1;
    else this.add('full runs', String(fullCause));
  }

  /** One line for each topic. */
  toString(): string {
    const lines = [...this.#counts].sort().map(([topic, counts]) => {
      const told = [...counts].sort().map(([what, count]) => `${what} ${count}`);
      const sum = [...counts.values()].reduce((all, count) => all + count, 0);
      return `${topic}, ${sum}: ${told.join(', ')}`;
    });
    return [`incremental runs, ${this.incremental}`, ...lines].join('\n');
  }
}
