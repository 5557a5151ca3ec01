import { expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { NaiveModel } from '../support/naive-model.js';
import type { ExplainAnswer, Installer } from '../support/scenario-answerer.js';
import { storeInstaller } from '../support/scenario-store.js';
import { historyText, playHistory, randomHistory, smallestHistory } from './histories.js';

const fake = (allowed: boolean): ExplainAnswer => ({
  allowed,
  derivations: allowed
    ? [
        {
          groups: [],
          directories: [],
          grant: { permission: 'ADMIN', subjectType: 'USER', subject: 'x' },
        },
      ]
    : [],
  derivationCount: allowed ? 1 : 0,
  missing: allowed ? [] : [{ reason: 'NO_SUCH_USER' }],
});
NaiveModel.prototype.explain = async function (u: string, p: string) {
  return fake(await this.check(u, p));
};
const T = { install: 0, perform: 0, n: 0 };
const wrap = (i: Installer): Installer => ({
  name: i.name,
  install: async (s) => {
    const t0 = performance.now();
    const x = await i.install(s);
    T.install += performance.now() - t0;
    return {
      ...x,
      perform: async (a) => {
        const t = performance.now();
        const r = await x.perform(a);
        T.perform += performance.now() - t;
        T.n++;
        return r;
      },
      answerers: x.answerers.map((a) => ({
        ...a,
        explain: async (u: string, p: string) => fake(await a.check(u, p)),
      })),
    };
  },
});

describeEachDatabase('x', (database) => {
  it('probe', async () => {
    const t = Date.now();
    let bad = 0,
      n = 0;
    const installer = wrap(storeInstaller(database));
    for (let seed = 1; seed <= Number(process.env.N ?? 100); seed++) {
      const h = randomHistory(seed);
      if (h.steps.flat().some((a) => a.type === 'renameGroups' && a.renames.length > 1)) continue;
      if (h.steps.some((st) => st.filter((a) => a.type.startsWith('rename')).length > 1)) continue;
      n++;
      const problems = await playHistory(h, [installer], 3);
      if (problems.length) {
        bad++;
        if (bad < 3) {
          const s = await smallestHistory(
            h,
            async (x) => (await playHistory(x, [installer])).length > 0,
          );
          process.stderr.write(`${seed} ${historyText(s)}\n${problems.join('\n')}\n\n`);
        }
      }
    }
    process.stderr.write(`${JSON.stringify(T)}\n`);
    process.stderr.write(`${database.dialect}: ${bad} bad of ${n} in ${Date.now() - t} ms\n`);
    expect(bad).toBe(0);
  }, 600000);
});
