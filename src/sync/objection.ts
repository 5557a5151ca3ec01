import { type Directory, type DirectoryConnection, GatehouseError } from '../domain/index.js';

/** How many users a run is about to take away. */
export interface Removal {
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
export function objectionTo(
  { name, connection }: Pick<Directory, 'name'> & { readonly connection: DirectoryConnection },
  { held, removed, left }: Removal,
): GatehouseError | null {
  const { mostRemovedPercent, mostRemovedUsers } = connection;
  const isTooMany = removed > mostRemovedUsers || removed * 100 > held * mostRemovedPercent;
  if (removed === 0 || !(isTooMany || left === 0)) return null;
  return new GatehouseError('REMOVALS_HELD', { directory: name, removed, held });
}
