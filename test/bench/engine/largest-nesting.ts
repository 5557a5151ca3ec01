import { asId, type Change, type DirectoryId } from '../../../src/domain/index.js';
import type { DataSet } from '../dataset/data-set.js';
import { COMPILED } from '../dataset/scheme.js';

/** A nesting that touches more people than any other could. */
export interface LargestNesting {
  /** Position of the directory. */
  readonly directory: number;
  readonly parent: number;
  readonly child: number;
  /** Direct members of the child. */
  readonly members: number;
  /** The nesting comes. */
  readonly change: Change;
  /** And goes. */
  readonly inverse: Change;
}

/** The largest group of one directory, nested in one there that has been granted the most there is. */
export function largestNesting(data: DataSet): LargestNesting {
  const sizes = data.directories.map(({ memberships }) => {
    const counts = new Int32Array(data.groupNames.length);
    for (const group of memberships.groups) counts[group]++;
    return counts;
  });
  const largest = sizes.map((counts) => counts.reduce((a, b) => Math.max(a, b), 0));
  const members = Math.max(...largest);
  const directory = largest.indexOf(members);
  const child = sizes[directory].indexOf(members);
  const here = new Map(
    Array.from(data.directories[directory].groups, (group) => [data.groupNames[group], group]),
  );
  const [granted] = data.grants
    .filter(({ subjectType, subjectName }) => {
      return subjectType === 'GROUP' && (here.get(subjectName) ?? child) !== child;
    })
    .toSorted((a, b) => COMPILED.bitOf(b.permission) - COMPILED.bitOf(a.permission));
  const parent = granted && here.get(granted.subjectName);
  if (parent === undefined) throw new Error('no group of the largest directory has a grant');
  const directoryId: DirectoryId = asId(directory + 1);
  const edge = { directoryId, parent: data.groupNames[parent], child: data.groupNames[child] };
  return {
    directory,
    parent,
    child,
    members,
    change: { kind: 'NestingAdded', ...edge },
    inverse: { kind: 'NestingRemoved', ...edge },
  };
}
