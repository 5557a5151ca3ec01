import type {
  Change,
  GatewaySnapshot,
  LoggedChange,
  PermissionMask,
  Revision,
} from '../domain/index.js';
import { applyChanges, type Reloaded } from './apply-changes.js';
import { type Effect, rightsMoved } from './effect.js';
import type { Facts } from './facts.js';
import { inverseChanges } from './inverse-changes.js';
import { factsFromSnapshot } from './load-snapshot.js';
import { packFacts, unpackFacts } from './packed.js';
import { PermissionAnswers } from './permission-answers.js';
import { PreviewOf } from './preview.js';
import type { SwitchedOn } from './ranks.js';
import { Rights } from './rights.js';
import { rightsDelta } from './rights-delta.js';
import { finish } from './slice.js';
import { StaleOverlay } from './stale-overlay.js';

const NOTHING_RELOADED: Reloaded = new Map();

/** What changes would do: an index before them beside an overlay that holds them. */
export type Preview = PreviewOf<PermissionIndex>;

/** What an index stands on. */
interface Ground {
  readonly facts: Facts;
  readonly rights: Rights;
  readonly revision: Revision;
  /** The index this one is laid over. */
  readonly over: PermissionIndex | null;
}

/**
 * Who may do what, and why: the whole truth of one revision in memory. Pure and synchronous; the
 * same snapshot and the same changes give the same answers. The questions it answers are those of
 * `PermissionAnswers`.
 */
export class PermissionIndex extends PermissionAnswers {
  private readonly over: PermissionIndex | null;
  /** What the index below was at when this one was laid over it. */
  private readonly overVersion: number;
  private at: Revision;

  constructor(from: GatewaySnapshot | Ground) {
    const { facts, rights, revision, over } = 'facts' in from ? from : finish(groundOf(from));
    super({ facts, rights });
    this.at = revision;
    this.over = over;
    this.overVersion = over?.facts.version ?? 0;
  }

  /** The index of a snapshot, made in slices: each `next` does a bounded piece of the work. */
  static *building(snapshot: GatewaySnapshot): Generator<void, PermissionIndex> {
    return new PermissionIndex(yield* groundOf(snapshot));
  }

  /**
   * The index that `pack` made bytes of.
   * @throws PackedIndexUnfit when they are of another version or were altered.
   */
  static unpack(bytes: Uint8Array): PermissionIndex {
    const { facts, revision } = unpackFacts(bytes);
    return new PermissionIndex({ facts, rights: finish(Rights.of(facts)), revision, over: null });
  }

  /** Everything as bytes, for a fast start. The same facts give the same bytes. */
  pack(): Uint8Array {
    this.requireFresh();
    return packFacts(this.facts, this.at);
  }

  /** The revision that all answers are of. */
  get revision(): Revision {
    return this.at;
  }

  /** Takes over the changes of one or more revisions, the last of which is `revision`. */
  apply(
    revision: Revision,
    changes: readonly Change[],
    reloaded: Reloaded = NOTHING_RELOADED,
  ): void {
    this.requireFresh();
    applyChanges(this.facts, changes, reloaded);
    this.rights.update();
    if (!this.facts.isFork) this.facts.tidy();
    this.at = revision;
  }

  /**
   * An overlay: it answers everything and takes changes, while nothing of this index is copied or
   * changed. It is of use until this index changes; then whatever is asked of it is `StaleOverlay`.
   */
  fork(): PermissionIndex {
    this.requireFresh();
    const facts = this.facts.fork();
    return new PermissionIndex({
      facts,
      rights: this.rights.fork(facts),
      revision: this.at,
      over: this,
    });
  }

  /** Answers `ask` as if the changes had happened. */
  whatIf<Answer>(
    changes: readonly Change[],
    ask: (index: PermissionIndex) => Answer,
    reloaded: Reloaded = NOTHING_RELOADED,
  ): Answer {
    return ask(this.after(changes, reloaded));
  }

  /** What the changes would do, name by name. */
  preview(changes: readonly Change[], reloaded: Reloaded = NOTHING_RELOADED): Preview {
    const after = this.after(changes, reloaded);
    return new PreviewOf(
      { index: this, state: this.state },
      { index: after, state: after.state },
      () => after.requireFresh(),
    );
  }

  /**
   * What the changes would do to everybody's permissions.
   * @param within bits that may move freely; the effect names somebody for whom others move.
   */
  effectOf(changes: readonly Change[], within: PermissionMask, reloaded?: Reloaded): Effect {
    const after = this.after(changes, reloaded ?? NOTHING_RELOADED);
    const delta = rightsDelta(this.state, after.state);
    return {
      licenceBefore: this.licence(),
      licenceAfter: after.licence(),
      ...rightsMoved(after.state, delta, within),
    };
  }

  /**
   * The state at a past revision, as an overlay that takes changes back.
   * @param since everything logged after `revision` up to this index's, oldest first.
   * @throws GatehouseError `REVISION_NOT_REACHABLE` when one of them cannot be taken back.
   */
  asOf(revision: Revision, since: readonly LoggedChange[]): PermissionIndex {
    const past = this.fork();
    past.apply(revision, inverseChanges(revision, since));
    return past;
  }

  private after(changes: readonly Change[], reloaded: Reloaded): PermissionIndex {
    const after = this.fork();
    after.apply(this.at, changes, reloaded);
    return after;
  }

  protected readonly switchedOn: SwitchedOn = ({ directory }) => {
    const after = { ...directory, active: true };
    const change: Change = { kind: 'DirectoryChanged', before: directory, after };
    return this.after([change], NOTHING_RELOADED).state;
  };

  protected requireFresh(): void {
    if (this.over === null) return;
    if (this.over.facts.version !== this.overVersion) throw new StaleOverlay();
    this.over.requireFresh();
  }
}

function* groundOf(snapshot: GatewaySnapshot): Generator<void, Ground> {
  const facts = yield* factsFromSnapshot(snapshot);
  const rights = yield* Rights.of(facts);
  return { facts, rights, revision: snapshot.revision, over: null };
}
