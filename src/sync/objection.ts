import {
  type Directory,
  type DirectoryConnection,
  type DirectorySnapshot,
  type ErrorCode,
  GatehouseError,
  type RunCounts,
  type SynchronisationRun,
} from '../domain/index.js';
import type { DirectoryContents } from '../store/index.js';
import type { DirectoryDelta } from './compare.js';
import type { RemotePicture } from './read-remote.js';
import { snapshotAfter } from './snapshot-after.js';

/**
 * Says why what a run would leave behind must not come about before an administrator has seen what
 * it takes away, or `null`.
 */
export type Judge = (after: DirectorySnapshot) => GatehouseError | null;

/** A run that has read and compared, and has written nothing. */
export interface ComparedRun {
  readonly directory: Directory & { readonly connection: DirectoryConnection };
  readonly held: DirectoryContents;
  readonly remote: RemotePicture;
  readonly delta: DirectoryDelta;
  readonly counts: RunCounts;
}

/** What an administrator saw when they let a held run go. */
export type Release = Pick<SynchronisationRun, 'reason' | 'counts'>;

/** Reasons to hold a run, the gravest last: whoever has seen one and goes on accepts those before it. */
const REASONS: readonly ErrorCode[] = [
  'REMOVALS_HELD',
  'EMPTIED_GROUPS_HELD',
  'ADMINISTRATORS_HELD',
];

/** Whether an objection is no graver than what an administrator has let go, and takes no more users. */
export function isReleased(
  objection: GatehouseError,
  { usersRemoved }: RunCounts,
  release: Release | null,
): boolean {
  if (release === null || release.reason === null) return false;
  const isSeen = REASONS.indexOf(objection.code) <= REASONS.indexOf(release.reason);
  return isSeen && usersRemoved <= release.counts.usersRemoved;
}

/** The gravest reason to hold a run, or `null`. The judge is asked only where something changes. */
export function objectionTo(run: ComparedRun, judge: Judge | undefined): GatehouseError | null {
  const { directory, held, remote, delta, counts } = run;
  const tooMany = objectionToRemoval(directory, {
    held: held.users.length,
    removed: counts.usersRemoved,
    left: remote.users.length,
  });
  if (judge === undefined || !changesAnything(counts)) return tooMany;
  return judge(snapshotAfter(directory, delta, remote)) ?? tooMany;
}

/** Even a newcomer can take something away: from whoever bears the name in a later directory. */
function changesAnything(counts: RunCounts): boolean {
  const { usersRead, groupsRead, membershipsRead, setAside, ...changes } = counts;
  return Object.values(changes).some((count) => count > 0);
}

/** How many users a run is about to take away. */
interface Removal {
  /** Users the copy holds. */
  readonly held: number;
  /** Those among them that the server no longer has. */
  readonly removed: number;
  /** Users that would be left, new ones included. */
  readonly left: number;
}

/**
 * Why a run must not remove what it would without an administrator having seen it, or `null`. A
 * server that lost its own directory, or an application that may see less than before, answers with
 * a short list and status 200; whoever follows it removes everybody (Atlassian's knowledge base,
 * incremental synchronisation that deletes users). Nobody left is never a matter of numbers.
 */
function objectionToRemoval(
  { name, connection }: Pick<Directory, 'name'> & { readonly connection: DirectoryConnection },
  { held, removed, left }: Removal,
): GatehouseError | null {
  const { mostRemovedPercent, mostRemovedUsers } = connection;
  const isTooMany = removed > mostRemovedUsers || removed * 100 > held * mostRemovedPercent;
  if (removed === 0 || !(isTooMany || left === 0)) return null;
  return new GatehouseError('REMOVALS_HELD', { directory: name, removed, held });
}
