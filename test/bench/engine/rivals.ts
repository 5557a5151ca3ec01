import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PERMISSIONS } from '../dataset/scheme.js';
import type { Line, Target } from '../measure/figures.js';
import { type Duration, timeInTurnWaiting } from '../measure/measure.js';
import { type CasbinRival, casbinRival } from '../rivals/casbin.js';
import { mariadbRival } from '../rivals/mariadb.js';
import type { MysqlServer } from '../rivals/mysql-server.js';
import type { Rival } from '../rivals/rival.js';
import { sqliteRival } from '../rivals/sqlite.js';
import { changeEngine, membershipSteps } from './changes.js';
import { compareWithRival } from './cross-check.js';
import type { Stage } from './stage.js';
import { ThereAndBack } from './there-and-back.js';

const ROUNDS: Duration = { ms: 2_500, leastRounds: 200, mostRounds: 20_000 };
const FEW_ROUNDS: Duration = { ms: 2_500, leastRounds: 20, mostRounds: 2_000 };
/** Checks of the engine for each of a rival: it is too fast to be timed alone. */
const ENGINE_CALLS = 1_000;
/** With more, node-casbin needs minutes for a handful of answers. */
const MOST_FOR_CASBIN = 200_000;
/** Below this a target for node-casbin means little. */
const LEAST_FOR_CASBIN = 50_000;

/** Other engines with the same facts, one after another; each is compared before it is timed. */
export async function measureRivals(stage: Stage, server: MysqlServer | null): Promise<Line[]> {
  const lines: Line[] = [];
  const { memberships } = stage.counts;
  if (memberships <= MOST_FOR_CASBIN) {
    const targets: Target[] =
      memberships < LEAST_FOR_CASBIN ? [] : [{ kind: 'slower', atLeast: 500 }];
    await withRival(stage, await casbinRival(stage.data, stage.facts), async (rival) => {
      lines.push(await checks(stage, rival, targets));
      lines.push(await groups(stage, rival), await changes(stage, rival));
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  try {
    await withRival(stage, sqliteRival(stage.data, stage.facts, folder), async (rival) => {
      lines.push(await checks(stage, rival, []), await groups(stage, rival));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (server) {
    const url = await server.createDatabase();
    await withRival(stage, await mariadbRival(stage.data, stage.facts, url), async (rival) => {
      lines.push(await checks(stage, rival, [{ kind: 'slower', atLeast: 300 }]));
      lines.push(await groups(stage, rival));
    });
  }
  return lines;
}

async function withRival<Some extends Rival>(
  stage: Stage,
  rival: Some,
  measure: (rival: Some) => Promise<void>,
): Promise<void> {
  try {
    stage.say(`comparing answers with ${rival.name}`);
    await compareWithRival(stage, rival);
    stage.say(`timing ${rival.name}`);
    await measure(rival);
  } finally {
    await rival.close();
  }
}

async function checks(
  { data, index, freshUsers }: Stage,
  rival: Rival,
  targets: readonly Target[],
): Promise<Line> {
  const { users, bits } = data.questions.checks;
  const names = Array.from(users, (user) => freshUsers.copyOf(user));
  let ours = 0;
  let theirs = users.length >> 1;
  const [engine, ruler] = await timeInTurnWaiting(
    [
      {
        calls: ENGINE_CALLS,
        run: async () => {
          let yes = 0;
          for (let i = 0; i < ENGINE_CALLS; i++, ours = (ours + 1) % users.length) {
            if (index.check(names[ours], PERMISSIONS[bits[ours]])) yes++;
          }
          return yes;
        },
      },
      async () => {
        theirs = (theirs + 1) % users.length;
        return Number(await rival.check(users[theirs], bits[theirs]));
      },
    ],
    ROUNDS,
  );
  return { question: `check, beside ${rival.name}`, unit: 'ns', engine, ruler, targets };
}

async function groups({ data, index }: Stage, rival: Rival): Promise<Line> {
  const { sampleUsers } = data.questions;
  let ours = 0;
  let theirs = sampleUsers.length >> 1;
  const [engine, ruler] = await timeInTurnWaiting(
    [
      async () => {
        const name = data.userNames[sampleUsers[ours++ % sampleUsers.length]];
        return index.groupNamesOf(name, true).length;
      },
      async () => (await rival.groupsOf(sampleUsers[theirs++ % sampleUsers.length])).length,
    ],
    ROUNDS,
  );
  return {
    question: `all groups of a user, beside ${rival.name}`,
    unit: 'ns',
    engine,
    ruler,
    targets: [],
  };
}

async function changes(stage: Stage, rival: CasbinRival): Promise<Line> {
  const { index, facts } = stage;
  // A rival that knows canonical users only is spared the changes that do not count.
  const steps = membershipSteps(stage).filter(
    ({ edge }) => facts.homes[edge.member] === edge.directory && facts.active[edge.member] === 1,
  );
  const ours = new ThereAndBack(steps, changeEngine(index));
  let at = 0;
  const [engine, ruler] = await timeInTurnWaiting(
    [
      async () => ours.step(),
      async () => {
        const { edge } = steps[at++ % steps.length];
        await rival.change(edge.added, edge.member, facts.nodeOf[edge.directory][edge.group]);
        return Number(await rival.check(edge.user, edge.bit));
      },
    ],
    FEW_ROUNDS,
  );
  ours.return();
  return {
    question: `one membership change, then a check, beside ${rival.name}`,
    unit: 'ns',
    engine,
    ruler,
    targets: [],
  };
}
