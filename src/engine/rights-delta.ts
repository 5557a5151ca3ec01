import type { Facts } from './facts.js';
import { inKeyOrder } from './key-order.js';
import type { Rights } from './rights.js';

/** Facts with what is derived from them. */
export interface State {
  readonly facts: Facts;
  readonly rights: Rights;
}

/** User names whose permissions differ between two states, in the order of their keys. */
export interface RightsDelta {
  /** Name numbers. */
  readonly names: Int32Array;
  /** The masks: entry i belongs to `names[i]`. */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/** @param after a fork of `before`: it knows which names to look at. */
export function rightsDelta(before: State, after: State): RightsDelta {
  const { names: table } = after.facts.users;
  const candidates = after.facts.switched ? table.inOrder() : movedNames(after);
  const differing: number[] = [];
  for (let i = 0; i < candidates.length; i++) {
    const name = candidates[i];
    if (before.rights.maskOf(name) !== after.rights.maskOf(name)) differing.push(name);
  }
  const names = inKeyOrder(differing, table);
  const delta = {
    names,
    before: new Int32Array(names.length),
    after: new Int32Array(names.length),
  };
  for (let i = 0; i < names.length; i++) {
    delta.before[i] = before.rights.maskOf(names[i]);
    delta.after[i] = after.rights.maskOf(names[i]);
  }
  return delta;
}

/** Each name that the fork touched, once. */
export function movedNames({ facts, rights }: State): number[] {
  const seen = new Uint8Array(facts.users.names.size);
  const names: number[] = [];
  for (const name of rights.moved) {
    if (seen[name] === 1) continue;
    seen[name] = 1;
    names.push(name);
  }
  return names;
}
