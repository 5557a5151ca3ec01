import {
  asId,
  type LicenceState,
  type LoggedChange,
  licenceCrossings,
  type Revision,
} from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { NaiveFacts } from './naive-facts.js';
import { NaiveModel } from './naive-model.js';
import type { Action, Answerer, Installation, Installer } from './scenario-answerer.js';
import { ScenarioAuthor, type Written } from './scenario-author.js';
import { indexDeep } from './scenario-deep-index.js';
import { DeepNaiveModel } from './scenario-deep-naive.js';
import { indexAnswerer } from './scenario-index-answerer.js';

export { allPages, indexAnswerer } from './scenario-index-answerer.js';

/** The oracle: everything else is compared with it. */
export const naiveInstaller: Installer = {
  name: 'naive model',
  async install(setup) {
    const author = new ScenarioAuthor(new NaiveFacts());
    author.perform(setup);
    return naiveInstallation(author, new NaiveModel(author.facts));
  },
};

/** The same with answers to the deeper questions; it keeps every revision. */
export const deepNaiveInstaller: Installer = {
  name: 'naive model',
  async install(setup) {
    const author = new ScenarioAuthor(new NaiveFacts());
    author.perform(setup);
    const model = new DeepNaiveModel(author);
    model.remember();
    const installation = naiveInstallation(author, model);
    return {
      ...installation,
      async perform(actions) {
        const crossed = await installation.perform(actions);
        if (actions.some(({ type }) => type === 'removeDirectory')) model.bar('DIRECTORY_REMOVED');
        model.remember();
        return crossed;
      },
    };
  },
};

function naiveInstallation(author: ScenarioAuthor, model: NaiveModel & Answerer): Installation {
  const seats = async (): Promise<LicenceState> => {
    const { used, allowed } = await model.seats();
    return { seatsUsed: used, seatsAllowed: allowed };
  };
  return {
    answerers: [model],
    async perform(actions) {
      const before = await seats();
      author.perform(actions);
      return crossingsOf(before, await seats());
    },
    async close() {},
  };
}

/** Built once from the snapshot after the set-up, and from then on fed with changes. */
export const fedEngineInstaller: Installer = engineInstaller(
  'engine fed with changes',
  (index, written, facts) => {
    index.apply(asId<Revision>(facts.revision), written.changes, written.reloads);
    return index;
  },
);

/** Built anew from a snapshot after each change. */
export const rebuiltEngineInstaller: Installer = engineInstaller(
  'engine built from a snapshot',
  (_index, _written, facts) => new PermissionIndex(facts.snapshot()),
);

export const ENGINE_INSTALLERS: readonly Installer[] = [fedEngineInstaller, rebuiltEngineInstaller];

function engineInstaller(
  name: string,
  follow: (index: PermissionIndex, written: Written, facts: NaiveFacts) => PermissionIndex,
): Installer {
  return {
    name,
    async install(setup: readonly Action[]): Promise<Installation> {
      const author = new ScenarioAuthor(new NaiveFacts());
      author.perform(setup);
      let index = new PermissionIndex(author.facts.snapshot());
      const log: LoggedChange[] = [];
      const deep = indexDeep(() => index, {
        logged: async (after) => log.filter(({ revision }) => revision > after),
        wouldWrite: async (actions) => author.wouldWrite(actions).changes,
      });
      return {
        answerers: [indexAnswerer(name, () => index, deep)],
        async perform(actions) {
          const before = index.licence();
          const written = author.perform(actions);
          index = follow(index, written, author.facts);
          const revision = asId<Revision>(author.facts.revision);
          for (const [ordinal, change] of written.changes.entries()) {
            log.push({ revision, ordinal, at: new Date(0), origin: { type: 'OPERATOR' }, change });
          }
          return crossings(before, index.licence());
        },
        async close() {},
      };
    },
  };
}

/** The crossings that the domain finds, as text. */
export function crossings(before: LicenceState, after: LicenceState): string[] {
  return licenceCrossings(before, after).map(crossingText);
}

export function crossingText(crossing: {
  readonly threshold: number;
  readonly direction: string;
}): string {
  return `${crossing.threshold} ${crossing.direction}`;
}

/** The same by the rule's own words: 90 from nine tenths of the limit on, 100 only above the limit. */
function crossingsOf(before: LicenceState, after: LicenceState): string[] {
  const passed = ({ seatsUsed, seatsAllowed }: LicenceState) =>
    seatsAllowed === null
      ? []
      : [
          ...(seatsUsed > 0 && seatsUsed >= (seatsAllowed * 9) / 10 ? [90] : []),
          ...(seatsUsed > seatsAllowed ? [100] : []),
        ];
  const was = passed(before);
  const is = passed(after);
  const up = is.filter((threshold) => !was.includes(threshold));
  const down = was.filter((threshold) => !is.includes(threshold)).reverse();
  return [...down.map((threshold) => `${threshold} DOWN`), ...up.map((t) => `${t} UP`)];
}
