import type { DirectoryId, DirectorySnapshot, LoggedChange } from '../domain/index.js';
import { PermissionIndex } from '../engine/index.js';
import type { TwoIndexes } from './compare-indexes.js';
import type { Gateway } from './gateway.js';
import { inSlices } from './in-slices.js';
import type { LiveIndex } from './live-index.js';
import { isOfRowsOf } from './reloads.js';

/** How long a commit that the store shows may take to reach this process's index. */
const REACH_MS = 2_000;

/** The live index took over what is not told by changes: the one beside it cannot keep step. */
export class Overtaken extends Error {}

/**
 * An index built from the rows, in slices, that keeps step with the live one and owes it nothing but
 * the changes. One directory may hold something else there than its rows say.
 */
export class IndexBeside {
  private readonly live: LiveIndex;
  private readonly replaced: DirectoryId | null;
  private readonly stopListening: () => void;
  private news: LoggedChange[] = [];
  private lost = false;
  private right: PermissionIndex | null = null;

  private constructor(live: LiveIndex, replaced: DirectoryId | null) {
    this.live = live;
    this.replaced = replaced;
    this.stopListening = live.listen((changes, heard) => {
      this.lost ||= heard === 'NOT_ALL';
      this.lost ||= changes.some(({ change }) => change.kind === 'DirectoryReloaded');
      if (this.lost) this.news = [];
      else for (const change of changes) this.news.push(change);
    });
  }

  /**
   * @param replacement what its directory holds there instead of its rows, whatever becomes of them.
   * @throws Overtaken; GatehouseError `REVISION_NOT_REACHED` when this process cannot follow the log.
   */
  static async build(
    { live, store }: Pick<Gateway, 'live' | 'store'>,
    replacement: DirectorySnapshot | null = null,
  ): Promise<IndexBeside> {
    const replaced = replacement?.directory.id ?? null;
    const beside = new IndexBeside(live, replaced);
    try {
      const snapshot = await store.reader.snapshot(replaced ?? undefined);
      await live.reach(snapshot.revision, REACH_MS);
      const directories = snapshot.directories.map((held) =>
        replacement !== null && held.directory.id === replaced
          ? { ...replacement, directory: held.directory }
          : held,
      );
      const work = PermissionIndex.building({ ...snapshot, directories });
      beside.right = await inSlices(work, () => beside.lost);
      if (beside.right === null) throw new Overtaken();
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
    if (this.lost) throw new Overtaken();
    const { index } = live;
    if (index.revision > right.revision) {
      const changes = this.news
        .filter(({ revision }) => revision > right.revision)
        .map(({ change }) => change)
        .filter((change) => !isOfRowsOf(change, (id) => id === this.replaced));
      right.apply(index.revision, changes);
    }
    this.news = [];
    return { index, right };
  }

  stop(): void {
    this.stopListening();
  }
}
