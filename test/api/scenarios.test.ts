import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { licenceCrossings } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { loadScenarios, runScenario } from '../support/scenario.js';
import type { Action, Installer } from '../support/scenario-answerer.js';
import { crossingText } from '../support/scenario-installers.js';
import { removeEverything } from '../support/scenario-store.js';
import { StoreActor } from '../support/scenario-store-actions.js';
import { performByMutation } from './graphql-actor.js';
import { graphqlAnswerer } from './graphql-answerer.js';
import { type Served, serve } from './served.js';

const ORIGIN = { type: 'OPERATOR' } as const;
/** A directory that no scenario names: the last internal one cannot be removed over GraphQL. */
const SPARE = { type: 'addDirectory', directory: 'spare', nestedGroups: false } as const;

/** An order must name the spare directory, too. */
function withSpare(action: Action): Action {
  if (action.type !== 'orderDirectories') return action;
  return { ...action, order: [...action.order, SPARE.directory] };
}

describeEachDatabase('the scenarios over GraphQL', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
  });
  afterAll(() => served.close());

  /** The company is put in place through the store; what happens to it then happens by mutations. */
  const installer: Installer = {
    name: `GraphQL on ${database.dialect}`,
    async install(setup) {
      const { store, live } = served.gateway;
      await store.transact(ORIGIN, removeEverything);
      await store.transact(ORIGIN, (transaction) =>
        new StoreActor(transaction).performAll([...setup, SPARE]),
      );
      const answerer = graphqlAnswerer(this.name, served);
      const deep = answerer.deep && {
        ...answerer.deep,
        preview: (actions: readonly Action[]) => answerer.deep!.preview(actions.map(withSpare)),
      };
      return {
        answerers: [{ ...answerer, deep }],
        async perform(actions) {
          const before = live.index.licence();
          for (const action of actions) await performByMutation(served, withSpare(action));
          return licenceCrossings(before, live.index.licence()).map(crossingText);
        },
        async close() {},
      };
    },
  };

  it.each(loadScenarios())('$name', async ({ file }) => {
    expect(await runScenario(file, [installer])).toEqual([]);
  });
});
