import { nameKey } from '../../../src/domain/index.js';
import { KnownName } from '../../../src/engine/index.js';
import { PERMISSIONS, SCHEME } from '../dataset/scheme.js';
import { type Line, ratioTarget, type Target } from '../measure/figures.js';
import { type Contender, time, timeInTurn } from '../measure/measure.js';
import type { Stage } from './stage.js';

const CALLS = 1_000;

/** Where the strings come from that are asked with. */
interface Asking {
  readonly how: string;
  /** Fills `names` with the users of the questions from `start` on. */
  fill(names: string[], start: number): void;
}

/** Questions about one user's permissions: by name, by number, one or all of them. */
export function measureChecks(stage: Stage): Line[] {
  const lines: Line[] = [];
  for (const asking of [hashedNames(stage), newNames(stage)]) {
    lines.push(
      byName(stage, asking, {
        question: `check by name (${asking.how})`,
        target: ratioTarget(1.3),
        engine: ({ index }, names, bits, start) => {
          let yes = 0;
          for (let i = 0; i < CALLS; i++) {
            if (index.check(names[i], PERMISSIONS[bits[start + i]])) yes++;
          }
          return yes;
        },
        limit: ({ limit }, names, bits, start) => {
          let yes = 0;
          for (let i = 0; i < CALLS; i++) if (limit.check(names[i], bits[start + i])) yes++;
          return yes;
        },
      }),
      byName(stage, asking, {
        question: `all permissions of a user by name (${asking.how})`,
        target: ratioTarget(3),
        engine: ({ index }, names) => {
          let found = 0;
          for (let i = 0; i < CALLS; i++) found += index.effectivePermissions(names[i]).length;
          return found;
        },
        limit: ({ limit }, names) => {
          let found = 0;
          for (let i = 0; i < CALLS; i++) found += limit.permissionsOf(names[i]).length;
          return found;
        },
      }),
    );
  }
  return [lines[0], lines[2], byNumber(stage), lines[1], lines[3], ...kept(stage)];
}

interface NameQuestion {
  readonly question: string;
  readonly target: Target;
  readonly engine: Ask;
  readonly limit: Ask;
}
/** Asks `CALLS` questions; `names` are those of the questions from `start` on. */
type Ask = (stage: Stage, names: readonly string[], bits: Uint8Array, start: number) => number;

function byName(
  stage: Stage,
  asking: Asking,
  { question, target, engine, limit }: NameQuestion,
): Line {
  const { users, bits } = stage.data.questions.checks;
  const batches = Math.floor(users.length / CALLS);
  const contender = (ask: Ask, offset: number): Contender => {
    const names: string[] = Array(CALLS).fill('');
    let at = offset;
    let start = 0;
    return {
      calls: CALLS,
      prepare: () => {
        start = (at++ % batches) * CALLS;
        asking.fill(names, start);
      },
      run: () => ask(stage, names, bits, start),
    };
  };
  // Each is half a round of questions away from the other: neither finds what the other has warmed.
  const [ours, ruler] = timeInTurn([contender(engine, 0), contender(limit, batches >> 1)]);
  return { question, unit: 'ns', engine: ours, ruler, targets: [target] };
}

/** Strings that have been asked with before; none of them is the object that a table holds. */
function hashedNames({ data, freshUsers, limit }: Stage): Asking {
  const names = Array.from(data.questions.checks.users, (user) => freshUsers.copyOf(user));
  for (const name of names) limit.numberOf(name);
  return {
    how: 'a string V8 has hashed',
    fill: (into, start) => {
      for (let i = 0; i < into.length; i++) into[i] = names[start + i];
    },
  };
}

/** Strings as they come from the wire. */
function newNames({ data, freshUsers }: Stage): Asking {
  const { users } = data.questions.checks;
  return {
    how: 'a new string',
    fill: (into, start) => {
      for (let i = 0; i < into.length; i++) into[i] = freshUsers.copyOf(users[start + i]);
    },
  };
}

/** For whoever asks about the same user again and again, such as a viewer who has signed in. */
function byNumber({ data, index, limit }: Stage): Line {
  const { users, bits } = data.questions.checks;
  const batches = Math.floor(users.length / CALLS);
  const viewers = data.userNames.map((name) => new KnownName(nameKey(name)));
  const rolling = (offset: number, ask: (start: number) => number): Contender => {
    let at = offset;
    return { calls: CALLS, run: () => ask((at++ % batches) * CALLS) };
  };
  const [engine, ruler] = timeInTurn([
    rolling(0, (start) => {
      let yes = 0;
      for (let i = start; i < start + CALLS; i++) {
        if (index.maskOfKnown(viewers[users[i]]) & (1 << bits[i])) yes++;
      }
      return yes;
    }),
    rolling(batches >> 1, (start) => {
      let yes = 0;
      for (let i = start; i < start + CALLS; i++) {
        if (limit.masks[users[i]] & (1 << bits[i])) yes++;
      }
      return yes;
    }),
  ]);
  return {
    question: 'check by number',
    unit: 'ns',
    engine,
    ruler,
    targets: [{ kind: 'median', atMost: 50 }],
  };
}

/** What is counted along with every change. */
function kept({ index }: Stage): Line[] {
  // Two functions in turn, so that none is called twice in a row and remembered.
  const seats = [() => index.licence().seatsUsed, () => index.licence().seatsAllowed ?? 0];
  const holders = PERMISSIONS.map((permission) => () => index.countHolders(permission));
  const contender = (asks: readonly (() => number)[]): Contender => ({
    calls: CALLS,
    run: () => {
      let sum = 0;
      for (let i = 0; i < CALLS; i++) sum += asks[i % asks.length]();
      return sum;
    },
  });
  const line = (question: string, asks: readonly (() => number)[]): Line => ({
    question,
    unit: 'ns',
    engine: time(contender(asks)),
    ruler: null,
    targets: [{ kind: 'median', atMost: 100 }],
  });
  return [
    line(`seats used (${SCHEME.seat})`, seats),
    line('holders of a permission counted', holders),
  ];
}
