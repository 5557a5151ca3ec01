import type { DirectoryId, RunKind } from '../../src/domain/index.js';
import type { PermissionIndex } from '../../src/engine/index.js';
import {
  confirmSetAsideGrant,
  dismissSetAsideGrant,
  editDirectory,
  type Gateway,
  grantPermission,
  previewSynchronisation,
  purgeDeletedUser,
  releaseSynchronisation,
  restoreUser,
  type SystemAdministrator,
  synchroniseNow,
  tidyUp,
} from '../../src/usecase/index.js';
import { codeOf, type SetClock } from '../store/builders.js';
import type { ReturningStep, ServerState } from './returning-format.js';
import type { ReturningServer } from './returning-server.js';
import { presentState, unmetState } from './returning-state.js';
import { BITBUCKET_SCHEME } from './scenario-scheme.js';
import { differ } from './scenario-unmet.js';

const DAY_MS = 24 * 60 * 60_000;
/** More than any scenario has of anything. */
const PAGE = { first: 100, after: null };

/**
 * How the runs of a scenario learn what happened, and how they come to write it. Events are those of a
 * server that logs what happened, or of one that tells it by dates and tombstones.
 */
export const MODES = [
  'in full',
  'by events of a log',
  'by events of dates',
  'as a new generation',
] as const;
export type Mode = (typeof MODES)[number];

/** What a scenario is played with. */
export interface Scene {
  readonly operator: SystemAdministrator;
  readonly directory: DirectoryId;
  readonly mode: Mode;
  readonly server: ReturningServer;
  readonly clock: SetClock;
}

/** Takes the steps of one scenario. */
export class ReturningPlayer {
  readonly #gateway: Gateway;
  readonly #scene: Scene;
  #isFirstRun = true;

  constructor(gateway: Gateway, scene: Scene) {
    this.#gateway = gateway;
    this.#scene = scene;
  }

  /** What there is by now. */
  present(): ReturnType<typeof presentState> {
    return presentState(this.#gateway, this.#scene.directory);
  }

  /** @returns what was wrong. */
  async take(step: ReturningStep): Promise<string[]> {
    const problems = await this.#do(step);
    if (step.expect) problems.push(...unmetState(step.expect, await this.present()));
    return problems;
  }

  async #do(step: ReturningStep): Promise<string[]> {
    const { clock, operator, directory } = this.#scene;
    if ('server' in step) return this.#follow(step.server, step.held ?? null);
    if ('days' in step) {
      clock.advance(step.days * DAY_MS);
      if (step.upkeep) await tidyUp(this.#gateway);
      return [];
    }
    if ('connection' in step) {
      await editDirectory(this.#gateway, operator, { id: directory, connection: step.connection });
      return [];
    }
    if ('grant' in step) {
      const { permission, user: subjectName } = step.grant;
      await grantPermission(this.#gateway, operator, {
        permission,
        subjectType: 'USER',
        subjectName,
      });
      return [];
    }
    const code = await codeOf(this.#decide(step));
    const expected = step.refused ?? null;
    return code === expected ? [] : [`refused with ${code} and not with ${expected}`];
  }

  /** What an administrator decides about somebody who is gone, or about what was set aside. */
  async #decide(
    step: Extract<ReturningStep, { readonly refused?: string | undefined }>,
  ): Promise<void> {
    const { operator } = this.#scene;
    if ('restore' in step) {
      await restoreUser(this.#gateway, operator, await this.#tombstone(step.restore));
    } else if ('purge' in step) {
      await purgeDeletedUser(this.#gateway, operator, await this.#tombstone(step.purge));
    } else {
      const decide = 'confirm' in step ? confirmSetAsideGrant : dismissSetAsideGrant;
      const name = 'confirm' in step ? step.confirm : step.dismiss;
      for (const id of await this.#setAside(name)) await decide(this.#gateway, operator, id);
    }
  }

  async #tombstone(name: string) {
    const { items } = await this.#gateway.store.tombstones.page(this.#scene.directory, PAGE);
    const oldest = items.findLast(({ facts }) => facts.name === name);
    if (!oldest) throw new Error(`there is no tombstone of ${name}`);
    return oldest.id;
  }

  async #setAside(name: string) {
    const { items } = await this.#gateway.store.tombstones.setAsidePage(PAGE);
    const named = items.filter(({ subjectName }) => subjectName === name);
    if (named.length === 0) throw new Error(`nothing of ${name} was set aside`);
    return named.map(({ id }) => id);
  }

  /** Brings the copy in line with the server in the way asked for; in full, as it was previewed. */
  async #follow(state: ServerState, held: string | null): Promise<string[]> {
    const { operator, directory, mode, server } = this.#scene;
    const { store } = this.#gateway;
    server.become(state, mode === 'as a new generation');
    const revision = await store.reader.revision();
    const full = mode === 'in full' || mode === 'as a new generation';
    const isFirstRun = this.#isFirstRun;
    const kind: RunKind = full || isFirstRun ? 'FULL' : 'INCREMENTAL';
    this.#isFirstRun = false;
    const problems: string[] = [];
    const preview = mode === 'in full' ? await this.#preview() : null;
    if (preview) differ(problems, 'held', 'the preview', [`${held}`], [`${preview.objection}`]);
    let run = await synchroniseNow(this.#gateway, operator, directory, { full });
    if (run.kind !== kind) {
      problems.push(`the run was ${run.kind} because of ${run.fullCause}, and not ${kind}`);
    }
    if (held !== null) {
      if (run.outcome !== 'HELD' || run.reason !== held) {
        problems.push(`the run ended ${run.outcome} with ${run.reason}, and not HELD with ${held}`);
      }
      run = await releaseSynchronisation(this.#gateway, operator, run.id);
    }
    const { outcome, reason, message } = run;
    if (outcome !== 'SUCCEEDED') problems.push(`the run ended ${outcome}: ${reason} ${message}`);
    const after = { revision, ordinal: Number.MAX_SAFE_INTEGER };
    const kinds = ['DirectoryReloaded'] as const;
    const reloads = await store.reader.changes({ after, limit: 10, kinds });
    if (reloads.length !== (mode === 'as a new generation' ? 1 : 0)) {
      problems.push(`${reloads.length} new generations`);
    }
    if (preview) {
      const { index } = this.#gateway.live;
      differ(problems, 'rights', 'the preview', rightsIn(index), preview.rights);
    }
    if (isFirstRun && !full) problems.push(...(await this.#followNothing()));
    return problems;
  }

  /** An hour without news: after it, no event can be of the time in which everything was read. */
  async #followNothing(): Promise<string[]> {
    const { operator, directory } = this.#scene;
    const { outcome, kind } = await synchroniseNow(this.#gateway, operator, directory);
    if (outcome === 'SUCCEEDED' && kind === 'INCREMENTAL') return [];
    return [`the run without news was ${kind} and ended ${outcome}`];
  }

  /** What a run would do now. */
  async #preview() {
    const { operator, directory } = this.#scene;
    const { objection, forecast } = await previewSynchronisation(
      this.#gateway,
      operator,
      directory,
    );
    const rights = await forecast.after.ask(rightsIn);
    return { objection: objection?.code ?? null, rights };
  }
}

/** Every grant, and who holds what by it. */
function rightsIn(index: PermissionIndex): string[] {
  return [
    ...index.grants().map(({ permission, subjectName }) => `${permission} to ${subjectName}`),
    ...BITBUCKET_SCHEME.permissions.flatMap(({ key: permission }) =>
      index.holdersOf(permission, PAGE).items.map(({ key }) => `${key} holds ${permission}`),
    ),
  ].sort();
}
