import { datedEvents, type EventsBetween, eventServer, type Stage } from './event-server.js';
import { type LocalServer, startServer } from './misbehaving-server.js';
import type { ServerState } from './returning-format.js';
import { type RemoteDocument, remoteGroup, remoteMembers, remoteUser } from './scripted-remote.js';

/** More rows that differ than one transaction takes, and most of the directory. */
const CROWD = 1_100;
const CROWD_NAME = /^crowd-\d+$/;

/** A user server over HTTP whose people are renamed, leave and return, and which tells of it in events. */
export class ReturningServer {
  readonly #server: LocalServer;
  #stages: Stage[] = [];
  #between: EventsBetween = datedEvents;

  private constructor(server: LocalServer) {
    this.#server = server;
  }

  static async start(): Promise<ReturningServer> {
    return new ReturningServer(await startServer(() => undefined));
  }

  get url(): string {
    return this.#server.url;
  }

  /** Nothing has happened yet. @param between how it tells what will. */
  begin(between: EventsBetween): void {
    this.#stages = [];
    this.#between = between;
  }

  /** @param withCrowd everybody of a crowd differs from the state before. */
  become(state: ServerState, withCrowd: boolean): void {
    const round = this.#stages.length;
    const document = documentOf(state, withCrowd ? crowdOf(round) : []);
    this.#stages.push({ token: `place ${round}`, document });
    this.#server.behave(eventServer(this.#stages, this.#between));
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

export function isOfCrowd(name: string): boolean {
  return CROWD_NAME.test(name);
}

function crowdOf(round: number): RemoteDocument['users'] {
  return Array.from({ length: CROWD }, (_, i) =>
    remoteUser(`crowd-${i}`, { email: `of round ${round}` }),
  );
}

function documentOf(
  { users, groups = {} }: ServerState,
  crowd: RemoteDocument['users'],
): RemoteDocument {
  const people = Object.entries(users).map(([name, told]) => {
    const { id, active } = typeof told === 'object' && told ? told : { id: told, active: true };
    return remoteUser(name, { externalId: id === null ? null : String(id), active });
  });
  return {
    users: [...people, ...crowd],
    groups: Object.keys(groups).map((group) => remoteGroup(group)),
    memberships: Object.entries(groups).map(([group, members]) => remoteMembers(group, members)),
  };
}
