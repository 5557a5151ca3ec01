import { type Change, GatehouseError, type LoggedChange, type Revision } from '../domain/index.js';
import { type PermissionIndex, StaleOverlay } from '../engine/index.js';
import type { StoreReader } from '../store/index.js';
import type { LiveIndex } from './live-index.js';
import type { Moment } from './moment.js';
import { MAX_TAKEN_BACK, readBack } from './read-back.js';
import { turn } from './turn.js';

/** How often one question may be overtaken by changes before it is given up. */
const TRIES = 100;

/**
 * The state at one revision, for as long as it can be worked out. It is an overlay of the live index
 * with everything since taken back; when the live index moves on the overlay is laid anew, which
 * nobody sees because the answers are of a fixed state.
 */
export class PastIndex implements Moment {
  readonly revision: Revision;
  private readonly live: LiveIndex;
  private readonly reader: StoreReader;
  /** Everything logged after `revision` up to `reached`, oldest first. */
  private readonly since: LoggedChange[] = [];
  private reached: Revision;
  private reading: Promise<void> | null = null;
  private overlay: {
    readonly index: PermissionIndex;
    readonly over: PermissionIndex;
    readonly at: Revision;
  } | null = null;

  constructor(live: LiveIndex, reader: StoreReader, revision: Revision) {
    this.live = live;
    this.reader = reader;
    this.revision = revision;
    this.reached = revision;
  }

  /** Changes that are kept in memory for it. */
  get size(): number {
    return this.since.length;
  }

  /** @throws GatehouseError `REVISION_NOT_REACHABLE`; `STORE_BUSY` when it is overtaken again and again. */
  async ask<Answer>(question: (index: PermissionIndex) => Answer): Promise<Answer> {
    const started = Date.now();
    for (let tries = 0; tries < TRIES; tries++) {
      const index = this.present();
      if (index) {
        try {
          return question(index);
        } catch (error) {
          if (!(error instanceof StaleOverlay)) throw error;
          this.overlay = null;
        }
      } else if (this.isBehind) {
        await this.readOn();
      } else {
        await turn();
        if (!this.isBehind) this.layOverlay();
      }
    }
    throw new GatehouseError('STORE_BUSY', { waitedMs: Date.now() - started });
  }

  /**
   * What happened after it up to a revision that the live index has reached.
   * @throws GatehouseError `REVISION_NOT_REACHABLE`.
   */
  async changesUntil(revision: Revision): Promise<Change[]> {
    while (this.reached < revision) await this.readOn();
    return this.since.filter((logged) => logged.revision <= revision).map(({ change }) => change);
  }

  /** The state as an index, or `null` while it has to be worked out first. */
  private present(): PermissionIndex | null {
    const { index } = this.live;
    if (index.revision === this.revision) return index;
    const { overlay } = this;
    return overlay?.over === index && overlay.at === index.revision ? overlay.index : null;
  }

  /** Whether the log has to be read on before the overlay can be laid. */
  private get isBehind(): boolean {
    const { revision } = this.live.index;
    return revision !== this.revision && revision !== this.reached;
  }

  private layOverlay(): void {
    const { index } = this.live;
    if (index.revision === this.revision) return;
    const past = index.asOf(this.revision, this.since);
    this.overlay = { index: past, over: index, at: index.revision };
  }

  private readOn(): Promise<void> {
    this.reading ??= this.readToPresent().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async readToPresent(): Promise<void> {
    const { reached } = this;
    const to = this.live.index.revision;
    const changes = await readBack(this.reader, { after: reached, to, wanted: this.revision });
    if (this.since.length + changes.length > MAX_TAKEN_BACK) {
      throw new GatehouseError('REVISION_NOT_REACHABLE', {
        revision: this.revision,
        oldest: to,
        reason: 'TOO_MANY_CHANGES',
      });
    }
    for (const change of changes) this.since.push(change);
    this.reached = to;
  }
}
