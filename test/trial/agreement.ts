import { type DirectoryId, type NameKey, nameKey } from '../../src/domain/index.js';
import {
  type Derivation,
  type DerivationCursor,
  KnownName,
  PermissionIndex,
} from '../../src/engine/index.js';
import { naiveDerivations } from '../support/naive-derivations.js';
import { holdsNesting, NaiveFacts } from '../support/naive-facts.js';
import { holdsMembership, NaiveState } from '../support/naive-state.js';
import { Random } from '../support/random.js';
import type { Action } from '../support/scenario-answerer.js';
import { ScenarioAuthor } from '../support/scenario-author.js';
import type { Known } from '../support/scenario-questions.js';
import type { Case } from './differential.js';
import { leavesBelow } from './expansion.js';
import { knownOf, type NextStep, randomHistory, randomStep } from './histories.js';
import { allPages } from './pages.js';
import { numbered, type Shape } from './random-setup.js';
import { derivationText, naiveDerivationText, whyNotText } from './reasons.js';
import { noting } from './sheet.js';

/** Questions about one company. */
export const QUESTIONS_PER_CASE = 400;
/** Ways of one user to one permission that are read; there may be very many. */
const WAYS = 150;
const PAGES = 2_000;

/** A company of hundreds of users with a past, the same for the same seed. */
export function randomCompany(seed: number): Case {
  const random = new Random(seed);
  const shape = hundreds(random);
  const history = randomHistory(random.next(), 12, shape, nextStep);
  return { seed, history, known: knownOf(shape) };
}

/** Changes of any kind; what they switch off is often switched on again, so that there is much to ask. */
const nextStep: NextStep = (random, author, shape) => {
  const asleep = author.facts.directories.flatMap(({ directory }): Action[] => {
    const { name, active, nestedGroups } = directory;
    return [
      ...(active ? [] : [{ type: 'activateDirectory', directory: name } as const]),
      ...(nestedGroups
        ? []
        : [{ type: 'setNestedGroups', directory: name, nestedGroups: true } as const]),
    ];
  });
  const waking = random.chance(50) ? asleep.filter(() => random.chance(80)) : [];
  if (waking.length === 0) return randomStep(random, author, shape);
  author.perform(waking);
  return waking;
};

/** Everybody is in a few groups, and groups have about as many parents as makes them meet in cycles. */
function hundreds(random: Random): Shape {
  const groupCount = 15 + random.below(35);
  const directoryCount = 1 + random.below(4);
  return {
    users: numbered('user', 150 + random.below(200)),
    groups: numbered('group', groupCount),
    directories: ['staff', 'partners', 'guests', 'archive', 'old'],
    directoryCount,
    userHeld: random.pick([30, 60]),
    groupHeld: random.pick([60, 90]),
    membership: random.pick([100, 200, 400]) / groupCount,
    // Views may join all directories.
    nesting: random.pick([100, 200, 300]) / groupCount / directoryCount,
    active: 85,
    groupGrants: 4 + random.below(10),
  };
}

/**
 * Asks one company in all ways there are.
 * @returns where two answers contradict each other or the facts.
 */
export function askCompany({ seed, history, known }: Case, questions: number): string[] {
  const random = new Random(seed);
  const author = new ScenarioAuthor(new NaiveFacts());
  author.perform(history.setup);
  const fed = new PermissionIndex(author.facts.snapshot());
  for (const step of history.steps) {
    const { changes, reloads } = author.perform(step);
    fed.apply(fed.revision, changes, reloads);
  }
  const index = random.pick([
    () => fed,
    () => fed.fork(),
    () => PermissionIndex.unpack(fed.pack()),
    () => new PermissionIndex(author.facts.snapshot()),
  ])();
  const company = new Company(index, new NaiveState(author.facts), known, random);
  const problems: string[] = [];
  noting(problems, () => {
    company.readLists();
    for (let asked = 0; asked < questions; asked++) company.askSomething();
    company.askMany();
  });
  return [...company.problems, ...problems];
}

class Company {
  readonly problems: string[] = [];
  private readonly holders = new Map<string, Set<NameKey>>();
  private readonly leaves = new Map<string, Set<NameKey>>();
  private readonly asked: { user: string; permission: string; may: boolean }[] = [];
  private readonly index: PermissionIndex;
  private readonly state: NaiveState;
  private readonly known: Known;
  private readonly random: Random;

  constructor(index: PermissionIndex, state: NaiveState, known: Known, random: Random) {
    this.index = index;
    this.state = state;
    this.known = known;
    this.random = random;
  }

  /** The lists of holders, whole and filtered, and the leaves below every grant. */
  readLists(): void {
    const below = new Map<NameKey, Set<NameKey>>();
    for (const permission of this.known.permissions) {
      this.holders.set(permission, new Set(this.readHolders(permission)));
      const leaves = new Set<NameKey>();
      for (const { subjectType, subjectKey, subjectName } of this.state.grantsGiving(permission)) {
        if (subjectType === 'USER') {
          if (this.index.user(subjectName)?.active) leaves.add(subjectKey);
          continue;
        }
        const found =
          below.get(subjectKey) ?? leavesBelow(this.index, subjectName, this.pageSize());
        below.set(subjectKey, found);
        for (const user of found) leaves.add(user);
      }
      this.leaves.set(permission, leaves);
    }
  }

  /** One question in all its forms, as often about a holder as about anybody. */
  askSomething(): void {
    const permission = this.random.pick(this.known.permissions);
    const holders = this.random.chance(50) ? [...this.holders.get(permission)!] : [];
    const user = this.random.pick(holders.length > 0 ? holders : this.known.users);
    this.ask(user, permission);
  }

  private ask(user: string, permission: string): void {
    const key = nameKey(user);
    const may = this.state.holds(key, permission);
    const same = (form: string, answer: boolean) => {
      this.agree(`may ${user} ${permission}, by ${form}`, may, answer);
    };
    const { index } = this;
    const known = new KnownName(key);
    const bit = 1 << index.scheme.bitOf(permission);
    same('check', index.check(user, permission));
    same('holders', this.holders.get(permission)!.has(key));
    same('expansion', this.leaves.get(permission)!.has(key));
    same('permissions', index.effectivePermissions(user).includes(permission));
    same('known name', (index.maskOfKnown(known) & bit) !== 0);
    same('known name, again', (index.maskOfKnown(known) & bit) !== 0);
    this.asked.push({ user, permission, may });
    this.askReasons(user, permission, may);
    this.askAllWays(user, permission);
  }

  /** All questions that were asked, at once. */
  askMany(): void {
    const answers = this.index.checkMany(this.asked);
    this.agree('number of answers', this.asked.length, answers.length);
    this.asked.forEach(({ user, permission, may }, i) => {
      this.agree(`may ${user} ${permission}, of many`, may, answers[i]);
    });
  }

  private askReasons(user: string, permission: string, may: boolean): void {
    const atMost = 1 + this.random.below(10);
    const why = this.index.explain(user, permission, atMost);
    const { derivationCount, derivations } = why;
    this.agree(`${user} ${permission} is explained`, may, why.allowed);
    this.agree(`${user} ${permission} has derivations`, may, derivationCount > 0);
    const listed = Math.min(atMost, derivationCount);
    this.agree(`derivations of ${user} ${permission}`, listed, derivations.length);
    for (const derivation of derivations) this.verify(user, permission, derivation);
    const missing = this.index.whyNot(user, permission, atMost);
    this.agree(`nothing is missing for ${user} ${permission}`, may, missing.length === 0);
    this.agree(
      `what is missing for ${user} ${permission}`,
      why.missing.map(whyNotText).join('; '),
      missing.map(whyNotText).join('; '),
    );
  }

  /** All derivations by pages: against the naive list, and the first of them against `explain`. */
  private askAllWays(user: string, permission: string): void {
    const expected = naiveDerivations(this.state, nameKey(user), permission, WAYS);
    const found: Derivation[] = [];
    let after: DerivationCursor | null = null;
    let pages = 0;
    do {
      const page = this.index.derivationsOf(user, permission, { first: this.pageSize(), after });
      found.push(...page.items);
      // A cursor travels as text.
      after = JSON.parse(JSON.stringify(page.next)) as DerivationCursor | null;
      pages++;
    } while (after !== null && found.length < WAYS && pages < PAGES);
    // Both lists may end before the ways do: the naive one is whole when it is short.
    const whole = expected.length < WAYS;
    const known = whole ? found.length : Math.min(found.length, expected.length);
    const length = after === null ? Math.max(known, expected.length) : known;
    for (let i = 0; i < length; i++) {
      const way = i < expected.length ? naiveDerivationText(expected[i]) : undefined;
      const given = i < found.length ? derivationText(found[i]) : undefined;
      this.agree(`way ${i} of ${user} to ${permission}`, way, given);
    }
    for (const derivation of found) this.verify(user, permission, derivation);
    const shortest = found.filter(({ steps }) => steps.length === found[0].steps.length);
    const { derivations } = this.index.explain(user, permission, shortest.length);
    this.agree(
      `the shortest ways of ${user} to ${permission}`,
      shortest.map(derivationText).join('; '),
      derivations.map(derivationText).join('; '),
    );
  }

  /** Whether each edge and the grant are in the facts and count. */
  private verify(user: string, permission: string, { steps, grant }: Derivation): void {
    const key = nameKey(user);
    const view = this.state.view(this.state.canonical(key)!);
    const groups = steps.map(({ group }) => nameKey(group));
    const what = `${groups.join(' > ')} of ${user} to ${permission}`;
    steps.forEach(({ directory }, i) => {
      const holder = view.find((held) => held.directory.id === directory.id);
      const held =
        holder !== undefined &&
        (i === 0
          ? holdsMembership(holder, groups[i], key)
          : holder.directory.nestedGroups && holdsNesting(holder, groups[i], groups[i - 1]));
      this.agree(`edge ${i} of ${what} is in the facts`, true, held);
    });
    this.agree(`groups of ${what}`, new Set(groups).size, groups.length);
    const given = this.state.grantsGiving(permission).some(({ id }) => id === grant.id);
    this.agree(`the grant of ${what} is given`, true, given);
    const subject = steps.length > 0 ? groups[groups.length - 1] : key;
    const type = steps.length > 0 ? 'GROUP' : 'USER';
    this.agree(
      `the end of ${what}`,
      `${type} ${subject}`,
      `${grant.subjectType} ${grant.subjectKey}`,
    );
  }

  private readHolders(permission: string): NameKey[] {
    const all = this.state.holders(permission);
    const byNesting = all.filter((user) => !this.isGranted(user, permission));
    const { directories } = this.state.facts;
    const keys = (filter: { directoryId?: DirectoryId; onlyThroughNesting?: boolean }) =>
      allPages((page) => this.index.holdersOf(permission, page, filter), this.pageSize()).map(
        ({ key }) => key,
      );
    for (const holder of directories) {
      const directoryId = holder.directory.id;
      const here = (users: readonly NameKey[]) =>
        users.filter((user) => this.state.canonical(user) === holder).join();
      const nested = { directoryId, onlyThroughNesting: true };
      const place = `${permission} in ${holder.directory.name}`;
      this.agree(`holders of ${place}`, here(all), keys({ directoryId }).join());
      this.agree(`holders of ${place} by nesting`, here(byNesting), keys(nested).join());
    }
    const nested = keys({ onlyThroughNesting: true });
    this.agree(`holders of ${permission} by nesting`, byNesting.join(), nested.join());
    const found = keys({});
    this.agree(`holders of ${permission}`, all.join(), found.join());
    this.agree(`count of ${permission}`, all.length, this.index.countHolders(permission));
    return found;
  }

  /** To the user itself or to a group that the user is in directly. */
  private isGranted(user: NameKey, permission: string): boolean {
    const direct = this.state.groupNames(user, false);
    return this.state
      .grantsGiving(permission)
      .some(({ subjectType, subjectKey }) =>
        subjectType === 'USER' ? subjectKey === user : direct.has(subjectKey),
      );
  }

  private pageSize(): number {
    return this.random.pick([2, 7, 50, 1_000]);
  }

  private agree(question: string, expected: unknown, given: unknown): void {
    if (expected === given) return;
    this.problems.push(`${question}? expected ${expected}; given ${given}`);
  }
}
