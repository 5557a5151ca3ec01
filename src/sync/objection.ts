import {
  type Change,
  type Directory,
  type DirectoryConnection,
  type DirectorySnapshot,
  type ErrorCode,
  GatehouseError,
  type RunCounts,
  type SynchronisationRun,
} from '../domain/index.js';
import type { Departures } from './departures.js';

/**
 * Says why something must not come about before an administrator has seen what it takes away, or
 * `null`. Asked only where something changes.
 */
export interface Judge {
  /** @param changes of a transaction that is about to be committed, in the order of the log. */
  ofChanges(directory: Directory, changes: readonly Change[]): GatehouseError | null;
  /**
   * @param reloaded a directory as it would be, with the generation that would be in force.
   * @param changes what would come with it.
   */
  ofReload(reloaded: DirectorySnapshot, changes: readonly Change[]): Promise<GatehouseError | null>;
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

/** How many users a run is about to take away. */
export interface Removal {
  /** Users the copy holds. */
  readonly held: number;
  /** Those among them that the server no longer has. */
  readonly removed: number;
  /** Users that would be left, new ones and those who are back included. */
  readonly left: number;
}

/**
 * What a run takes away from the users whom the server is expected to have.
 * @param rows users in the copy, those included who have stayed although the server does not have them.
 */
export function removalOf(
  rows: number,
  { usersAdded, usersRemoved: removed }: RunCounts,
  { keptBefore, over }: Departures,
): Removal {
  const held = rows - keptBefore;
  return { held, removed, left: held - removed + usersAdded + over.length };
}

/**
 * Why a run must not remove what it would without an administrator having seen it, or `null`. A
 * server that lost its own directory, or an application that may see less than before, answers with
 * a short list and status 200; whoever follows it removes everybody (Atlassian's knowledge base,
 * incremental synchronisation that deletes users). Nobody left is never a matter of numbers.
 */
export function objectionToRemoval(
  { name, connection }: Pick<Directory, 'name'> & { readonly connection: DirectoryConnection },
  { held, removed, left }: Removal,
): GatehouseError | null {
  const { mostRemovedPercent, mostRemovedUsers } = connection;
  const isTooMany = removed > mostRemovedUsers || removed * 100 > held * mostRemovedPercent;
  if (removed === 0 || !(isTooMany || left === 0)) return null;
  return new GatehouseError('REMOVALS_HELD', { directory: name, removed, held });
}
