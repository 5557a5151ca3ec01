import {
  FollowingClient,
  type RemoteEvent,
  type RemoteMembership,
} from '../support/following-client.js';
import { UsersByKey, UsersByName } from '../support/held-users.js';
import { Random } from '../support/random.js';
import type { Action } from '../support/scenario-answerer.js';
import { removeEverything } from '../support/scenario-store.js';
import { OPERATOR } from '../support/scenario-store-actions.js';
import { perform } from '../userserver/events.js';
import { JSON_ONLY, type Served } from '../userserver/served.js';
import { type History, type NextStep, randomHistory, randomStep } from './histories.js';
import { noting } from './sheet.js';

const STEPS = 24;
/** After these a token is of no use, so most histories have few of them. */
const NOT_TOLD: readonly Action['type'][] = [
  'activateDirectory',
  'addDirectory',
  'deactivateDirectory',
  'orderDirectories',
  'reloadDirectory',
  'removeDirectory',
  'setMembershipMode',
  'setNestedGroups',
];

/** The same for the same seed. */
export function randomFollowing(seed: number): History {
  const nextStep: NextStep = (random, author, shape) =>
    randomStep(random, author, shape, random.chance(92) ? NOT_TOLD : []);
  return randomHistory(seed, STEPS, undefined, nextStep);
}

/** How often followers were answered with events, and how often they had to read everything. */
export interface FollowingCounts {
  told: number;
  expired: number;
}

/**
 * Lets clients follow a user server through a history. They ask after some of the steps; a full
 * reading may have steps in between its parts, as nobody stops for a reader.
 * @returns what was wrong after the first step at which anything was.
 */
export async function playFollowing(
  served: Served,
  seed: number,
  { setup, steps }: History,
  counts: FollowingCounts,
): Promise<string[]> {
  const { store } = served.gateway;
  const random = new Random(seed);
  await store.transact(OPERATOR, removeEverything);
  await perform(served, setup);
  const left = [...steps];
  const advance = async () => {
    const step = left.shift();
    if (step) await perform(served, step);
  };
  const followers = [
    new Follower('by name', served, new FollowingClient(new UsersByName()), counts),
    new Follower('by key', served, new FollowingClient(new UsersByKey()), counts),
  ];
  for (;;) {
    const last = left.length === 0;
    for (const follower of followers) {
      if (!last && random.chance(40)) continue;
      const meanwhile = async () => (random.chance(40) ? advance() : undefined);
      const problems = await follower.follow(meanwhile);
      const place = `after step ${steps.length - left.length}, the client that knows users`;
      if (problems.length > 0) return problems.map((problem) => `${place} ${problem}`);
    }
    if (last) return [];
    await advance();
  }
}

/** A client that asks a user server again and again. */
export class Follower {
  private readonly name: string;
  private readonly served: Served;
  private readonly client: FollowingClient;
  private readonly counts: FollowingCounts;
  private token: string | null = null;

  constructor(name: string, served: Served, client: FollowingClient, counts: FollowingCounts) {
    this.name = name;
    this.served = served;
    this.client = client;
    this.counts = counts;
  }

  /**
   * Comes to the present, by events if it can.
   * @param meanwhile what may happen between two requests of a full reading.
   * @returns what it then holds and should not, and the reverse.
   */
  async follow(meanwhile: () => Promise<void>): Promise<string[]> {
    const problems: string[] = [];
    if (!(await this.ask(problems))) {
      await this.readAll(meanwhile);
      // Something that is not told may have happened in between.
      if (!(await this.ask(problems))) await this.readAll(async () => undefined);
    }
    const expected = new FollowingClient(new UsersByName());
    await readInto(this.served, expected, async () => undefined);
    const [held, wanted] = [this.client.lines(), expected.lines()];
    return [
      ...problems,
      ...wanted.filter((line) => !held.includes(line)).map((line) => `${this.name} lacks ${line}`),
      ...held.filter((line) => !wanted.includes(line)).map((line) => `${this.name} keeps ${line}`),
    ];
  }

  /** Takes the events since the last time. @returns false when everything has to be read. */
  async ask(problems: string[]): Promise<boolean> {
    if (this.token === null) return false;
    const { status, body } = await this.served.ask(`/event/${this.token}`, { headers: JSON_ONLY });
    if (status === 410) {
      this.counts.expired++;
      return false;
    }
    const { newEventToken, events } = JSON.parse(body) as {
      newEventToken: string;
      events: RemoteEvent[];
    };
    this.counts.told++;
    noting(problems, () => this.client.apply(events));
    this.token = newEventToken;
    return true;
  }

  private async readAll(meanwhile: () => Promise<void>): Promise<void> {
    const { body } = await this.served.ask('/event', { headers: JSON_ONLY });
    this.token = JSON.parse(body).newEventToken;
    await readInto(this.served, this.client, meanwhile);
  }
}

async function readInto(
  served: Served,
  client: FollowingClient,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const search = async (type: 'user' | 'group') => {
    const path = `/search?entity-type=${type}&max-results=-1&expand=${type}`;
    return JSON.parse((await served.ask(path, { headers: JSON_ONLY })).body);
  };
  await meanwhile();
  client.takeUsers((await search('user')).users);
  await meanwhile();
  client.takeGroups((await search('group')).groups);
  await meanwhile();
  client.takeMemberships(membershipsIn((await served.ask('/group/membership')).body));
}

/** The names of a trial hold nothing that XML would have to escape. */
function membershipsIn(document: string): RemoteMembership[] {
  const namesOf = (xml: string) => [...xml.matchAll(/name="([^"]*)"/g)].map(([, name]) => name);
  const membership =
    /<membership group="([^"]*)"><users>(.*?)<\/users><groups>(.*?)<\/groups><\/membership>/gs;
  return [...document.matchAll(membership)].map(([, group, users, groups]) => ({
    group,
    users: namesOf(users),
    childGroups: namesOf(groups),
  }));
}
