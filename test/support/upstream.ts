import type {
  EventOperation,
  RemoteDirectory,
  RemoteEvent,
  RemoteEvents,
  RemoteMembership,
  RemoteServer,
} from '../../src/connector/index.js';
import {
  type GroupFacts,
  type NameKey,
  nameFault,
  nameKey,
  type UserFacts,
} from '../../src/domain/index.js';
import { type RemoteDocument, remoteGroup, remoteMembers, remoteUser } from './scripted-remote.js';
import { told } from './told-events.js';

/** How a server tells what happened. */
export interface UpstreamHabits {
  /**
   * LOG: what happened, as it happened (Crowd 2's `EventStoreGeneric`). DATES: rebuilt from the dates
   * of what there is and the tombstones of what there was, the last minutes again and again (Crowd 5's
   * `TimestampBasedEventStore`).
   */
  readonly events: 'LOG' | 'DATES';
  readonly keys: boolean;
  /** Memberships that go with a user or group are told one by one. */
  readonly tellsLostEdges: boolean;
  /** A change of letter case alone leaves a tombstone, too. */
  readonly caseLeavesTombstone: boolean;
}

/** Ticks that an answer of DATES reaches back; every change is a tick. */
const REPEATED = 4;
/** Entries that LOG keeps, and ticks for which DATES keeps tombstones. */
const KEPT = 60;
const PAGE = 3;

interface Dated<Facts> {
  facts: Facts;
  readonly createdAt: number;
  updatedAt: number;
}
type KeptUser = Dated<UserFacts>;
type KeptGroup = Dated<GroupFacts>;

interface KeptEdge<Member> {
  readonly group: KeptGroup;
  readonly member: Member;
  readonly at: number;
}

interface Told {
  readonly at: number;
  readonly event: RemoteEvent;
}

/** A user server in memory that keeps an event log of its own. Names are unique by key, ids by user. */
export class Upstream implements RemoteDirectory {
  readonly habits: UpstreamHabits;
  /** Called between two pages or records. */
  meanwhile: () => void = () => undefined;
  offersEvents = true;
  /** What it told of events last. */
  lastAnswer: RemoteEvents | null = null;
  readonly users: KeptUser[] = [];
  readonly groups: KeptGroup[] = [];
  readonly #memberships: KeptEdge<KeptUser>[] = [];
  readonly #nestings: KeptEdge<KeptGroup>[] = [];
  /** LOG: everything; DATES: the tombstones. */
  readonly #log: Told[] = [];
  #cutOff = 0;
  #instance = 1;
  #now = 1;
  #lastKey = 0;
  /** When something happened of which the events may say too little. */
  readonly #untold: number[] = [];
  /** Who had which name, and until when. */
  readonly #bearings: { readonly key: NameKey; readonly user: KeptUser; until: number }[] = [];
  readonly #renames: { readonly at: number; readonly keys: readonly NameKey[] }[] = [];
  #toldSince = 0;

  constructor(habits: UpstreamHabits) {
    this.habits = habits;
  }

  /** Whether the events that were told last cannot be followed by anybody. */
  get toldTooLittle(): boolean {
    if (this.#untold.some((at) => at >= this.#toldSince)) return true;
    // A membership ended under a name that was given up or taken: nobody knows whose it was.
    const renames = this.#renames.filter(({ at }) => at >= this.#toldSince);
    const events = this.#logged(this.#toldSince);
    const moved = new Set(renames.flatMap(({ keys }) => keys));
    for (const event of events) {
      if (event.subject === 'USER' && event.operation === 'DELETED') {
        moved.add(nameKey(event.user.name));
      }
    }
    return (
      renames.length > 0 &&
      events.some(
        (event) =>
          event.subject === 'MEMBERSHIP' &&
          event.operation === 'DELETED' &&
          moved.has(nameKey(event.user)),
      )
    );
  }

  /** Whether a name was more than one user's in the time that was told of last, or was given up more than once. */
  get toldOfNameHandedOn(): boolean {
    const lately = this.#bearings.filter(({ until }) => until >= this.#toldSince);
    return lately.some((bearing) =>
      lately.some(
        (other) =>
          other !== bearing &&
          other.key === bearing.key &&
          (other.user !== bearing.user || Math.max(other.until, bearing.until) <= this.#now),
      ),
    );
  }

  document(): RemoteDocument {
    return {
      users: this.users.map(({ facts }) => facts),
      groups: this.groups.map(({ facts }) => facts),
      memberships: this.groups.map((group) => this.#membersOf(group)),
    };
  }

  user(name: string): KeptUser | undefined {
    return this.users.find(({ facts }) => nameKey(facts.name) === nameKey(name));
  }

  group(name: string): KeptGroup | undefined {
    return this.groups.find(({ facts }) => nameKey(facts.name) === nameKey(name));
  }

  isMember(group: KeptGroup, user: KeptUser): boolean {
    return this.#memberships.some((edge) => edge.group === group && edge.member === user);
  }

  isChild(parent: KeptGroup, child: KeptGroup): boolean {
    return this.#nestings.some((edge) => edge.group === parent && edge.member === child);
  }

  /** @param key of somebody who is gone; a new one unless told. */
  createUser(name: string, key?: string | null): void {
    this.#now += 1;
    const externalId = this.habits.keys ? (key ?? `key-${++this.#lastKey}`) : null;
    const facts = remoteUser(name, { externalId });
    const user = { facts, createdAt: this.#now, updatedAt: this.#now };
    this.users.push(user);
    this.#takeName(user);
    this.#record({ subject: 'USER', operation: 'CREATED', user: facts });
  }

  changeUser(user: KeptUser, facts: Partial<UserFacts>): void {
    this.#now += 1;
    user.facts = { ...user.facts, ...facts };
    user.updatedAt = this.#now;
    this.#record({ subject: 'USER', operation: 'UPDATED', user: user.facts });
  }

  /** The new name must be free, or the user's own in other letter case. */
  renameUser(user: KeptUser, name: string): void {
    const { name: before, externalId } = user.facts;
    const isCase = nameKey(before) === nameKey(name);
    this.#now += 1;
    const leavesTombstone = isCase
      ? this.habits.keys && this.habits.caseLeavesTombstone
      : this.habits.events === 'DATES' || !this.habits.keys;
    if (leavesTombstone) this.#bury(told.tombstone(before));
    // By a new name without a key nobody knows who that was, nor by one that could not be kept.
    if (!isCase && (externalId === null || nameFault(before) !== null)) this.#tellsTooLittle();
    this.#renames.push({ at: this.#now, keys: [before, name].map(nameKey) });
    this.#giveUpName(user);
    user.facts = { ...user.facts, name };
    user.updatedAt = this.#now;
    this.#takeName(user);
    this.#record({ subject: 'USER', operation: 'UPDATED', user: user.facts });
  }

  deleteUser(user: KeptUser): void {
    this.#now += 1;
    this.#dropEdges(this.#memberships, ({ member }) => member === user);
    this.users.splice(this.users.indexOf(user), 1);
    this.#giveUpName(user);
    this.#bury(told.tombstone(user.facts.name));
  }

  createGroup(name: string): void {
    this.#now += 1;
    const facts = remoteGroup(name);
    this.groups.push({ facts, createdAt: this.#now, updatedAt: this.#now });
    this.#record({ subject: 'GROUP', operation: 'CREATED', group: facts });
  }

  /** The name may change in letter case alone: a group has no key. */
  changeGroup(group: KeptGroup, facts: Partial<GroupFacts>): void {
    this.#now += 1;
    group.facts = { ...group.facts, ...facts };
    group.updatedAt = this.#now;
    this.#record({ subject: 'GROUP', operation: 'UPDATED', group: group.facts });
  }

  deleteGroup(group: KeptGroup): void {
    this.#now += 1;
    this.#dropEdges(this.#memberships, (edge) => edge.group === group);
    this.#dropEdges(this.#nestings, (edge) => edge.group === group || edge.member === group);
    this.groups.splice(this.groups.indexOf(group), 1);
    this.#bury(told.group('DELETED', group.facts.name));
  }

  join(group: KeptGroup, user: KeptUser): void {
    this.#now += 1;
    this.#memberships.push({ group, member: user, at: this.#now });
    this.#record(told.membership('CREATED', user.facts.name, [group.facts.name]));
  }

  leave(group: KeptGroup, user: KeptUser): void {
    this.#now += 1;
    this.#takeOut(this.#memberships, group, user);
    this.#bury(told.membership('DELETED', user.facts.name, [group.facts.name]));
  }

  nest(parent: KeptGroup, child: KeptGroup): void {
    this.#now += 1;
    this.#nestings.push({ group: parent, member: child, at: this.#now });
    this.#record(told.nesting('CREATED', child.facts.name, [parent.facts.name]));
  }

  unnest(parent: KeptGroup, child: KeptGroup): void {
    this.#now += 1;
    this.#takeOut(this.#nestings, parent, child);
    this.#bury(told.nesting('DELETED', child.facts.name, [parent.facts.name]));
  }

  /** LOG: the list of all groups of a user is told, as where a directory unmasks another's user. */
  tellGroupsOf(user: KeptUser): void {
    this.#now += 1;
    const groups = this.#memberships.filter(({ member }) => member === user);
    const names = groups.map(({ group }) => group.facts.name);
    this.#record(told.membership('UPDATED', user.facts.name, names));
  }

  /** LOG: the same of a group's parents and children. */
  tellEdgesOf(group: KeptGroup): void {
    this.#now += 1;
    const parents = this.#nestings.filter(({ member }) => member === group);
    const children = this.#nestings.filter((edge) => edge.group === group);
    this.#record(
      told.nesting(
        'UPDATED',
        group.facts.name,
        parents.map((edge) => edge.group.facts.name),
        children.map((edge) => edge.member.facts.name),
      ),
    );
  }

  /** LOG: something happens that nobody follows. */
  giveAlias(): void {
    this.#now += 1;
    this.#record({ subject: 'OTHER', element: 'aliasEvent' });
  }

  /** Nothing happens, and time goes by. */
  wait(ticks: number): void {
    this.#now += ticks;
  }

  /** LOG: the process begins anew; DATES: a setting changed since which nothing is told of before. */
  restart(): void {
    this.#now += 1;
    this.#instance += 1;
    this.#cutOff = this.#now;
    if (this.habits.events === 'LOG') this.#log.length = 0;
  }

  async identify(): Promise<RemoteServer> {
    return { product: 'Crowd', version: '5.1.0' };
  }

  async *readUsers(): AsyncGenerator<readonly UserFacts[], void, void> {
    yield* this.#pages(this.document().users);
  }

  async *readGroups(): AsyncGenerator<readonly GroupFacts[], void, void> {
    yield* this.#pages(this.document().groups);
  }

  /** Streamed as it is at each moment (`MembershipsController`). */
  async *readMemberships(): AsyncGenerator<RemoteMembership, void, void> {
    for (const group of [...this.groups]) {
      if (this.groups.includes(group)) yield this.#membersOf(group);
      this.meanwhile();
    }
  }

  findUsers(): Promise<never> {
    throw new Error('a run reads everything and searches for nobody');
  }

  findGroups(): Promise<never> {
    throw new Error('a run reads everything and searches for nothing');
  }

  authenticate(): Promise<never> {
    throw new Error('a run signs nobody in');
  }

  async currentEventToken(): Promise<string | null> {
    return this.offersEvents ? this.#token() : null;
  }

  async readEvents(token: string): Promise<RemoteEvents> {
    this.lastAnswer = this.#eventsAfter(token);
    return this.lastAnswer;
  }

  usage(): { readonly requests: number; readonly bytes: number } {
    return { requests: 0, bytes: 0 };
  }

  #eventsAfter(token: string): RemoteEvents {
    if (!this.offersEvents) return { outcome: 'NOT_SUPPORTED' };
    const since = this.#sinceOf(token);
    if (since === null) return { outcome: 'EXPIRED' };
    this.#toldSince = since;
    const events = this.habits.events === 'LOG' ? this.#logged(since) : this.#rebuilt(since);
    return { outcome: 'READ', events, token: this.#token() };
  }

  #token(): string {
    if (this.habits.events === 'LOG') return `instance-${this.#instance}:${this.#now}`;
    return `dated ${Math.max(0, this.#now - REPEATED)} ${this.#instance}`;
  }

  /** The first tick that is to be told, or `null` when the token is of no use. */
  #sinceOf(token: string): number | null {
    if (this.habits.events === 'LOG') {
      const [instance, number] = token.split(':');
      if (instance !== `instance-${this.#instance}`) return null;
      return Number(number) < this.#now - KEPT ? null : Number(number) + 1;
    }
    const [, time] = token.split(' ').map(Number);
    // Because tokens reach back, none is of use for a while after a change of settings.
    return time < this.#cutOff || time < this.#now - KEPT ? null : time;
  }

  #logged(since: number): RemoteEvent[] {
    return this.#log.filter(({ at }) => at >= since).map(({ event }) => event);
  }

  #rebuilt(since: number): RemoteEvent[] {
    const removed = this.#logged(since);
    const ofKind = (...subjects: RemoteEvent['subject'][]) =>
      removed.filter(({ subject }) => subjects.includes(subject));
    const operation = ({ createdAt }: Dated<unknown>): EventOperation =>
      createdAt >= since ? 'CREATED' : 'UPDATED';
    const changed = <Item extends Dated<unknown>>(items: readonly Item[]) =>
      items.filter(({ updatedAt }) => updatedAt >= since);
    const joined = <Edge extends { readonly at: number }>(edges: readonly Edge[]) =>
      edges.filter(({ at }) => at >= since);
    return [
      ...ofKind('MEMBERSHIP', 'NESTING'),
      ...ofKind('USER'),
      ...ofKind('GROUP'),
      ...changed(this.groups).map(
        (group): RemoteEvent => ({
          subject: 'GROUP',
          operation: operation(group),
          group: group.facts,
        }),
      ),
      ...changed(this.users).map(
        (user): RemoteEvent => ({ subject: 'USER', operation: operation(user), user: user.facts }),
      ),
      ...joined(this.#nestings).map(({ group, member }) =>
        told.nesting('CREATED', member.facts.name, [group.facts.name]),
      ),
      ...joined(this.#memberships).map(({ group, member }) =>
        told.membership('CREATED', member.facts.name, [group.facts.name]),
      ),
    ];
  }

  #record(event: RemoteEvent): void {
    if (this.habits.events === 'LOG') this.#log.push({ at: this.#now, event });
  }

  #bury(event: RemoteEvent): void {
    this.#log.push({ at: this.#now, event });
  }

  #takeName(user: KeptUser): void {
    this.#bearings.push({ key: nameKey(user.facts.name), user, until: Number.POSITIVE_INFINITY });
  }

  #giveUpName(user: KeptUser): void {
    const bearing = this.#bearings.findLast((each) => each.user === user);
    if (bearing) bearing.until = this.#now;
  }

  #tellsTooLittle(): void {
    this.#untold.push(this.#now);
  }

  #membersOf(group: KeptGroup): RemoteMembership {
    const names = <Member extends Dated<{ readonly name: string }>>(
      edges: readonly KeptEdge<Member>[],
    ) => edges.filter((edge) => edge.group === group).map(({ member }) => member.facts.name);
    return remoteMembers(group.facts.name, names(this.#memberships), names(this.#nestings));
  }

  #dropEdges<Member extends KeptUser | KeptGroup>(
    edges: KeptEdge<Member>[],
    goes: (edge: KeptEdge<Member>) => boolean,
  ): void {
    for (const edge of edges.filter(goes)) {
      edges.splice(edges.indexOf(edge), 1);
      if (!this.habits.tellsLostEdges) continue;
      const { name } = edge.member.facts;
      const parents = [edge.group.facts.name];
      this.#bury(
        'externalId' in edge.member.facts
          ? told.membership('DELETED', name, parents)
          : told.nesting('DELETED', name, parents),
      );
    }
  }

  #takeOut<Member>(edges: KeptEdge<Member>[], group: KeptGroup, member: Member): void {
    const at = edges.findIndex((edge) => edge.group === group && edge.member === member);
    edges.splice(at, 1);
  }

  async *#pages<Item>(items: readonly Item[]): AsyncGenerator<readonly Item[], void, void> {
    for (let from = 0; from < items.length; from += PAGE) {
      yield items.slice(from, from + PAGE);
      this.meanwhile();
    }
  }
}
