import { asId } from '../../../src/domain/index.js';
import { PermissionIndex } from '../../../src/engine/index.js';
import { FactsInMotion } from '../dataset/facts-in-motion.js';
import { snapshotOf } from '../dataset/snapshot.js';
import { canonicalFacts } from '../limit/canonical-facts.js';
import { Limit } from '../limit/limit.js';
import { type Line, once } from '../measure/figures.js';
import { LONG, timeInTurn } from '../measure/measure.js';
import type { Stage } from './stage.js';

const TAIL = 10_000;
const SEED = 15;

/** Making an index of what is in memory already: rows, or a packed index and changes. */
export function measureLoading({ data, say }: Stage): Line[] {
  say('loading from memory');
  const snapshot = snapshotOf(data);
  const facts = canonicalFacts(data);
  const [engine, ruler] = timeInTurn(
    [
      { calls: 1, run: () => new PermissionIndex(snapshot).revision },
      { calls: 1, run: () => new Limit(data, facts).count(0) },
    ],
    LONG,
  );
  const bytes = new PermissionIndex(snapshot).pack();
  const moving = new FactsInMotion(data, SEED);
  const tail = Array.from({ length: TAIL }, () => moving.next())
    .flat()
    .slice(0, TAIL);
  const [unpack, withTail, pack] = timeInTurn(
    [
      { calls: 1, run: () => PermissionIndex.unpack(bytes).revision },
      {
        calls: 1,
        run: () => {
          const index = PermissionIndex.unpack(bytes);
          index.apply(asId(2), tail);
          return index.licence().seatsUsed;
        },
      },
      { calls: 1, run: packing(snapshot) },
    ],
    LONG,
  );
  const line = (question: string, figure: Line['engine']): Line => {
    return { question, unit: 'ns', engine: figure, ruler: null, targets: [] };
  };
  return [
    { ...line('an index from rows in memory, beside the limit from decided ones', engine), ruler },
    line('an index packed', pack),
    line('an index unpacked', unpack),
    line(`an index unpacked, and ${TAIL.toLocaleString('en')} changes applied`, withTail),
    { ...line('size of a packed index', once(bytes.length)), unit: 'bytes' },
  ];
}

function packing(snapshot: ConstructorParameters<typeof PermissionIndex>[0]): () => number {
  const index = new PermissionIndex(snapshot);
  return () => index.pack().length;
}
