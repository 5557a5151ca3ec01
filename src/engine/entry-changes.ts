import type { Change, ChangeOf } from '../domain/index.js';

/** A change of a user or a group that stays who it is. */
export type EntryChange = ChangeOf<'UserChanged'> | ChangeOf<'GroupChanged'>;

/** Changes that may be taken as one step, and how many entries of the list they stand for. */
export interface EntryStep {
  readonly changes: readonly EntryChange[];
  readonly length: number;
}

const NO_STEP: EntryStep = { changes: [], length: 0 };

/**
 * The unbroken run of changes of one kind from `start` on, as one change an entry: from what it was
 * before the run to what it is after it. Edges hang on entries and not on names, so only this net
 * effect matters, however often names change hands on the way.
 */
export function entryStepFrom(changes: readonly Change[], start: number): EntryStep {
  const { kind: first } = changes[start];
  if (first !== 'UserChanged' && first !== 'GroupChanged') return NO_STEP;
  const net = new Map<number, EntryChange>();
  let end = start;
  for (; end < changes.length; end++) {
    const change = changes[end];
    if (change.kind !== 'UserChanged' && change.kind !== 'GroupChanged') break;
    if (change.kind !== first) break;
    const { id } = change.after;
    net.set(id, joined(net.get(id), change));
  }
  return { changes: [...net.values()], length: end - start };
}

function joined(first: EntryChange | undefined, last: EntryChange): EntryChange {
  if (first?.kind === 'UserChanged' && last.kind === 'UserChanged') {
    return { ...last, before: first.before };
  }
  if (first?.kind === 'GroupChanged' && last.kind === 'GroupChanged') {
    return { ...last, before: first.before };
  }
  return last;
}
