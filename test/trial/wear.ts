import {
  asId,
  type Change,
  type Directory,
  type DirectoryId,
  type GatewaySnapshot,
  type GenerationId,
  type Grant,
  type GrantId,
  type LoggedChange,
  type MembershipMode,
  nameKey,
  type Revision,
} from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { NaiveFacts } from '../support/naive-facts.js';
import { NaivePreview } from '../support/naive-preview.js';
import { NaiveState } from '../support/naive-state.js';
import { Random } from '../support/random.js';
import type { Known } from '../support/scenario-questions.js';
import { BITBUCKET_SCHEME } from '../support/scenario-scheme.js';
import { sheetOf } from './differential.js';
import { knownOf } from './histories.js';
import { naiveSheet } from './naive-sheet.js';
import { Pool } from './pool.js';
import { previewOf } from './preview.js';
import { naivePreviewSheet } from './preview-sheet.js';
import { HANDFUL, numbered, PERMISSIONS } from './random-setup.js';
import { noting, type Sheet, sheetDifferences } from './sheet.js';
import { WornDirectory } from './worn-directory.js';

/** A large company, made smaller: as crowded, as deep, and with names that come and go. */
const USERS = numbered('user', 900);
const GROUPS = numbered('group', 60);
const DIRECTORIES = ['staff', 'partners', 'guests'];
/** Of each directory. */
const SIZES = { users: 450, groups: 42, memberships: 2_500, nestings: 45 };
/** Names that are asked about in full; all others are asked for by the lists. */
const ASKED_USERS = 40;
/** Changes that overlays are made with at each comparison. */
const LOOK_AHEAD = 60;

type Wear = (random: Random, company: WornCompany) => Change[];
type WearOne = (random: Random, held: WornDirectory) => Change[];

/** How to make a change of a kind, and how often; what touches everything is rare. */
const MAKERS: readonly { readonly weight: number; readonly make: Wear }[] = [
  {
    weight: 590,
    make: balanced(
      'memberships',
      (random, held) => held.addRandomMembership(random),
      (random, held) => held.removeRandomMembership(random),
    ),
  },
  {
    weight: 120,
    make: balanced(
      'nestings',
      (random, held) => held.addRandomNesting(random),
      (random, held) => held.removeRandomNesting(random),
    ),
  },
  {
    weight: 75,
    make: balanced(
      'users',
      (random, held) => held.addUser(userName(random), random.chance(85)),
      (random, held) => held.removeUser(random),
    ),
  },
  {
    weight: 20,
    make: balanced(
      'groups',
      (random, held) => held.addGroup(random.pick(GROUPS)),
      (random, held) => held.removeGroup(random),
    ),
  },
  { weight: 60, make: inAny((random, held) => held.switchUser(random)) },
  { weight: 20, make: inAny((random, held) => held.renameUser(random, userName(random))) },
  { weight: 15, make: inAny((random, held) => held.swapUsers(random)) },
  { weight: 8, make: inAny((random, held) => held.renameGroup(random, random.pick(GROUPS))) },
  { weight: 15, make: (random, company) => company.grant(random) },
  { weight: 15, make: (random, company) => company.revoke(random) },
  { weight: 2, make: (random, company) => company.switchDirectory(random) },
  { weight: 2, make: (random, company) => company.switchNesting(random) },
  { weight: 1, make: (random, company) => company.reorder(random) },
  { weight: 1, make: (_random, company) => company.switchMode() },
];
/** Each maker as often as it weighs. */
const LOTS = MAKERS.flatMap(({ weight, make }) => Array.from({ length: weight }, () => make));

/** Mostly names of the company; now and then one that nobody bore before. */
function userName(random: Random): string {
  return random.chance(5) ? `guest-${random.next()}` : random.pick(USERS);
}

function inAny(make: WearOne): Wear {
  return (random, company) => make(random, random.pick(company.directories));
}

/** Adds or removes, so that there are about as many in the end as in the beginning. */
function balanced(kind: keyof typeof SIZES, add: WearOne, remove: WearOne): Wear {
  return inAny((random, held) => {
    const isShort = held.sizes[kind] < SIZES[kind];
    return random.chance(isShort ? 70 : 30) ? add(random, held) : remove(random, held);
  });
}

class WornCompany {
  readonly directories: WornDirectory[];
  private readonly grants = new Pool<string, Grant>();
  private mode: MembershipMode = 'FIRST_DIRECTORY';
  private lastId = 0;

  constructor(random: Random) {
    const newId = () => ++this.lastId;
    this.directories = DIRECTORIES.map(
      (name) => new WornDirectory(directoryOf(newId(), name), newId),
    );
    for (const held of this.directories) {
      for (const name of USERS) if (random.chance(50)) held.addUser(name, random.chance(85));
      for (const name of GROUPS) if (random.chance(70)) held.addGroup(name);
      for (let i = 0; i < SIZES.memberships; i++) held.addRandomMembership(random);
      for (let i = 0; i < SIZES.nestings; i++) held.addRandomNesting(random);
    }
    for (let i = 0; i < 12; i++) this.grant(random);
  }

  grant(random: Random): Change[] {
    const subjectType = random.chance(30) ? 'USER' : 'GROUP';
    const subjectName = subjectType === 'USER' ? userName(random) : random.pick(GROUPS);
    const subjectKey = nameKey(subjectName);
    const permission = random.pick(PERMISSIONS);
    const key = `${permission} ${subjectType} ${subjectKey}`;
    if (this.grants.has(key)) return [];
    const id = asId<GrantId>(++this.lastId);
    const grant = { id, permission, subjectType, subjectName, subjectKey } as const;
    this.grants.put(key, grant);
    return [{ kind: 'GrantAdded', grant }];
  }

  revoke(random: Random): Change[] {
    const key = this.grants.pickKey(random);
    if (key === undefined) return [];
    const grant = this.grants.get(key)!;
    this.grants.remove(key);
    return [{ kind: 'GrantRemoved', grant }];
  }

  switchDirectory(random: Random): Change[] {
    const held = random.pick(this.directories);
    return held.patch({ active: !held.directory.active });
  }

  switchNesting(random: Random): Change[] {
    const held = random.pick(this.directories);
    return held.patch({ nestedGroups: !held.directory.nestedGroups });
  }

  reorder(random: Random): Change[] {
    const ids = () => this.directories.map(({ id }) => id);
    const before = ids();
    this.directories.splice(0, DIRECTORIES.length, ...random.shuffled(this.directories));
    return [{ kind: 'DirectoriesReordered', before, after: ids() }];
  }

  switchMode(): Change[] {
    const before = this.mode;
    this.mode = before === 'FIRST_DIRECTORY' ? 'ALL_DIRECTORIES' : 'FIRST_DIRECTORY';
    return [{ kind: 'MembershipModeChanged', before, after: this.mode }];
  }

  snapshot(revision: Revision): GatewaySnapshot {
    return {
      revision,
      settings: { membershipMode: this.mode, licenceLimit: 100 },
      scheme: BITBUCKET_SCHEME,
      directories: this.directories.map((held) => held.snapshot()),
      grants: [...this.grants.values()],
    };
  }
}

/** An index that goes on and on, and the facts it should know. */
export class WornIndex {
  private readonly random: Random;
  private readonly company: WornCompany;
  private readonly known: Known;
  private index: PermissionIndex;
  private revision = 1;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.company = new WornCompany(this.random);
    this.known = knownOf({ ...HANDFUL, users: USERS.slice(0, ASKED_USERS), groups: GROUPS });
    this.index = new PermissionIndex(this.company.snapshot(asId<Revision>(this.revision)));
  }

  /** Feeds so many changes, in transactions of one or several. */
  wear(count: number): void {
    for (let made = 0; made < count; ) {
      const changes = this.nextChanges(this.random.chance(90) ? 1 : 1 + this.random.below(20));
      made += changes.length;
      this.feed(changes);
    }
  }

  /** @returns where the index differs from a fresh load and from the naive model. */
  problems(): string[] {
    const { known } = this;
    const problems: string[] = [];
    const compareSheets = (given: string, one: Sheet, other: Sheet) => {
      problems.push(...sheetDifferences({ expected: 'naive model', given }, one, other));
    };
    const compare = (name: string, expected: Sheet, given: PermissionIndex) =>
      compareSheets(name, expected, sheetOf(given, known));
    const now = this.snapshot();
    const state = new NaiveState(factsOf(now));
    const before = naiveSheet(state, known);
    compare('worn index', before, this.index);
    compare('fresh index', before, new PermissionIndex(now));
    const unpacked = PermissionIndex.unpack(this.index.pack());
    compare('unpacked index', before, unpacked);
    noting(problems, () => {
      const from = asId<Revision>(this.revision);
      const first = this.nextChanges(LOOK_AHEAD / 2);
      const second = this.nextChanges(LOOK_AHEAD / 2);
      const changes = [...first, ...second];
      const revision = asId<Revision>(++this.revision);
      const stateAfter = new NaiveState(factsOf(this.snapshot()));
      const after = naiveSheet(stateAfter, known);
      // Overlays over an index that fills several pages of their columns.
      const fork = this.index.fork();
      fork.apply(revision, first);
      const above = fork.fork();
      above.apply(revision, second);
      compare('fork of a fork of the worn index', after, above);
      const told = naivePreviewSheet(new NaivePreview(state, stateAfter), known);
      compareSheets('preview', told, previewOf(this.index.preview(changes), known, 50));
      compare('worn index below overlays', before, this.index);
      this.index.apply(revision, changes);
      compare('worn index after the deed', after, this.index);
      const logged = changes.map((change, ordinal): LoggedChange => {
        return { revision, ordinal, at: new Date(0), origin: { type: 'OPERATOR' }, change };
      });
      compare('worn index as it was', before, this.index.asOf(from, logged));
    });
    return problems;
  }

  private nextChanges(atLeast: number): Change[] {
    const changes: Change[] = [];
    while (changes.length < atLeast) {
      changes.push(...this.random.pick(LOTS)(this.random, this.company));
    }
    return changes;
  }

  private snapshot(): GatewaySnapshot {
    return this.company.snapshot(asId<Revision>(this.revision));
  }

  private feed(changes: readonly Change[]): void {
    const revision = asId<Revision>(++this.revision);
    // Overlays that are thrown away again must leave no trace.
    if (this.random.chance(1)) this.index.fork().apply(revision, changes);
    this.index.apply(revision, changes);
  }
}

function directoryOf(id: number, name: string): Directory {
  return {
    id: asId<DirectoryId>(id),
    name,
    nameKey: nameKey(name),
    type: 'INTERNAL',
    active: true,
    nestedGroups: true,
    connection: null,
    generation: asId<GenerationId>(id),
  };
}

function factsOf(snapshot: GatewaySnapshot): NaiveFacts {
  const facts = new NaiveFacts(snapshot.scheme);
  facts.apply(
    snapshot.directories.flatMap(({ directory }) => [
      { kind: 'DirectoryAdded', directory },
      {
        kind: 'DirectoryReloaded',
        directoryId: directory.id,
        generation: directory.generation,
      },
    ]),
    new Map(snapshot.directories.map((held) => [held.directory.id, held])),
  );
  facts.grants = [...snapshot.grants];
  facts.mode = snapshot.settings.membershipMode;
  facts.licenceLimit = snapshot.settings.licenceLimit;
  facts.revision = snapshot.revision;
  return facts;
}
