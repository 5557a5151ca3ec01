import type { Change, ChangeOf } from '../domain/index.js';

/** A change of a user or a group that stays who it is. */
export type EntryChange = ChangeOf<'UserChanged'> | ChangeOf<'GroupChanged'>;

/**
 * The unbroken run of changes of entries from `start` on that may be taken as one step: of one kind,
 * each of another entry. What one call to the store changes at once is always within one run.
 */
export function entryChangesFrom(changes: readonly Change[], start: number): EntryChange[] {
  const run: EntryChange[] = [];
  const ids = new Set<number>();
  for (let i = start; i < changes.length; i++) {
    const change = changes[i];
    if (change.kind !== 'UserChanged' && change.kind !== 'GroupChanged') break;
    if (run.length > 0 && change.kind !== run[0].kind) break;
    if (ids.has(change.after.id)) break;
    ids.add(change.after.id);
    run.push(change);
  }
  return run;
}
