import type {
  Change,
  DirectoryId,
  DirectorySnapshot,
  GenerationId,
  Revision,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { Gateway } from './gateway.js';
import { IndexBeside, Overtaken } from './index-beside.js';
import type { StandIn } from './live-index.js';
import { isOfRowsOf } from './reloads.js';

/**
 * An index in which a directory already holds what a run is about to put in force. It is built in
 * slices before the transaction, so that the transaction and everybody who asks meanwhile need not
 * wait for hundreds of thousands of rows to be taken over.
 */
export class ComingReload implements StandIn {
  private readonly beside: IndexBeside;
  private readonly directoryId: DirectoryId;
  private readonly generation: GenerationId;
  private isSpent = false;

  private constructor(beside: IndexBeside, { id, generation }: DirectorySnapshot['directory']) {
    this.beside = beside;
    this.directoryId = id;
    this.generation = generation;
  }

  /**
   * @param snapshot what the directory holds once its generation is in force.
   * @throws Overtaken, GatehouseError as `IndexBeside.build`.
   */
  static async make(
    gateway: Pick<Gateway, 'live' | 'store'>,
    snapshot: DirectorySnapshot,
  ): Promise<ComingReload> {
    return new ComingReload(await IndexBeside.build(gateway, snapshot), snapshot.directory);
  }

  /** The present state and the coming one, until somebody else has a turn. @throws Overtaken. */
  states(): { readonly before: PermissionIndex; readonly after: PermissionIndex } {
    const { index, right } = this.beside.both();
    return { before: index, after: right };
  }

  /**
   * @returns `null` when the changes are not those that put it in force, it lost step, or it was asked
   *   before: what a refused transaction proposed is in it for good.
   */
  after(revision: Revision, changes: readonly Change[]): PermissionIndex | null {
    const reloads = changes.filter((change) => change.kind === 'DirectoryReloaded');
    if (reloads.length !== 1 || reloads[0].generation !== this.generation) return null;
    if (this.isSpent) return null;
    this.isSpent = true;
    try {
      const { right } = this.beside.both();
      this.stop();
      right.apply(revision, this.whatIsLeft(right, changes));
      return right;
    } catch (error) {
      if (error instanceof Overtaken) return null;
      throw error;
    }
  }

  stop(): void {
    this.beside.stop();
  }

  /** What the rows of the generation do not hold: they were written before these changes. */
  private whatIsLeft(index: PermissionIndex, changes: readonly Change[]): Change[] {
    const isReplaced = (id: DirectoryId) => id === this.directoryId;
    const reload = changes.findIndex((change) => change.kind === 'DirectoryReloaded');
    const before = index.directories().find(({ id }) => isReplaced(id));
    return changes.flatMap((change, i): Change[] => {
      if (i < reload && isOfRowsOf(change, isReplaced)) return [];
      if (i !== reload) return [change];
      const after = before && { ...before, generation: this.generation };
      return before && after ? [{ kind: 'DirectoryChanged', before, after }] : [];
    });
  }
}
