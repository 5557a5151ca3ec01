import {
  type Group,
  isGatehouseError,
  type LoggedChange,
  type NameKey,
  type Revision,
  type User,
} from '../domain/index.js';
import type { StoreReader } from '../store/index.js';
import type { ApplicationCaller } from './application-access.js';
import { type Catalogue, FACTS_ONLY, GROUPS, present, USERS } from './application-search.js';
import { changesViewOf, viewOf } from './application-view.js';
import { eventTokenAt, revisionOfToken } from './event-token.js';
import type { Gateway } from './gateway.js';
import type { NameEntry, ToldName } from './name-fates.js';
import { type EventPlan, type PlannedMembership, planEvents } from './plan-events.js';
import { gatherTouched } from './touched.js';

/**
 * Most log entries that are told as events, and most users, groups and memberships told of them. So
 * many take about a tenth of a second (measured with 100,000 users on SQLite), half of it in one go;
 * whoever is further behind reads everything, which is served in small parts.
 */
export const MOST_TOLD = 10_000;

/** Log entries read at a time: SQLite's driver holds up the process meanwhile. */
const ENTRIES_AT_A_TIME = 1_000;

/** One event, as the protocol has them. What is created may be there already, and what is deleted may not. */
export type FollowerEvent =
  | { readonly kind: 'user'; readonly operation: 'CREATED' | 'UPDATED'; readonly user: User }
  | { readonly kind: 'group'; readonly operation: 'CREATED' | 'UPDATED'; readonly group: Group }
  | { readonly kind: 'user-removed' | 'group-removed'; readonly name: string }
  | {
      readonly kind: 'user-membership' | 'group-membership';
      /** UPDATED: `groups` are all that the member is in. */
      readonly operation: PlannedMembership['operation'];
      readonly member: string;
      readonly groups: readonly string[];
    };

/** Why a token is of no use: its holder reads everything and takes a new one. */
export type ExpiredBecause =
  /** None of ours, or of another log than the one that is here now. */
  | 'UNKNOWN_TOKEN'
  /** The log no longer goes back so far. */
  | 'LOG_CUT_OFF'
  /** More happened than is told as events. */
  | 'TOO_MANY_CHANGES'
  /** A directory was loaded anew, or what is seen of the directories was put together in another way. */
  | 'OTHER_VIEW';

export type EventsAfter =
  | {
      readonly outcome: 'TOLD';
      /** Where the next answer goes on. */
      readonly token: string;
      readonly events: AsyncIterable<FollowerEvent>;
    }
  | { readonly outcome: 'EXPIRED'; readonly because: ExpiredBecause };

/** The token of the present. Whoever reads everything after taking it misses nothing. */
export function currentEventToken(gateway: Gateway, _caller: ApplicationCaller): Promise<string> {
  return eventTokenAt(gateway.store.reader, gateway.live.index.revision);
}

/**
 * What happened since a token was given, in an order in which it can be applied. It is told as the
 * state that was reached, so the events may be told again and may follow a reading that saw some of it.
 */
export async function eventsAfter(
  gateway: Gateway,
  caller: ApplicationCaller,
  token: string,
): Promise<EventsAfter> {
  const found = await planAfter(gateway, caller, token);
  if (typeof found === 'string') {
    const { name } = caller.application;
    gateway.log.info({ application: name, because: found }, 'an event token has expired');
    return { outcome: 'EXPIRED', because: found };
  }
  return {
    outcome: 'TOLD',
    token: await eventTokenAt(gateway.store.reader, found.revision),
    events: tell(gateway, found.plan),
  };
}

async function planAfter(
  gateway: Gateway,
  caller: ApplicationCaller,
  token: string,
): Promise<{ readonly revision: Revision; readonly plan: EventPlan } | ExpiredBecause> {
  const { live, store } = gateway;
  const from = revisionOfToken(token);
  if (from === null) return 'UNKNOWN_TOKEN';
  // Another process may have given the token, or called the follower, a moment ago.
  await live.catchUp();
  if (from > live.index.revision) return 'UNKNOWN_TOKEN';
  if (token !== (await eventTokenAt(store.reader, from))) return 'UNKNOWN_TOKEN';

  const stretch = new Stretch(store.reader, from);
  while (!stretch.reaches(live.index.revision)) {
    const ended = await stretch.readOn();
    if (ended) return ended;
  }
  // From here on nothing is waited for, so that log and index are of one revision.
  const index = viewOf(gateway, caller);
  const changes = stretch.until(index.revision);
  if (changes.some(({ change }) => changesViewOf(caller.application, change))) return 'OTHER_VIEW';
  const touched = gatherTouched(changes, index.directories());
  if (!touched) return 'OTHER_VIEW';
  const plan = planEvents(touched, index, MOST_TOLD);
  return plan ? { revision: index.revision, plan } : 'TOO_MANY_CHANGES';
}

/** The log from one revision on, as far as it has been read, without a gap. */
class Stretch {
  private readonly reader: StoreReader;
  private readonly from: Revision;
  private readonly entries: LoggedChange[] = [];
  /** Whether a revision may have been read in part only. */
  private isOpen = false;

  constructor(reader: StoreReader, from: Revision) {
    this.reader = reader;
    this.from = from;
  }

  reaches(revision: Revision): boolean {
    return !this.isOpen && this.end >= revision;
  }

  until(revision: Revision): readonly LoggedChange[] {
    return this.entries.filter((entry) => entry.revision <= revision);
  }

  /** Reads on. @returns why it cannot. */
  async readOn(): Promise<'LOG_CUT_OFF' | 'TOO_MANY_CHANGES' | null> {
    const wasOpen = this.isOpen;
    const last = this.entries.at(-1);
    const { revision, ordinal } = last ?? { revision: this.from, ordinal: 0 };
    // Of a revision that was read whole nothing is left.
    const after = { revision, ordinal: wasOpen ? ordinal : Number.MAX_SAFE_INTEGER };
    const read = await unlessCutOff(this.reader.changes({ after, limit: ENTRIES_AT_A_TIME }));
    if (read === null || (!wasOpen && read[0]?.revision !== revision + 1)) return 'LOG_CUT_OFF';
    this.isOpen = read.length === ENTRIES_AT_A_TIME;
    this.entries.push(...read);
    return this.entries.length > MOST_TOLD ? 'TOO_MANY_CHANGES' : null;
  }

  private get end(): Revision {
    return this.entries.at(-1)?.revision ?? this.from;
  }
}

/** `null` when the log was cut off after the place one reads from. */
async function unlessCutOff<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (isGatehouseError(error, 'REVISION_NOT_REACHABLE')) return null;
    throw error;
  }
}

/** Facts are read when their turn comes and may be later ones. Who has gone meanwhile is left out. */
async function* tell(gateway: Gateway, plan: EventPlan): AsyncGenerator<FollowerEvent, void, void> {
  yield* membershipEvents('user-membership', plan.membershipsRemoved);
  yield* membershipEvents('group-membership', plan.nestingsRemoved);
  for (const name of plan.usersRemoved) yield { kind: 'user-removed', name };
  for (const name of plan.groupsRemoved) yield { kind: 'group-removed', name };

  const goneGroups = keysOf(plan.groups);
  for await (const { key, operation, facts } of withFacts(gateway, GROUPS, plan.groups)) {
    goneGroups.delete(key);
    yield { kind: 'group', operation, group: facts };
  }
  const goneUsers = keysOf(plan.users);
  for await (const { key, operation, facts } of withFacts(gateway, USERS, plan.users)) {
    goneUsers.delete(key);
    yield { kind: 'user', operation, user: facts };
  }
  yield* membershipEvents('group-membership', plan.nestings, goneGroups, goneGroups);
  yield* membershipEvents('user-membership', plan.memberships, goneUsers, goneGroups);
}

interface Told<Facts> {
  readonly key: NameKey;
  readonly operation: 'CREATED' | 'UPDATED';
  readonly facts: Facts;
}

async function* withFacts<
  Id,
  Facts extends { readonly id: Id; readonly name: string },
  Property extends string,
>(
  gateway: Gateway,
  catalogue: Catalogue<Id, Facts, Property>,
  fates: readonly ToldName<NameEntry<Id>>[],
): AsyncGenerator<Told<Facts>, void, void> {
  const byId = new Map(fates.map((fate) => [fate.entry.id, fate]));
  const entries = fates.map(({ entry }) => entry);
  for await (const part of present(gateway, catalogue, entries, FACTS_ONLY)) {
    for (const { name, facts } of part) {
      const fate = facts && byId.get(facts.id);
      // Under a later name it is told after the log has come to that.
      if (fate) yield { key: fate.entry.key, operation: fate.operation, facts: { ...facts, name } };
    }
  }
}

function* membershipEvents(
  kind: 'user-membership' | 'group-membership',
  planned: readonly PlannedMembership[],
  goneMembers: ReadonlySet<NameKey> = NOBODY,
  goneGroups: ReadonlySet<NameKey> = NOBODY,
): Generator<FollowerEvent, void, void> {
  for (const { operation, member, groups } of planned) {
    if (goneMembers.has(member.key)) continue;
    const left = [...groups].filter(([key]) => !goneGroups.has(key)).map(([, name]) => name);
    if (left.length === 0 && operation !== 'UPDATED') continue;
    yield { kind, operation, member: member.name, groups: left };
  }
}

const NOBODY: ReadonlySet<NameKey> = new Set();

function keysOf(fates: readonly { readonly entry: { readonly key: NameKey } }[]): Set<NameKey> {
  return new Set(fates.map(({ entry }) => entry.key));
}
