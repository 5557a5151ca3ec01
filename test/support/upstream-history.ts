import { nameKey } from '../../src/domain/index.js';
import type { Random } from './random.js';
import type { Upstream, UpstreamHabits } from './upstream.js';

/** Few, so that they are taken again and again. */
const USER_NAMES = ['ann', 'bob', 'cal', 'dee', 'eve'];
const GROUP_NAMES = ['devs', 'ops', 'qa', 'staff'];
/** Cannot be kept. */
const BAD_NAME = ' bad';
/** Never deleted or renamed: a copy that is to lose everybody is held. */
const RESIDENTS = ['rose', 'rita', 'rudi'];
const BAD_GROUP = 'bad ';

export function randomHabits(random: Random): UpstreamHabits {
  return {
    events: random.pick(['LOG', 'DATES']),
    keys: random.chance(70),
    tellsLostEdges: random.chance(50),
    caseLeavesTombstone: random.chance(50),
  };
}

/** What happens at a user server, at random. */
export class UpstreamHistory {
  readonly #upstream: Upstream;
  readonly #random: Random;
  /** Of users who are gone. */
  readonly #keys: string[] = [];
  /** What happened, for whoever has to find out why. */
  readonly lines: string[] = [];

  constructor(upstream: Upstream, random: Random) {
    this.#upstream = upstream;
    this.#random = random;
    for (const name of RESIDENTS) upstream.createUser(name);
    for (const name of GROUP_NAMES.slice(0, 2)) upstream.createGroup(name);
    for (let i = 0; i < 12; i++) this.step();
  }

  /** One change, or a few of one user. */
  step(): void {
    const { keys } = this.#upstream.habits;
    const steps = [
      () => this.#comeOrGo(),
      ...Array.from({ length: 6 }, () => () => this.#move()),
      () => this.#nest(),
      () => this.#changeGroup(),
      () => this.#changeUser(),
      () => this.#rename(),
      () => this.#again(),
      () => this.#tellAll(),
      () => (keys ? this.#swap() : this.#move()),
      () => this.#takeOver(),
    ];
    this.#random.pick(steps)();
  }

  /** A change while somebody reads. No name is given to another: what a log tells of that by name is lost. */
  quietStep(): void {
    this.#random.pick([
      () => this.#comeOrGo(),
      () => this.#move(),
      () => this.#move(),
      () => this.#nest(),
      () => this.#changeGroup(),
      () => this.#changeUser(),
      () => this.#renameTo(this.#userName(), `fresh-${this.lines.length}`),
    ])();
  }

  /** What makes a token useless, or leaves nothing to follow. */
  mishap(): void {
    const { habits } = this.#upstream;
    const mishaps: readonly (() => string)[] = [
      () => {
        this.#upstream.restart();
        return 'the server restarts';
      },
      () => {
        this.#upstream.wait(100);
        return 'much time goes by';
      },
      () => {
        this.#upstream.offersEvents = false;
        return 'there are no events for a while';
      },
      () => {
        if (habits.events === 'LOG') this.#upstream.giveAlias();
        return 'somebody gets an alias';
      },
    ];
    this.lines.push(this.#random.pick(mishaps)());
  }

  #comeOrGo(): void {
    const name = this.#userName();
    const user = this.#upstream.user(name);
    if (user) {
      this.#delete(name);
      return;
    }
    this.#create(name);
  }

  #create(name: string): void {
    const key = this.#keys.length > 0 && this.#random.chance(30) ? this.#keys.pop() : null;
    this.lines.push(`create ${name}${key ? ` with the key ${key}` : ''}`);
    this.#upstream.createUser(name, key);
  }

  #delete(name: string): void {
    const user = this.#upstream.user(name);
    if (!user) return;
    this.lines.push(`delete ${user.facts.name}`);
    this.#upstream.deleteUser(user);
    if (user.facts.externalId !== null) this.#keys.push(user.facts.externalId);
  }

  /** Several changes of one name at once. */
  #again(): void {
    const name = this.#userName();
    this.#delete(name);
    this.#create(name);
    if (this.#random.chance(50)) {
      this.#delete(name);
      this.#create(name);
    }
    if (this.#random.chance(70)) this.#joinOrLeave(name, this.#groupName());
  }

  #move(): void {
    const name = this.#random.chance(30) ? this.#random.pick(RESIDENTS) : this.#userName();
    const group = this.#groupName();
    this.#joinOrLeave(name, group);
    if (this.#random.chance(15)) this.#joinOrLeave(name, group);
  }

  #joinOrLeave(name: string, groupName: string): void {
    const user = this.#upstream.user(name);
    const group = this.#upstream.group(groupName);
    if (!user || !group) return;
    const isMember = this.#upstream.isMember(group, user);
    this.lines.push(`${user.facts.name} ${isMember ? 'leaves' : 'joins'} ${group.facts.name}`);
    if (isMember) this.#upstream.leave(group, user);
    else this.#upstream.join(group, user);
  }

  #nest(): void {
    const [above, below] = [this.#groupName(), this.#groupName()];
    const parent = this.#upstream.group(above);
    const child = this.#upstream.group(below);
    if (!parent || !child || parent === child) return;
    const isChild = this.#upstream.isChild(parent, child);
    this.lines.push(`${below} goes ${isChild ? 'out of' : 'into'} ${above}`);
    if (isChild) this.#upstream.unnest(parent, child);
    else this.#upstream.nest(parent, child);
  }

  #changeGroup(): void {
    const name = this.#groupName();
    const group = this.#upstream.group(name);
    if (!group) {
      this.lines.push(`create the group ${name}`);
      this.#upstream.createGroup(name);
    } else if (this.#random.chance(50)) {
      this.lines.push(`delete the group ${name}`);
      this.#upstream.deleteGroup(group);
      if (this.#random.chance(50)) {
        this.lines.push(`create the group ${name}`);
        this.#upstream.createGroup(name);
      }
    } else {
      this.lines.push(`change the group ${name}`);
      const description = this.#random.pick(['one', 'two', 'three']);
      this.#upstream.changeGroup(group, { name: this.#inOtherCase(group.facts.name), description });
    }
  }

  #changeUser(): void {
    const user = this.#upstream.user(this.#userName());
    if (!user) return;
    const email = this.#random.pick(['', 'a@example.org', 'b@example.org']);
    this.lines.push(`change ${user.facts.name}`);
    this.#upstream.changeUser(user, { email, active: this.#random.chance(80) });
  }

  #rename(): void {
    const user = this.#upstream.user(this.#userName());
    if (!user) return;
    const name = this.#random.chance(30)
      ? this.#inOtherCase(user.facts.name)
      : this.#random.pick([...USER_NAMES, BAD_NAME]);
    this.#renameTo(user.facts.name, name);
  }

  #renameTo(from: string, to: string): void {
    const user = this.#upstream.user(from);
    const holder = this.#upstream.user(to);
    if (!user || (holder && holder !== user) || user.facts.name === to) return;
    this.lines.push(`rename ${user.facts.name} to ${to}`);
    this.#upstream.renameUser(user, to);
  }

  #swap(): void {
    const [one, other] = this.#random.shuffled(USER_NAMES);
    if (!this.#upstream.user(one) || !this.#upstream.user(other)) return;
    const between = 'between';
    this.#renameTo(one, between);
    this.#renameTo(other, one);
    this.#renameTo(between, other);
  }

  /** One goes out of a group and away, and another takes the name. */
  #takeOver(): void {
    const [one, other] = this.#random.shuffled(USER_NAMES);
    if (this.#random.chance(50)) this.#joinOrLeave(one, this.#groupName());
    if (this.#random.chance(50)) this.#delete(one);
    else this.#renameTo(one, this.#userName());
    this.#renameTo(other, one);
    if (this.#random.chance(30)) this.#joinOrLeave(one, this.#groupName());
  }

  #tellAll(): void {
    const { habits } = this.#upstream;
    const user = this.#upstream.user(this.#userName());
    const group = this.#upstream.group(this.#groupName());
    if (habits.events !== 'LOG') return;
    if (user) this.#upstream.tellGroupsOf(user);
    if (group) this.#upstream.tellEdgesOf(group);
    this.lines.push(`all of ${user?.facts.name} and ${group?.facts.name} is told`);
  }

  #userName(): string {
    return this.#random.pick([...USER_NAMES, ...USER_NAMES, BAD_NAME]);
  }

  #groupName(): string {
    return this.#random.pick([...GROUP_NAMES, ...GROUP_NAMES, BAD_GROUP]);
  }

  #inOtherCase(name: string): string {
    const upper = name.toUpperCase();
    return name === upper ? nameKey(name) : upper;
  }
}
