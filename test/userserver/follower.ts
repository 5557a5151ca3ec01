import {
  FollowingClient,
  type RemoteEvent,
  type RemoteMembership,
} from '../support/following-client.js';
import { UsersByName } from '../support/held-users.js';
import { JSON_ONLY, type Served } from './served.js';

/** How often followers were answered with events. */
export interface FollowingCounts {
  told: number;
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
    if (status === 410) return false;
    const { newEventToken, events } = JSON.parse(body) as {
      newEventToken: string;
      events: RemoteEvent[];
    };
    this.counts.told++;
    try {
      this.client.apply(events);
    } catch (error) {
      problems.push(`${this.name}: ${error instanceof Error ? error.message : error}`);
    }
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
export function membershipsIn(document: string): RemoteMembership[] {
  const namesOf = (xml: string) => [...xml.matchAll(/name="([^"]*)"/g)].map(([, name]) => name);
  const membership =
    /<membership group="([^"]*)"><users>(.*?)<\/users><groups>(.*?)<\/groups><\/membership>/gs;
  return [...document.matchAll(membership)].map(([, group, users, groups]) => ({
    group,
    users: namesOf(users),
    childGroups: namesOf(groups),
  }));
}
