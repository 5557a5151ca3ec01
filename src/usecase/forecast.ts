import type { Change, DirectoryId, DirectorySnapshot, GatehouseError } from '../domain/index.js';
import { type PermissionIndex, type Preview, StaleOverlay } from '../engine/index.js';
import type { Moment } from './moment.js';
import { turn } from './turn.js';

/** Says what would refuse the changes. */
export type Judge = (preview: Preview) => readonly GatehouseError[];
/** A preview and the index it was made on. */
interface Made {
  readonly on: PermissionIndex;
  readonly preview: Preview;
}

type Reloads = ReadonlyMap<DirectoryId, DirectorySnapshot>;

/**
 * What changes do to a fixed state. It is worked out when it is first asked, and again when the live
 * index has moved on meanwhile; the answers stay the same.
 */
export class Forecast {
  /** The state without the changes, and the one with them. */
  readonly before: Moment;
  readonly after: Moment;
  private readonly base: Moment;
  private readonly changes: readonly Change[];
  private readonly reloads: Reloads;
  private readonly judge: Judge;
  private made: Made | null;

  /** @param base must be of a fixed state. */
  constructor(
    base: Moment,
    what: {
      readonly changes: readonly Change[];
      readonly reloads?: Reloads;
      readonly judge?: Judge;
      /** When it has been worked out already. */
      readonly made?: Made;
    },
  ) {
    this.base = base;
    this.changes = what.changes;
    this.reloads = what.reloads ?? new Map();
    this.judge = what.judge ?? (() => []);
    this.made = what.made ?? null;
    this.before = { ask: (question) => this.ask(({ before }) => question(before)) };
    this.after = { ask: (question) => this.ask(({ after }) => question(after)) };
  }

  async ask<Answer>(question: (preview: Preview) => Answer): Promise<Answer> {
    if (!this.made) await turn();
    return this.base.ask((index) => {
      try {
        return question(this.on(index));
      } catch (error) {
        if (error instanceof StaleOverlay) this.made = null;
        throw error;
      }
    });
  }

  /** What would refuse the changes if they were made as they are. */
  refusals(): Promise<readonly GatehouseError[]> {
    return this.ask(this.judge);
  }

  private on(index: PermissionIndex): Preview {
    if (this.made?.on !== index) {
      this.made = { on: index, preview: index.preview(this.changes, this.reloads) };
    }
    return this.made.preview;
  }
}
