import { globalId } from '../../src/api/global-id.js';
import {
  APPLICATION_PERMISSIONS,
  type Application,
  isWritable,
  MEMBERSHIP_MODES,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import type { Random } from '../support/random.js';
import type { RestartingGateway } from '../support/restarting-gateway.js';
import type { Change, HeldDirectory } from './downstream-change.js';
import { type Mutation, mutateWhileAllowed } from './downstream-mutations.js';

/** Internal directories there are at most. */
const MOST_DIRECTORIES = 5;

/** What a change of the settings does. */
interface Plan {
  readonly kind: string;
  readonly movesView: boolean;
  readonly mutation: Mutation;
}

/** The applications that the settings are about. */
export interface Applications {
  readonly follower: Application;
  readonly writer: Application;
}

/** What is seen of the directories and by whom, as an administrator settles it over GraphQL. */
export class ViewChanges {
  readonly #gateway: RestartingGateway;
  readonly #store: GatehouseStore;
  readonly #random: Random;
  readonly #applications: Applications;
  #named = 0;

  constructor(
    gateway: RestartingGateway,
    store: GatehouseStore,
    random: Random,
    applications: Applications,
  ) {
    this.#gateway = gateway;
    this.#store = store;
    this.#random = random;
    this.#applications = applications;
  }

  async next(held: readonly HeldDirectory[]): Promise<Change> {
    const plans = [
      () => this.#switch(held),
      () => this.#reorder(held),
      () => this.#directory(held),
      () => this.#nesting(held),
      () => this.#mode(),
      () => this.#followersView(held),
      () => this.#followersView(held),
      () => this.#writersRights(held),
      () => this.#writersRights(held),
      () => this.#words(held),
      () => this.#words(held),
    ];
    const { kind, movesView, mutation } = await this.#random.pick(plans)();
    const [field, args] = mutation;
    return {
      kind: `settings: ${kind}`,
      line: `administrator: ${field} ${JSON.stringify(args)}`,
      movesView,
      make: async () => (await mutateWhileAllowed(this.#gateway.admin, [mutation])) > 0,
    };
  }

  /** Most directories are to be there most of the time. */
  #switch(held: readonly HeldDirectory[]): Plan {
    const { id, active } = this.#random.pick(held).directory;
    const off = held.find(({ directory }) => !directory.active);
    if (off && this.#random.chance(60)) {
      const args = { id: globalId('Directory', off.directory.id) };
      return { kind: 'directory on', movesView: true, mutation: ['enableDirectory', args] };
    }
    return active
      ? {
          kind: 'directory off',
          movesView: true,
          mutation: ['disableDirectory', { id: globalId('Directory', id) }],
        }
      : {
          kind: 'directory on',
          movesView: true,
          mutation: ['enableDirectory', { id: globalId('Directory', id) }],
        };
  }

  async #reorder(held: readonly HeldDirectory[]): Promise<Plan> {
    const order = this.#random
      .shuffled(held)
      .map(({ directory }) => globalId('Directory', directory.id));
    const expectedRevision = await this.#store.reader.revision();
    return {
      kind: 'directories in another order',
      movesView: true,
      mutation: ['reorderDirectories', { order, expectedRevision }],
    };
  }

  #directory(held: readonly HeldDirectory[]): Plan {
    // The copy of the third server stays.
    const internal = held.filter(({ directory }) => isWritable(directory));
    const off = internal.find(({ directory }) => !directory.active);
    if (off || internal.length >= MOST_DIRECTORIES) {
      const { id } = (off ?? internal[0]).directory;
      return {
        kind: 'directory goes',
        movesView: true,
        mutation: ['removeDirectory', { id: globalId('Directory', id) }],
      };
    }
    this.#named += 1;
    const input = { name: `directory ${this.#named}`, type: 'INTERNAL' };
    return { kind: 'directory comes', movesView: true, mutation: ['addDirectory', { input }] };
  }

  #nesting(held: readonly HeldDirectory[]): Plan {
    const { id, nestedGroups } = this.#random.pick(held).directory;
    return {
      kind: 'nesting switched',
      movesView: true,
      mutation: [
        'editDirectory',
        { id: globalId('Directory', id), input: { nestedGroups: !nestedGroups } },
      ],
    };
  }

  #mode(): Plan {
    const mode = this.#random.pick(MEMBERSHIP_MODES);
    return { kind: 'membership mode', movesView: true, mutation: ['setMembershipMode', { mode }] };
  }

  #followersView(held: readonly HeldDirectory[]): Plan {
    const random = this.#random;
    const chosen = random.shuffled(held).slice(0, 1 + random.below(held.length));
    const directories = chosen.map(({ directory }) => {
      return { directory: globalId('Directory', directory.id) };
    });
    return {
      kind: "the follower's view",
      movesView: true,
      mutation: this.#changeApplication('follower', {
        ...(random.chance(60) ? { everyDirectory: [] } : { directories }),
        membershipMode: random.pick(['GATEWAY', 'GATEWAY', ...MEMBERSHIP_MODES]),
      }),
    };
  }

  /** What another application may do is nothing to the follower. */
  #writersRights(held: readonly HeldDirectory[]): Plan {
    const random = this.#random;
    const permissions = APPLICATION_PERMISSIONS.filter(() => random.chance(85));
    const directories = random.shuffled(held).map(({ directory }) => {
      return { directory: globalId('Directory', directory.id), permissions };
    });
    return {
      kind: "the writer's rights",
      movesView: false,
      mutation: this.#changeApplication(
        'writer',
        random.chance(60) ? { everyDirectory: [...APPLICATION_PERMISSIONS] } : { directories },
      ),
    };
  }

  /** Names and descriptions move nothing. */
  #words(held: readonly HeldDirectory[]): Plan {
    this.#named += 1;
    if (this.#random.chance(50)) {
      const description = `for the ${this.#named}th time`;
      const mutation = this.#changeApplication('follower', { description });
      return { kind: 'words', movesView: false, mutation };
    }
    const { id } = this.#random.pick(held).directory;
    const input = { name: `directory ${this.#named}` };
    const args = { id: globalId('Directory', id), input };
    return { kind: 'words', movesView: false, mutation: ['editDirectory', args] };
  }

  #changeApplication(which: keyof Applications, input: object): Mutation {
    const { id } = this.#applications[which];
    return ['changeApplication', { id: globalId('Application', id), input }];
  }
}
