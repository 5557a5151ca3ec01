import type { MembershipMode } from '../../src/domain/index.js';
import { PASSWORD } from '../support/company-and-gateway.js';
import { NOTHING, type PassingBy } from '../support/gateway-front.js';
import type { Random } from '../support/random.js';
import type { GatewayEnd, RestartingGateway } from '../support/restarting-gateway.js';
import { type Change, readHeld } from './downstream-change.js';
import { EntryChanges } from './downstream-entries.js';
import { DownstreamFigures } from './downstream-figures.js';
import { Interruption } from './downstream-interruption.js';
import { type Circumstances, RunJudge } from './downstream-judge.js';
import { changeFollowersPassword, type DownstreamSite, READER, WRITER } from './downstream-site.js';
import { ViewChanges } from './downstream-views.js';
import { nestedOf, readBearers, readFacts, readNested, type WireFacts } from './downstream-wire.js';
import { type Login, WriteChanges } from './downstream-writes.js';

const COMPARED_EVERY = 100;
const ENDS: readonly GatewayEnd[] = ['stop', 'kill'];
/** Runs one after the other that do not succeed: processes end, and what is held is let go. */
const MOST_RUNS = 10;
/** One in so many steps ends a process. */
const STEPS_TO_AN_END = 100;
/** Runs in which a process ends, in percent. */
const CUT_SHORT = 8;
/** Changes while a run reads: at this share of its requests, in percent. */
const DISTURBED = 40;

/** Lets a gateway change at random while a second one follows it, and both processes end again and again. */
export class DownstreamTrial {
  readonly figures = new DownstreamFigures();
  readonly #site: DownstreamSite;
  readonly #random: Random;
  readonly #judge = new RunJudge();
  readonly #entries: EntryChanges;
  readonly #views: ViewChanges;
  readonly #writes: WriteChanges;
  #password = PASSWORD;
  #passwords = 0;
  /** Whether the second gateway still has the follower's password of before. */
  #passwordWaits = false;
  #made = 0;
  /** What happened since both were found equal. */
  #story: string[] = [];

  constructor(site: DownstreamSite, random: Random) {
    this.#site = site;
    this.#random = random;
    const { first, store, follower, writer } = site;
    this.#entries = new EntryChanges(first, random);
    this.#views = new ViewChanges(first, store, random, { follower, writer });
    this.#writes = new WriteChanges(first, random, WRITER);
  }

  /**
   * Plays until so many changes were made. Every hundred of them and at the end one of the two is started
   * again, and they are compared.
   * @returns what was wrong when anything was, with all that happened since both were equal.
   */
  async play(count: number): Promise<string[]> {
    try {
      const problems = await this.#playOn(count);
      return problems.length === 0 ? [] : [...problems, ...this.#told()];
    } catch (error) {
      return [String(error instanceof Error ? error.stack : error), ...this.#told()];
    }
  }

  async #playOn(count: number): Promise<string[]> {
    const early = await this.#begin();
    if (early.length > 0) return early;
    for (let compared = 0; compared < count; ) {
      await this.#step();
      const isDue = this.#made >= Math.min(count, compared + COMPARED_EVERY);
      if (isDue) await this.#restartOne();
      const problems = isDue || this.#random.chance(12) ? await this.#follow(isDue) : [];
      if (problems.length > 0) return problems;
      if (!isDue) continue;
      const unlike = await this.#compareAll();
      if (unlike.length > 0) return unlike;
      compared = this.#made;
      this.#story = [];
    }
    return [];
  }

  /** The first run may have begun by itself when the directory was connected. */
  async #begin(): Promise<string[]> {
    this.#judge.sawBearers(await this.#bearers());
    await this.#site.copy.runWhenFree();
    const quiet = { requested: false, interrupted: false, disturbed: false };
    return this.#judgeRuns({ begunAt: this.#judge.changes, ...quiet });
  }

  #told(): string[] {
    return ['what happened since both were equal:', ...this.#story];
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const change = await this.#choose();
    const isTimeToEnd = () => random.below(STEPS_TO_AN_END) === 0;
    if (isTimeToEnd()) await this.#cutOff(change);
    else await this.#make(change);
    if (random.chance(1)) await this.#newPassword();
    if (isTimeToEnd()) await this.#restartOne();
  }

  async #choose(): Promise<Change> {
    const random = this.#random;
    const held = await readHeld(this.#site.store);
    const authors = [
      ...Array.from({ length: 9 }, () => () => this.#entries.next(held)),
      ...Array.from({ length: 7 }, () => () => this.#writes.next(held)),
      ...Array.from({ length: 2 }, () => () => this.#site.third.next(held)),
      () => this.#views.next(held),
    ];
    return random.pick(authors)();
  }

  async #make(change: Change): Promise<void> {
    this.#story.push(change.line);
    if (await change.make()) await this.#happened(change);
    else {
      this.#story.push('  refused');
      this.figures.add('refused', change.kind);
    }
  }

  async #happened(change: Change): Promise<void> {
    this.#made += 1;
    this.#judge.happened(change, await this.#bearers());
    this.figures.add('changes', change.kind);
  }

  /** Of each name at the first gateway, as the follower is shown it. */
  #bearers(): ReturnType<typeof readBearers> {
    return readBearers(this.#site.first.url, this.#login());
  }

  /** The process may end before or after the change is kept. */
  async #cutOff(change: Change): Promise<void> {
    const { first, third, store } = this.#site;
    const how = this.#random.pick(ENDS);
    this.#story.push(change.line, `  the first gateway ends meanwhile: ${how}`);
    const before = await store.reader.revision();
    const made = change.make().catch(() => null);
    await first.end(how);
    await made;
    const isKept = (await store.reader.revision()) > before;
    await first.begin();
    await third.settle();
    if (isKept) await this.#happened(change);
    this.#story.push(`  ${isKept ? 'kept' : 'not kept'}`);
    this.figures.add('restarts', `first with a change under way, ${how}`);
  }

  async #restartOne(): Promise<void> {
    const which = this.#random.pick(['first', 'second'] as const);
    const how = this.#random.pick(ENDS);
    this.#story.push(`the ${which} gateway is started again: ${how}`);
    await this.#site[which].restart(how);
    this.figures.add('restarts', `${which}, ${how}`);
  }

  /** The second gateway is told at some time before the next one, and goes on with the old one until then. */
  async #newPassword(): Promise<void> {
    if (this.#passwordWaits) await this.#tellPassword();
    this.#passwords += 1;
    this.#password = `${PASSWORD} ${this.#passwords}`;
    this.#story.push("the follower's password changes");
    await changeFollowersPassword(this.#site, this.#password);
    this.#passwordWaits = true;
  }

  async #tellPassword(): Promise<void> {
    this.#story.push('the second gateway is told the password');
    await this.#site.copy.changePassword(this.#password);
    this.#passwordWaits = false;
  }

  /**
   * Lets the second gateway follow, whatever happens meanwhile.
   * @param toTheEnd nothing changes meanwhile, so that it comes to the present.
   * @returns what went wrong.
   */
  async #follow(toTheEnd: boolean): Promise<string[]> {
    const { copy, front } = this.#site;
    if (this.#passwordWaits && this.#random.chance(50)) await this.#tellPassword();
    const begunAt = this.#judge.changes;
    const requested = this.#random.chance(3);
    const interruption = this.#interruption();
    this.#story.push(`the second gateway follows${requested ? ', in full' : ''}`);
    const isDisturbed = !toTheEnd && this.#random.chance(15);
    const happening = interruption ?? (isDisturbed ? this.#disturbance() : NOTHING);
    const following = front.during(happening, () => copy.run(requested));
    await following.catch((error: unknown) => {
      if (!interruption?.happened) throw error;
    });
    const interrupted = interruption?.happened === true;
    if (interrupted) {
      this.figures.add('restarts', interruption.kind);
      await interruption.mend();
      await copy.runWhenFree();
    }
    const disturbed = this.#judge.changes > begunAt;
    const circumstances = { begunAt, requested, interrupted, disturbed };
    const problems = await this.#judgeRuns(circumstances);
    // What was left out by mistake may be put right by the next run that reads everything.
    return problems.length > 0 || disturbed ? problems : this.#compareFacts();
  }

  /** Judges the runs so far, and has others follow until the last one has succeeded. */
  async #judgeRuns(circumstances: Circumstances): Promise<string[]> {
    const { copy } = this.#site;
    let { requested } = circumstances;
    for (let i = 0; i < MOST_RUNS; i++) {
      const runs = await copy.newRuns();
      for (const run of runs) {
        this.#story.push(`-- ${run.outcome} ${run.kind} ${run.fullCause} ${run.reason}`);
        if (run.outcome !== 'RUNNING') this.figures.addRun(run);
        const problems = this.#judge.problemsOf(run, { ...circumstances, requested });
        if (problems.length > 0) return problems;
      }
      const last = runs.at(-1);
      if (last?.outcome === 'SUCCEEDED') return [];
      if (last?.outcome !== 'HELD') await copy.runWhenFree();
      else {
        requested = true;
        await copy.release(last);
      }
    }
    return [`no run has succeeded, of ${MOST_RUNS} one after the other`];
  }

  #interruption(): Interruption | null {
    const random = this.#random;
    const { first, second } = this.#site;
    if (!random.chance(CUT_SHORT)) return null;
    const isServer = random.chance(50);
    const interruption = isServer
      ? Interruption.ofServer(random, first)
      : Interruption.ofClient(random, second);
    this.#story.push(`may end: ${interruption}`);
    return interruption;
  }

  /** Nobody stops for a reader. */
  #disturbance(): PassingBy {
    return {
      asked: async () => {
        if (!this.#random.chance(DISTURBED)) return;
        this.#story.push('meanwhile:');
        await this.#make(await this.#choose());
      },
      answered: async () => undefined,
    };
  }

  /** Of the follower, as the first gateway has it by now. */
  #login(): Login {
    return { name: this.#site.follower.name, password: this.#password };
  }

  async #compareFacts(): Promise<string[]> {
    const { told, copied } = await this.#readBoth();
    this.figures.add('comparisons', 'of facts');
    return differences('fact', told.lines, copied.lines);
  }

  /** The same with all that follows from the facts, and whether both answer from what they keep. */
  async #compareAll(): Promise<string[]> {
    const { first, second } = this.#site;
    const { told, copied } = await this.#readBoth();
    const nested = await readNested(second.url, READER, copied);
    const joined = (await this.#joinsDirectories())
      ? await readNested(first.url, this.#login(), told)
      : nested;
    this.figures.add('comparisons', 'of everything');
    return [
      ...differences('fact', told.lines, copied.lines),
      ...differences('nested answer', nestedOf(told.memberships), nested),
      ...differences('joined answer', joined, nested),
      ...(await auditProblems('first', first)),
      ...(await auditProblems('second', second)),
    ];
  }

  async #readBoth(): Promise<{ readonly told: WireFacts; readonly copied: WireFacts }> {
    const { first, second } = this.#site;
    return {
      told: await readFacts(first.url, this.#login(), (key) => key),
      // The key at the second is its directory and, as the external id, the key at the first.
      copied: await readFacts(second.url, READER, (key) => key.slice(key.indexOf(':') + 1)),
    };
  }

  /**
   * Whether a chain of groups may go through several directories for the follower. Else it stays in one
   * (FIRST_DIRECTORY), which no follower is told: the protocol's memberships do not say whose they are.
   */
  async #joinsDirectories(): Promise<boolean> {
    const { first, store, follower } = this.#site;
    const { membershipMode } = await first.admin.ask<{ membershipMode: MembershipMode }>(
      '{ membershipMode }',
    );
    const own = (await store.reader.applications()).find(({ id }) => id === follower.id)!;
    return (own.membershipMode ?? membershipMode) === 'ALL_DIRECTORIES';
  }
}

/** What one of them tells and the other does not. */
function differences(kind: string, first: readonly string[], second: readonly string[]): string[] {
  const [wanted, held] = [new Set(first), new Set(second)];
  return [
    ...first.filter((line) => !held.has(line)).map((line) => `the second lacks a ${kind}: ${line}`),
    ...second
      .filter((line) => !wanted.has(line))
      .map((line) => `the second has a ${kind} more: ${line}`),
  ];
}

/** Whether what a process answers from agrees with the rows. */
async function auditProblems(which: string, gateway: RestartingGateway): Promise<string[]> {
  const { runSelfAudit } = await gateway.admin.ask<{
    runSelfAudit: { audits: { differences: object[] }[] };
  }>('mutation { runSelfAudit { audits { differences { kind count examples } } } }');
  return runSelfAudit.audits
    .flatMap(({ differences }) => differences)
    .map((difference) => `the ${which} gateway's audit found ${JSON.stringify(difference)}`);
}
