import type { Action } from '../support/scenario-answerer.js';
import { removeEverything } from '../support/scenario-store.js';
import { OPERATOR, StoreActor } from '../support/scenario-store-actions.js';
import { reloadOnStore } from '../support/scenario-store-reload.js';
import { JSON_ONLY, type Served } from './served.js';

/**
 * Two directories: `staff` with ann and bob in devs, devs in all, and an empty group qa; `partners`
 * with another ANN, masked, in OPS, with kim, who is in DEVS, and with a group DEVS of its own.
 */
const COMPANY: readonly Action[] = [
  { type: 'addDirectory', directory: 'staff', nestedGroups: true },
  { type: 'addUser', directory: 'staff', user: 'ann', active: true },
  { type: 'addUser', directory: 'staff', user: 'bob', active: true },
  { type: 'addGroup', directory: 'staff', group: 'devs' },
  { type: 'addGroup', directory: 'staff', group: 'all' },
  { type: 'addGroup', directory: 'staff', group: 'qa' },
  { type: 'addMembership', directory: 'staff', group: 'devs', user: 'ann' },
  { type: 'addMembership', directory: 'staff', group: 'devs', user: 'bob' },
  { type: 'addNesting', directory: 'staff', parent: 'all', child: 'devs' },
  { type: 'addDirectory', directory: 'partners', nestedGroups: true },
  { type: 'addUser', directory: 'partners', user: 'ANN', active: true },
  { type: 'addUser', directory: 'partners', user: 'kim', active: true },
  { type: 'addGroup', directory: 'partners', group: 'DEVS' },
  { type: 'addGroup', directory: 'partners', group: 'OPS' },
  { type: 'addMembership', directory: 'partners', group: 'OPS', user: 'ANN' },
  { type: 'addMembership', directory: 'partners', group: 'DEVS', user: 'kim' },
];

/** The company and nothing else. */
export async function settleCompany(served: Served, more: readonly Action[] = []): Promise<void> {
  await served.gateway.store.transact(OPERATOR, removeEverything);
  await perform(served, [...COMPANY, ...more]);
}

/** Does the actions as one change; a reload stands alone. */
export async function perform({ gateway }: Served, actions: readonly Action[]): Promise<void> {
  const [first] = actions;
  if (first?.type === 'reloadDirectory') await reloadOnStore(gateway.store, first);
  else {
    await gateway.store.transact(OPERATOR, (transaction) =>
      new StoreActor(transaction).performAll(actions),
    );
  }
}

export async function tokenOf(served: Served): Promise<string> {
  const { body } = await served.ask('/event', { headers: JSON_ONLY });
  return JSON.parse(body).newEventToken;
}

export interface ToldEvents {
  readonly token: string;
  /** A line for each event: `userMembershipEvent CREATED ann in devs qa`. */
  readonly lines: readonly string[];
}

/** What came after a token, read from the XML. */
export async function eventsSince(served: Served, token: string): Promise<ToldEvents> {
  const { status, body } = await served.ask(`/event/${token}`);
  const [, next, inner] = /<events newEventToken="([^"]*)">(.*)<\/events>$/s.exec(body) ?? [];
  if (status !== 200 || inner === undefined) throw new Error(`status ${status}: ${body}`);
  const event = /<(\w+Event)><operation>([A-Z]+)<\/operation>(.*?)<\/\1>/gs;
  const lines = [...inner.matchAll(event)].map(([, kind, operation, content]) => {
    const [subject, ...groups] = [...content.matchAll(/<\w+ name="([^"]*)"/g)].map(
      ([, name]) => name,
    );
    const parents = content.includes('<parentGroups>') ? ['in', ...groups] : [];
    return [kind, operation, subject, ...parents].join(' ');
  });
  return { token: next, lines };
}
