import {
  type Change,
  type Directory,
  type DirectorySnapshot,
  GatehouseError,
} from '../domain/index.js';
import { type PermissionIndex, takesNothing } from '../engine/index.js';
import type { Judge } from '../sync/index.js';
import { ComingReload } from './coming-reload.js';
import type { Gateway } from './gateway.js';
import { Overtaken } from './index-beside.js';

/** Groups that are named. */
const NAMED = 5;

/**
 * Says why a run is to be held: because nobody would be left with system administration, or in a
 * group that has been granted something. What it made to judge a reload by is kept for its commit,
 * so whoever asked must say when the run has ended.
 */
export class SynchronisationJudge implements Judge {
  private readonly gateway: Pick<Gateway, 'live' | 'store'>;
  private coming: ComingReload | null = null;

  constructor(gateway: Pick<Gateway, 'live' | 'store'>) {
    this.gateway = gateway;
  }

  ofChanges(directory: Directory, changes: readonly Change[]): GatehouseError | null {
    if (changes.every(takesNothing)) return null;
    const { before, after } = this.gateway.live.index.preview(changes);
    return objectionTo(directory, before, after);
  }

  async ofReload(
    reloaded: DirectorySnapshot,
    changes: readonly Change[],
  ): Promise<GatehouseError | null> {
    this.end();
    const { live } = this.gateway;
    try {
      this.coming = await ComingReload.make(this.gateway, reloaded);
      live.expect(this.coming);
      const { before, after } = this.coming.states();
      return after.whatIf(changes, (index) => objectionTo(reloaded.directory, before, index));
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      this.end();
      // Another directory was loaded anew meanwhile: this one is judged by an overlay, in one go.
      const { id: directoryId, generation } = reloaded.directory;
      const reload: Change = { kind: 'DirectoryReloaded', directoryId, generation };
      const reloads = new Map([[directoryId, reloaded]]);
      const { before, after } = live.index.preview([reload, ...changes], reloads);
      return objectionTo(reloaded.directory, before, after);
    }
  }

  /** The run is over, however it ended. */
  end(): void {
    if (this.coming === null) return;
    this.gateway.live.forget(this.coming);
    this.coming.stop();
    this.coming = null;
  }
}

function objectionTo(
  { name: directory }: Directory,
  before: PermissionIndex,
  after: PermissionIndex,
): GatehouseError | null {
  const { systemAdministration } = before.scheme.scheme;
  const hadAdministrators = before.countHolders(systemAdministration) > 0;
  if (hadAdministrators && after.countHolders(systemAdministration) === 0) {
    return new GatehouseError('ADMINISTRATORS_HELD', { directory });
  }
  const emptied = new Set(
    after
      .grantsEmptiedSince(before)
      .filter(({ subjectType }) => subjectType === 'GROUP')
      .map(({ subjectName }) => subjectName),
  );
  if (emptied.size === 0) return null;
  const groups = [...emptied].slice(0, NAMED);
  return new GatehouseError('EMPTIED_GROUPS_HELD', { directory, groups });
}
