import type { LoggedChange } from '../domain/index.js';
import { PermissionIndex } from '../engine/index.js';
import type { TwoIndexes } from './compare-indexes.js';
import type { Gateway } from './gateway.js';
import type { LiveIndex } from './live-index.js';
import { turn } from './turn.js';

/** How long a commit that the store shows may take to reach this process's index. */
const REACH_MS = 2_000;

/** The live index took over what is not told by changes: the one beside it cannot keep step. */
export class Overtaken extends Error {}

/** An index built from the rows that keeps step with the live one and owes it nothing but the changes. */
export class IndexBeside {
  private readonly live: LiveIndex;
  private readonly stopListening: () => void;
  private news: LoggedChange[] = [];
  private lost = false;
  private right: PermissionIndex | null = null;

  private constructor(live: LiveIndex) {
    this.live = live;
    this.stopListening = live.listen((changes, heard) => {
      this.lost ||= heard === 'NOT_ALL';
      for (const change of changes) this.news.push(change);
    });
  }

  /** @throws GatehouseError `REVISION_NOT_REACHED` when this process cannot follow the log. */
  static async build({ live, store }: Pick<Gateway, 'live' | 'store'>): Promise<IndexBeside> {
    const beside = new IndexBeside(live);
    try {
      const snapshot = await store.reader.snapshot();
      await live.reach(snapshot.revision, REACH_MS);
      await turn();
      beside.right = new PermissionIndex(snapshot);
      return beside;
    } catch (error) {
      beside.stop();
      throw error;
    }
  }

  /** The two at one revision, until somebody else has a turn. @throws Overtaken. */
  both(): TwoIndexes {
    const { right, live } = this;
    if (right === null) throw new Error('it has not been built');
    const news = this.news.filter(({ revision }) => revision > right.revision);
    this.news = [];
    if (this.lost || news.some(({ change }) => change.kind === 'DirectoryReloaded')) {
      throw new Overtaken();
    }
    const { index } = live;
    if (index.revision > right.revision) {
      right.apply(
        index.revision,
        news.map(({ change }) => change),
      );
    }
    return { index, right };
  }

  stop(): void {
    this.stopListening();
  }
}
