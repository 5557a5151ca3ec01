import { globalId } from '../../src/api/global-id.js';
import { type Group, isWritable, type User } from '../../src/domain/index.js';
import type { Random } from '../support/random.js';
import type { RestartingGateway } from '../support/restarting-gateway.js';
import {
  type Change,
  type HeldDirectory,
  randomGroupName,
  randomUserName,
} from './downstream-change.js';
import { type Mutation, mutateWhileAllowed } from './downstream-mutations.js';

const FACTS = ['', 'x', 'Zoë & <Søn>', 'a@example.org', 'two  spaces', '"quoted" 😀'];

/** Changes that belong together; the first word of them tells the kind. */
type Plan = readonly [kind: string, ...mutations: readonly Mutation[]];

/** Users, groups and memberships of internal directories, as an administrator changes them over GraphQL. */
export class EntryChanges {
  readonly #gateway: RestartingGateway;
  readonly #random: Random;

  constructor(gateway: RestartingGateway, random: Random) {
    this.#gateway = gateway;
    this.#random = random;
  }

  next(held: readonly HeldDirectory[]): Change {
    const place = this.#random.pick(held.filter(({ directory }) => isWritable(directory)));
    const [kind, ...mutations] = this.#plan(place);
    const told = mutations.map(([field, args]) => `${field} ${JSON.stringify(args)}`);
    return {
      kind: `administrator: ${kind}`,
      line: `administrator, in ${place.directory.name}: ${told.join('; ')}`,
      movesView: false,
      make: async () => (await mutateWhileAllowed(this.#gateway.admin, mutations)) > 0,
    };
  }

  #plan(place: HeldDirectory): Plan {
    const random = this.#random;
    const { users, groups } = place;
    if (users.length < 3) return ['user comes', this.#createUser(place, randomUserName(random))];
    if (groups.length < 2) return ['group comes', this.#createGroup(place)];
    return random.chance(45) ? this.#planUser(place) : this.#planGroup(place);
  }

  #planUser(place: HeldDirectory): Plan {
    const random = this.#random;
    const user = random.pick(place.users);
    const plans: readonly (() => Plan)[] = [
      () => ['user comes', this.#createUser(place, randomUserName(random))],
      () => ['user comes', this.#createUser(place, randomUserName(random))],
      () => ['user goes', removal(user)],
      () => ['user goes and comes', removal(user), this.#createUser(place, user.name)],
      () => ['user changes', this.#newFacts(user)],
      () => ['user is switched', changeUser(user, { active: !user.active })],
      () => ['user gets another name', changeUser(user, { name: randomUserName(random) })],
      () => ['user gets another spelling', changeUser(user, { name: otherCase(user.name) })],
      () => this.#swap(place),
      () => this.#takeOver(place),
    ];
    return random.pick(plans)();
  }

  #planGroup(place: HeldDirectory): Plan {
    const random = this.#random;
    const group = random.pick(place.groups);
    const description = random.pick(FACTS);
    const plans: readonly (() => Plan)[] = [
      ...Array.from({ length: 6 }, () => () => this.#move(place)),
      ...Array.from({ length: 3 }, () => () => this.#nest(place)),
      () => ['group comes', this.#createGroup(place)],
      () => ['group goes', ['removeGroup', { id: globalId('Group', group.id) }]],
      () => ['group changes', changeGroup(group, { description })],
      () => ['group gets another name', changeGroup(group, { name: randomGroupName(random) })],
      () => ['group gets another spelling', changeGroup(group, { name: otherCase(group.name) })],
      () => [
        'group goes and comes',
        ['removeGroup', { id: globalId('Group', group.id) }],
        this.#createGroup(place, group.name),
      ],
    ];
    return random.pick(plans)();
  }

  #createUser({ directory }: HeldDirectory, name: string): Mutation {
    const input = {
      directory: globalId('Directory', directory.id),
      name,
      active: this.#random.chance(85),
      displayName: this.#random.pick(['Someone', ...FACTS.slice(1)]),
    };
    return ['createUser', { input }];
  }

  #createGroup({ directory }: HeldDirectory, name = randomGroupName(this.#random)): Mutation {
    const input = { directory: globalId('Directory', directory.id), name };
    return ['createGroup', { input: { ...input, description: this.#random.pick(FACTS) } }];
  }

  #newFacts(user: User): Mutation {
    const random = this.#random;
    const fields = ['displayName', 'firstName', 'lastName', 'email'];
    return changeUser(user, { [random.pick(fields)]: random.pick(FACTS.slice(1)) });
  }

  /** Half of the time what is there goes. */
  #move({ users, groups, memberships }: HeldDirectory): Plan {
    const random = this.#random;
    if (memberships.length > 0 && random.chance(45)) {
      const { group, user } = random.pick(memberships);
      return ['membership goes', edge('removeMember', group, 'USER', user.name)];
    }
    const user = random.pick(users);
    return ['membership comes', edge('addMember', random.pick(groups), 'USER', user.name)];
  }

  #nest({ groups, nestings }: HeldDirectory): Plan {
    const random = this.#random;
    if (nestings.length > 0 && random.chance(50)) {
      const { parent, child } = random.pick(nestings);
      return ['nesting goes', edge('removeMember', parent, 'GROUP', child.name)];
    }
    const [parent, child] = random.shuffled(groups);
    return ['nesting comes', edge('addMember', parent, 'GROUP', child.name)];
  }

  #swap({ users }: HeldDirectory): Plan {
    const [one, other] = this.#random.shuffled(users);
    return [
      'users swap names',
      changeUser(one, { name: 'between' }),
      changeUser(other, { name: one.name }),
      changeUser(one, { name: other.name }),
    ];
  }

  /** Somebody goes, and another takes the name, and perhaps a place in a group. */
  #takeOver({ users, groups }: HeldDirectory): Plan {
    const [one, other] = this.#random.shuffled(users);
    const group = this.#random.pick(groups);
    return [
      'user takes over a name',
      removal(one),
      changeUser(other, { name: one.name }),
      ...(this.#random.chance(50) ? [edge('addMember', group, 'USER', one.name)] : []),
    ];
  }
}

function changeUser({ id }: User, input: object): Mutation {
  return ['changeUser', { id: globalId('User', id), input }];
}

function removal({ id }: User): Mutation {
  return ['removeUser', { id: globalId('User', id) }];
}

function changeGroup({ id }: Group, input: object): Mutation {
  return ['changeGroup', { id: globalId('Group', id), input }];
}

function edge(
  field: 'addMember' | 'removeMember',
  { id }: Group,
  type: 'USER' | 'GROUP',
  name: string,
): Mutation {
  return [field, { group: globalId('Group', id), member: { type, name } }];
}

function otherCase(name: string): string {
  const upper = name.toUpperCase();
  return name === upper ? name.toLowerCase() : upper;
}
