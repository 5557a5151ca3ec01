import { freshCopy } from '../dataset/fresh-names.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import { type Line, NS_PER_US } from '../measure/figures.js';
import { time } from '../measure/measure.js';
import type { Stage } from './stage.js';

const QUESTIONS = 5_000;
/** Derivations, or grants of a *no*, to list. */
const AT_MOST = 10;

/** Why, and why not. */
export function measureExplanations({ data, index, limit }: Stage): Line[] {
  const { users, bits } = data.questions.checks;
  const line = (allowed: boolean): Line => {
    const asked: { user: string; permission: string }[] = [];
    for (let i = 0; i < users.length && asked.length < QUESTIONS; i++) {
      const name = data.userNames[users[i]];
      if (limit.check(name, bits[i]) !== allowed) continue;
      asked.push({ user: freshCopy(name), permission: PERMISSIONS[bits[i]] });
    }
    let at = 0;
    const engine = time({
      calls: 1,
      run: () => {
        const { user, permission } = asked[at++ % asked.length];
        const { derivations, missing } = index.explain(user, permission, AT_MOST);
        return derivations.length + missing.length;
      },
    });
    return {
      question: `explain a ${allowed ? 'yes' : 'no'}, with at most ${AT_MOST} reasons`,
      unit: 'ns',
      engine,
      ruler: null,
      targets: [{ kind: 'p99', atMost: 500 * NS_PER_US }],
    };
  };
  return [line(true), line(false)];
}
