import { type NameKey, nameKey } from '../../src/domain/index.js';
import type { EffectAnswer } from './scenario-answerer.js';

/** A name that means another entry than before, with the directories of both. */
export function moveText(name: string, before: string, after: string): string {
  return `${nameKey(name)}: ${before} > ${after}`;
}

/** A node of a tree of groups. */
export interface TreeNode {
  /** Root first. */
  readonly groups: readonly string[];
  readonly directory: string;
  readonly cycle: boolean;
  readonly users: readonly string[];
}

/** Such as `top > sub in staff: ann, bob`. */
export function treeLine({ groups, directory, cycle, users }: TreeNode): string {
  const way = groups.map(nameKey).join(' > ');
  const below = users.length === 0 ? '' : `: ${users.map(nameKey).join(', ')}`;
  return `${way} in ${directory}${cycle ? ' (cycle)' : ''}${below}`;
}

/** Only permissions that somebody gains, or loses. */
export function movesOf(
  permissions: readonly string[],
  movedBy: (permission: string) => readonly NameKey[],
): Record<string, readonly string[]> {
  const moves = permissions.map((permission) => [permission, movedBy(permission)] as const);
  return Object.fromEntries(moves.filter(([, names]) => names.length > 0));
}

/** An effect as lines, so that two can be compared; without what only an interface says. */
export function effectLines(effect: EffectAnswer): string[] {
  const moves = (verb: string, moved: EffectAnswer['gained']) =>
    Object.entries(moved).map(
      ([permission, names]) => `${verb} ${permission}: ${names.join(', ')}`,
    );
  return [
    ...moves('gain', effect.gained),
    ...moves('lose', effect.lost),
    `seats: ${effect.seats.before} > ${effect.seats.after}`,
    `crossings: ${effect.crossings.join(', ')}`,
    `masked: ${effect.masked.join(', ')}`,
    `unmasked: ${effect.unmasked.join(', ')}`,
    `grants reaching nobody: ${effect.grantsReachingNobody.join(', ')}`,
    `empty groups: ${effect.emptyGroups.join(', ')}`,
  ];
}
