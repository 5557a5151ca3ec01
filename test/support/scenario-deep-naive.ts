import { type NameKey, nameKey } from '../../src/domain/index.js';
import { grantLine } from './finding-text.js';
import { naiveDerivations } from './naive-derivations.js';
import { entryNamed } from './naive-facts.js';
import { naiveFindings } from './naive-findings.js';
import { naiveMissing } from './naive-missing.js';
import { NaiveModel } from './naive-model.js';
import { inKeyOrder } from './naive-order.js';
import { NaivePreview } from './naive-preview.js';
import { copyOfFacts, NaiveState, type NaiveView } from './naive-state.js';
import type {
  Action,
  Answerer,
  DeepAnswers,
  EffectAnswer,
  HoldersWhere,
  Unreachable,
} from './scenario-answerer.js';
import type { ScenarioAuthor } from './scenario-author.js';
import { movesOf, moveText, treeLine } from './scenario-texts.js';

const EVERYTHING = 10_000;

/** The naive model that answers the deeper questions too, and remembers every revision it has seen. */
export class DeepNaiveModel extends NaiveModel implements Answerer {
  readonly deep: DeepAnswers;
  private readonly author: ScenarioAuthor;
  private readonly past = new Map<number, NaiveState | Unreachable>();

  constructor(author: ScenarioAuthor) {
    super(author.facts);
    this.author = author;
    this.deep = {
      whyNot: async (user, permission) => {
        if (this.now().holds(nameKey(user), permission)) return [];
        return naiveMissing(this.now(), nameKey(user), permission);
      },
      derivations: async (user, permission) =>
        this.now().holds(nameKey(user), permission)
          ? naiveDerivations(this.now(), nameKey(user), permission, EVERYTHING)
          : [],
      holdersWhere: async (permission, where) => holdersWhere(this.now(), permission, where),
      tree: async (group) => treeBelow(this.now(), nameKey(group)),
      findings: async () => naiveFindings(this.now(), {}),
      preview: async (actions) => this.preview(actions),
      asOf: async (revision) => this.at(revision),
      diff: async (from, to) => {
        const [before, after] = [this.at(from), this.at(to)];
        if (!(before instanceof NaiveState) || !(after instanceof NaiveState)) {
          throw new Error('one of the revisions cannot be shown');
        }
        return effectAnswer(new NaivePreview(before, after));
      },
    };
  }

  /** Keeps the present state as a past one to come. */
  remember(): void {
    this.past.set(this.facts.revision, NaiveState.now(this.facts));
  }

  /** Makes everything so far unreachable, once something was removed with what it held. */
  bar(unreachable: string): void {
    for (const revision of this.past.keys()) this.past.set(revision, { unreachable });
  }

  private now(): NaiveState {
    return NaiveState.now(this.facts);
  }

  private at(revision: number): NaiveState | Unreachable {
    const state = this.past.get(revision);
    if (!state) throw new Error(`revision ${revision} was not remembered`);
    return state;
  }

  private preview(actions: readonly Action[]): EffectAnswer {
    const after = copyOfFacts(this.facts);
    const { changes, reloads } = this.author.wouldWrite(actions);
    after.apply(changes, reloads);
    return effectAnswer(new NaivePreview(this.now(), new NaiveState(after)));
  }
}

function effectAnswer(preview: NaivePreview): EffectAnswer {
  const { before, after } = preview;
  const permissions = before.facts.scheme.permissions.map(({ key }) => key);
  const directoryOf = (state: NaiveState, user: NameKey) =>
    state.canonical(user)?.directory.name ?? 'nowhere';
  const move = (user: NameKey) =>
    moveText(user, directoryOf(before, user), directoryOf(after, user));
  return {
    gained: movesOf(permissions, (permission) => preview.gained(permission)),
    lost: movesOf(permissions, (permission) => preview.lost(permission)),
    seats: { before: preview.licenceBefore.seatsUsed, after: preview.licenceAfter.seatsUsed },
    crossings: preview.crossings.map(({ threshold, direction }) => `${threshold} ${direction}`),
    masked: preview.masked().map(move),
    unmasked: preview.unmasked().map(move),
    grantsReachingNobody: preview.grantsReachingNobody().map(grantLine),
    emptyGroups: preview.emptyGroups(),
  };
}

function holdersWhere(
  state: NaiveState,
  permission: string,
  { directory, onlyThroughNesting }: HoldersWhere,
): NameKey[] {
  const giving = state.grantsGiving(permission);
  return state.holders(permission).filter((user) => {
    const home = state.canonical(user)?.directory.nameKey;
    if (directory !== undefined && home !== nameKey(directory)) return false;
    if (!onlyThroughNesting) return true;
    const direct = state.groupNames(user, false);
    return !giving.some(({ subjectType, subjectKey }) =>
      subjectType === 'USER' ? subjectKey === user : direct.has(subjectKey),
    );
  });
}

function treeBelow(state: NaiveState, group: NameKey): string[] {
  return state
    .allViews()
    .filter((view) => holderIn(view, group) !== undefined)
    .flatMap((view) => linesBelow(state, view, [group]));
}

function linesBelow(state: NaiveState, view: NaiveView, groups: readonly NameKey[]): string[] {
  const group = groups[groups.length - 1];
  const cycle = groups.indexOf(group) < groups.length - 1;
  const users = inKeyOrder(view.usersOfGroup.get(group) ?? []).filter((user) => {
    const home = state.canonical(user);
    return home && view.directories.includes(home) && state.isActive(user);
  });
  const children = cycle ? [] : inKeyOrder(view.children.get(group) ?? []);
  return [
    treeLine({ groups, directory: holderIn(view, group) ?? 'nowhere', cycle, users }),
    ...children.flatMap((child) => linesBelow(state, view, [...groups, child])),
  ];
}

function holderIn({ directories }: NaiveView, group: NameKey): string | undefined {
  const holder = directories.find(({ groups }) => entryNamed(groups.values(), group));
  return holder?.directory.name;
}
