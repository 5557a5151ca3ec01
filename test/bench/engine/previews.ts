import { asId, type Change, type DirectoryId } from '../../../src/domain/index.js';
import { PermissionIndex, type Preview } from '../../../src/engine/index.js';
import type { DataSet } from '../dataset/data-set.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import { withSharedDirectory } from '../dataset/shared-directory.js';
import { snapshotOf } from '../dataset/snapshot.js';
import { type Line, NS_PER_MS, type Target } from '../measure/figures.js';
import { time } from '../measure/measure.js';
import { largestNesting } from './largest-nesting.js';
import type { Stage } from './stage.js';

const FIRST_PAGE = { first: 50, after: null } as const;
const SHARED = [
  { names: 10_000, targetMs: 50 },
  { names: 100, targetMs: 5 },
];
const SEED = 7;

/** What a change would do, read as an administrator reads it before making it. */
export function measurePreviews(stage: Stage): Line[] {
  const lines = SHARED.flatMap(({ names, targetMs }): Line[] => {
    if (names > stage.counts.users / 2) return [];
    stage.say(`previews with ${names} shared names`);
    const data = withSharedDirectory(stage.data, names, SEED);
    const index = new PermissionIndex(snapshotOf(data));
    const change = moveLastToFront(data);
    const count = names.toLocaleString('en');
    return [
      line(`preview: a directory with ${count} shared names moves to the front`, index, [change], {
        targets: [{ kind: 'median', atMost: targetMs * NS_PER_MS }],
        read: readEffect,
      }),
      line(`preview: the same with ${count}, and all other lists of it read`, index, [change], {
        targets: [],
        read: (preview) => readEffect(preview) + readLists(preview),
      }),
    ];
  });
  const { change, members } = largestNesting(stage.data);
  const count = members.toLocaleString('en');
  lines.push(
    line(`preview: a group of ${count} members is nested in another`, stage.index, [change], {
      targets: [{ kind: 'median', atMost: 20 * NS_PER_MS }],
      read: readEffect,
    }),
  );
  return lines;
}

function line(
  question: string,
  index: PermissionIndex,
  changes: readonly Change[],
  { targets, read }: { targets: readonly Target[]; read: (preview: Preview) => number },
): Line {
  const engine = time({ calls: 1, run: () => read(index.preview(changes)) });
  return { question, unit: 'ns', engine, ruler: null, targets };
}

/** Who gains and who loses each permission: how many, and the first of them; and the licence. */
function readEffect(preview: Preview): number {
  let sum = preview.licenceBefore.seatsUsed - preview.licenceAfter.seatsUsed;
  sum += preview.crossings.length;
  for (const permission of PERMISSIONS) {
    sum += preview.countGained(permission) - preview.countLost(permission);
    sum += preview.gained(permission, FIRST_PAGE).items.length;
    sum += preview.lost(permission, FIRST_PAGE).items.length;
  }
  return sum;
}

function readLists(preview: Preview): number {
  return (
    preview.masked(FIRST_PAGE).items.length +
    preview.unmasked(FIRST_PAGE).items.length +
    preview.grantsReachingNobody(FIRST_PAGE).items.length +
    preview.emptyGroups(FIRST_PAGE).items.length
  );
}

function moveLastToFront({ directories }: DataSet): Change {
  const before = directories.map((_, i): DirectoryId => asId(i + 1));
  return {
    kind: 'DirectoriesReordered',
    before,
    after: [before[before.length - 1], ...before.slice(0, -1)],
  };
}
