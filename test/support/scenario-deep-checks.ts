import { nameKey } from '../../src/domain/index.js';
import { previewActions } from './scenario-actions.js';
import type { Answerer, DeepAnswers, EffectAnswer } from './scenario-answerer.js';
import type { Expectation, ExpectedEffect, ScenarioFile } from './scenario-format.js';
import { type Answers, askEverything, differences, type Known } from './scenario-questions.js';
import { effectLines } from './scenario-texts.js';
import { differ, unmet } from './scenario-unmet.js';

type DeepAnswerer = Answerer & { readonly deep: DeepAnswers };

/** How one answerer stood at the end of a stage. */
interface Remembered {
  readonly revision: number;
}

/**
 * The questions that are put only where a file has something to say about them. Whatever an answerer
 * says must be what the file expects and, in full, what the first one says.
 */
export class DeepChecks {
  private readonly answerers: readonly DeepAnswerer[];
  private readonly known: Known;
  /** Whether the file looks back at all. */
  private readonly looksBack: boolean;
  /** By answerer, then by stage; 0 is the set-up. */
  private readonly stages = new Map<DeepAnswerer, Remembered[]>();
  /** What the first answerer said at the end of each stage. */
  private readonly said: Answers[] = [];
  private problemsFound: string[] = [];

  constructor(file: ScenarioFile, answerers: readonly Answerer[], known: Known) {
    this.answerers = answerers.filter(isDeep);
    this.known = known;
    this.looksBack = file.stages.some(({ expect }) => expect.asOf || expect.diff);
    for (const answerer of this.answerers) this.stages.set(answerer, []);
  }

  /** Notes how everybody stands now, to be asked as of now later. */
  async remember(): Promise<void> {
    if (!this.looksBack) return;
    for (const answerer of this.answerers) {
      this.stages.get(answerer)?.push({ revision: await answerer.revision() });
    }
    this.said.push((await askEverything(this.answerers[0], this.known)).answers);
  }

  async problems(expect: Expectation): Promise<string[]> {
    this.problemsFound = [];
    for (const { permission, users, ...where } of expect.holdersWhere ?? []) {
      const question = `holders of ${permission} where ${JSON.stringify(where)}`;
      await this.same(question, users.map(nameKey), async ({ deep }) =>
        (await deep.holdersWhere(permission, where)).map(nameKey),
      );
    }
    for (const { group, tree } of expect.expand ?? []) {
      await this.same(`the tree below ${group}`, tree, ({ deep }) => deep.tree(group));
    }
    if (expect.findings) await this.findings(expect.findings);
    for (const { user, permission } of expect.explain ?? []) await this.whyNot(user, permission);
    for (const { change, ...expected } of expect.preview ?? []) {
      const actions = previewActions(change);
      const question = `preview of ${JSON.stringify(change)}`;
      await this.effect(question, expected, ({ deep }) => deep.preview(actions));
    }
    for (const { from, to, ...expected } of expect.diff ?? []) {
      await this.effect(`from stage ${from} to ${to}`, expected, (answerer) =>
        answerer.deep.diff(this.revisionOf(answerer, from), this.revisionOf(answerer, to)),
      );
    }
    for (const expected of expect.asOf ?? []) await this.asOf(expected);
    return this.problemsFound;
  }

  private async findings(expected: NonNullable<Expectation['findings']>): Promise<void> {
    const codes = Object.keys(expected);
    const lines = Object.entries(expected).flatMap(([code, texts = []]) =>
      texts.map((text) => `${code} ${text}`),
    );
    let oracle: readonly string[] | null = null;
    for (const answerer of this.answerers) {
      const given = await answerer.deep.findings();
      oracle ??= given;
      this.differ('all findings', answerer, oracle, given);
      const named = given.filter((line) => codes.includes(line.split(' ')[0]));
      this.differ('findings', answerer, [...lines].sort(), [...named].sort());
    }
  }

  /** It is asked in two ways, which must agree. */
  private async whyNot(user: string, permission: string): Promise<void> {
    for (const answerer of this.answerers) {
      const { missing } = await answerer.explain(user, permission);
      const given = await answerer.deep.whyNot(user, permission);
      const texts = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).sort();
      this.differ(`why not ${user} ${permission}`, answerer, texts(missing), texts(given));
    }
  }

  private async effect(
    question: string,
    expected: ExpectedEffect,
    ask: (answerer: DeepAnswerer) => Promise<EffectAnswer>,
  ): Promise<void> {
    let oracle: readonly string[] | null = null;
    for (const answerer of this.answerers) {
      const given = await ask(answerer);
      oracle ??= effectLines(given);
      this.differ(question, answerer, oracle, effectLines(given));
      for (const [expects, gives] of effectTexts(expected, given)) {
        this.differ(question, answerer, expects, gives);
      }
      if (expected.refusals && given.refusals) {
        this.differ(`refusals of ${question}`, answerer, expected.refusals, given.refusals);
      }
    }
  }

  private async asOf(expected: NonNullable<Expectation['asOf']>[number]): Promise<void> {
    const { stage, ...state } = expected;
    for (const answerer of this.answerers) {
      const past = await answerer.deep.asOf(this.revisionOf(answerer, stage));
      const question = `as of stage ${stage}`;
      const unreachable = 'unreachable' in past ? past.unreachable : 'reachable';
      const wanted = 'unreachable' in state ? state.unreachable : 'reachable';
      this.differ(question, answerer, [wanted], [unreachable]);
      if ('unreachable' in past || 'unreachable' in state) continue;
      const problems = [
        ...(await unmet(past, state)),
        ...differences(this.said[stage], (await askEverything(past, this.known)).answers, {
          expected: 'then',
          answers: answerer.name,
        }),
      ];
      this.problemsFound.push(...problems.map((problem) => `${question}: ${problem}`));
    }
  }

  private async same(
    question: string,
    expected: readonly string[],
    ask: (answerer: DeepAnswerer) => Promise<readonly string[]>,
  ): Promise<void> {
    for (const answerer of this.answerers) {
      this.differ(question, answerer, expected, await ask(answerer));
    }
  }

  private differ(
    question: string,
    { name }: Answerer,
    expected: readonly string[],
    given: readonly string[],
  ): void {
    differ(this.problemsFound, question, name, expected, given);
  }

  private revisionOf(answerer: DeepAnswerer, stage: number): number {
    const remembered = this.stages.get(answerer)?.[stage];
    if (!remembered) throw new Error(`stage ${stage} has not ended yet`);
    return remembered.revision;
  }
}

/** What a file expects beside what is said, part by part. */
function effectTexts(
  expected: ExpectedEffect,
  given: EffectAnswer,
): [expects: readonly string[], gives: readonly string[]][] {
  const moves = (moved: Readonly<Record<string, readonly string[] | undefined>>) =>
    Object.entries(moved)
      .filter(([, names = []]) => names.length > 0)
      .map(([permission, names = []]) => `${permission}: ${names.map(nameKey).join(', ')}`);
  const { seats, masked, unmasked, emptyGroups, crossings, grantsReachingNobody } = expected;
  return [
    ...(expected.gained ? [[moves(expected.gained), moves(given.gained)] as const] : []),
    ...(expected.lost ? [[moves(expected.lost), moves(given.lost)] as const] : []),
    ...(seats ? [[[JSON.stringify(seats)], [JSON.stringify(given.seats)]] as const] : []),
    ...(crossings ? [[crossings, given.crossings] as const] : []),
    ...(masked ? [[masked, given.masked] as const] : []),
    ...(unmasked ? [[unmasked, given.unmasked] as const] : []),
    ...(grantsReachingNobody ? [[grantsReachingNobody, given.grantsReachingNobody] as const] : []),
    ...(emptyGroups ? [[emptyGroups.map(nameKey), given.emptyGroups] as const] : []),
  ].map(([expects, gives]) => [expects, gives]);
}

function isDeep(answerer: Answerer): answerer is DeepAnswerer {
  return answerer.deep !== undefined;
}
