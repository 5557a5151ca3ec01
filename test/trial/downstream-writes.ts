import { isWritable } from '../../src/domain/index.js';
import type { Random } from '../support/random.js';
import type { RestartingGateway } from '../support/restarting-gateway.js';
import { BASE, loginHeader } from '../userserver/served.js';
import {
  type Change,
  type HeldDirectory,
  randomGroupName,
  randomUserName,
} from './downstream-change.js';

interface Write {
  readonly kind: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

export interface Login {
  readonly name: string;
  readonly password: string;
}

/** What another application writes over the user server, in JSON. */
export class WriteChanges {
  readonly #gateway: RestartingGateway;
  readonly #random: Random;
  readonly #login: Login;

  constructor(gateway: RestartingGateway, random: Random, login: Login) {
    this.#gateway = gateway;
    this.#random = random;
    this.#login = login;
  }

  next(held: readonly HeldDirectory[]): Change {
    const write = this.#choose(held);
    const { kind, method, path, body } = write;
    return {
      kind: `application: ${kind}`,
      line: `application: ${method} ${path} ${JSON.stringify(body) ?? ''}`,
      movesView: false,
      make: () => this.#send(write),
    };
  }

  #choose(held: readonly HeldDirectory[]): Write {
    const random = this.#random;
    const writes: readonly (() => Write)[] = [
      ...Array.from({ length: 3 }, () => () => this.#user(held)),
      () => this.#group(held),
      ...Array.from({ length: 4 }, () => () => this.#membership(held)),
      () => this.#nesting(held),
      () => this.#attribute(held),
    ];
    return random.pick(writes)();
  }

  #user(held: readonly HeldDirectory[]): Write {
    const random = this.#random;
    const user = this.#userName(held);
    const name = randomUserName(random);
    const at = `/user?username=${encodeURIComponent(user)}`;
    const details = {
      'first-name': random.pick(['', 'Ann', 'Zoë']),
      'last-name': random.pick(['', 'Lee', 'Müller & Søn']),
      email: random.pick(['', 'a@example.org']),
      active: random.chance(80),
    };
    const password = { value: 'a-password-of-a-user' };
    return random.pick<Write>([
      { kind: 'POST user', method: 'POST', path: '/user', body: { ...details, name, password } },
      { kind: 'POST user', method: 'POST', path: '/user', body: { ...details, name, password } },
      { kind: 'PUT user', method: 'PUT', path: at, body: { ...details, name: user } },
      { kind: 'DELETE user', method: 'DELETE', path: at },
      {
        kind: 'POST new name',
        method: 'POST',
        path: at.replace('/user?', '/user/rename?'),
        body: { 'new-name': name },
      },
      {
        kind: 'PUT password',
        method: 'PUT',
        path: at.replace('/user?', '/user/password?'),
        body: password,
      },
    ]);
  }

  #group(held: readonly HeldDirectory[]): Write {
    const random = this.#random;
    const group = this.#groupName(held);
    const at = `/group?groupname=${encodeURIComponent(group)}`;
    const details = {
      type: 'GROUP',
      description: random.pick(['', 'by an application', 'Öl & <Gas>']),
      active: random.chance(75),
    };
    const name = randomGroupName(random);
    return random.pick<Write>([
      { kind: 'POST group', method: 'POST', path: '/group', body: { ...details, name } },
      { kind: 'PUT group', method: 'PUT', path: at, body: { ...details, name: group } },
      { kind: 'PUT group', method: 'PUT', path: at, body: { ...details, name: group } },
      { kind: 'DELETE group', method: 'DELETE', path: at },
    ]);
  }

  #membership(held: readonly HeldDirectory[]): Write {
    const random = this.#random;
    const edges = this.#place(held).flatMap(({ memberships }) => memberships);
    if (edges.length > 0 && random.chance(45)) {
      const { group, user } = random.pick(edges);
      const path = random.pick(['/user/group/direct', '/group/user/direct']);
      const query = `?username=${encodeURIComponent(user.name)}&groupname=${encodeURIComponent(group.name)}`;
      return { kind: 'DELETE membership', method: 'DELETE', path: path + query };
    }
    const place = this.#place(held);
    const [user, group] = [this.#userName(place), this.#groupName(place)];
    const kind = 'POST membership';
    return random.chance(50)
      ? {
          kind,
          method: 'POST',
          path: `/user/group/direct?username=${encodeURIComponent(user)}`,
          body: { name: group },
        }
      : {
          kind,
          method: 'POST',
          path: `/group/user/direct?groupname=${encodeURIComponent(group)}`,
          body: { name: user },
        };
  }

  #nesting(held: readonly HeldDirectory[]): Write {
    const random = this.#random;
    const edges = this.#place(held).flatMap(({ nestings }) => nestings);
    if (edges.length > 0 && random.chance(50)) {
      const { parent, child } = random.pick(edges);
      const query = `?groupname=${encodeURIComponent(parent.name)}&child-groupname=${encodeURIComponent(child.name)}`;
      const path = `/group/child-group/direct${query}`;
      return { kind: 'DELETE nesting', method: 'DELETE', path };
    }
    const place = this.#place(held);
    const at = `/direct?groupname=${encodeURIComponent(this.#groupName(place))}`;
    const body = { name: this.#groupName(place) };
    const path = random.pick(['/group/child-group', '/group/parent-group']) + at;
    return { kind: 'POST nesting', method: 'POST', path, body };
  }

  #attribute(held: readonly HeldDirectory[]): Write {
    const random = this.#random;
    const at = random.chance(60)
      ? `/user/attribute?username=${encodeURIComponent(this.#userName(held))}`
      : `/group/attribute?groupname=${encodeURIComponent(this.#groupName(held))}`;
    if (random.chance(30)) {
      return { kind: 'DELETE attribute', method: 'DELETE', path: `${at}&attributename=phone` };
    }
    const attributes = [{ name: 'phone', values: [String(random.below(1_000))] }];
    return { kind: 'POST attribute', method: 'POST', path: at, body: { attributes } };
  }

  /** Mostly where names mean those who are in it. */
  #place(held: readonly HeldDirectory[]): readonly HeldDirectory[] {
    const first = held.find(({ directory }) => directory.active && isWritable(directory));
    return [first && this.#random.chance(75) ? first : this.#random.pick(held)];
  }

  /** Mostly of somebody who is there. */
  #userName(held: readonly HeldDirectory[]): string {
    const users = held.flatMap((place) => place.users);
    if (users.length === 0 || this.#random.chance(5)) return randomUserName(this.#random);
    return this.#random.pick(users).name;
  }

  #groupName(held: readonly HeldDirectory[]): string {
    const groups = held.flatMap((place) => place.groups);
    if (groups.length === 0 || this.#random.chance(5)) return randomGroupName(this.#random);
    return this.#random.pick(groups).name;
  }

  /** @throws Error for a failure that is the gateway's own, and for credentials that it does not know. */
  async #send({ method, path, body }: Write): Promise<boolean> {
    const { status, text } = await this.#ask(method, path, body);
    if (status < 300) return true;
    // 401 would mean that the application is not who it says, 403 with no document that it is kept out.
    if (status === 401 || status >= 500 || !text.includes('"reason"')) {
      throw new Error(`${method} ${path} was answered ${status}: ${text}`);
    }
    return false;
  }

  async #ask(method: string, path: string, body: object | undefined) {
    const response = await fetch(this.#gateway.url + BASE + path, {
      method,
      headers: {
        ...loginHeader(this.#login),
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body ? JSON.stringify(body) : null,
    });
    return { status: response.status, text: await response.text() };
  }
}
