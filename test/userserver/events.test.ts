import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsAfter, MOST_TOLD } from '../../src/usecase/index.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { FollowingClient } from '../support/following-client.js';
import { UsersByKey } from '../support/held-users.js';
import type { Action } from '../support/scenario-answerer.js';
import { OPERATOR } from '../support/scenario-store-actions.js';
import { addApplication, addCrowdedGroup, buildCompany } from './company.js';
import { eventsSince, perform, settleCompany, tokenOf } from './events.js';
import { Follower } from './follower.js';
import { BASE, JSON_ONLY, namesIn, type Served, serve } from './served.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

interface Case {
  readonly title: string;
  /** Section of the protocol's sheet that the answer follows. */
  readonly section: string;
  /** What the company has besides. */
  readonly more?: readonly Action[];
  /** One change each. */
  readonly steps: readonly (readonly Action[])[];
  readonly events: readonly string[];
}

const staff = 'staff';
const partners = 'partners';
const joined: Action = { type: 'setMembershipMode', mode: 'ALL_DIRECTORIES' };
const rename = (type: 'renameUsers' | 'renameGroups', ...names: [string, string][]): Action => {
  return { type, directory: staff, renames: names.map(([from, to]) => ({ from, to })) };
};

const CASES: readonly Case[] = [
  {
    title: 'a user, a group and a membership: the membership after both',
    section: '9, order',
    steps: [
      [
        { type: 'addUser', directory: staff, user: 'eva', active: true },
        { type: 'addGroup', directory: staff, group: 'ops2' },
        { type: 'addMembership', directory: staff, group: 'ops2', user: 'eva' },
      ],
    ],
    events: [
      'groupEvent CREATED ops2',
      'userEvent CREATED eva',
      'userMembershipEvent UPDATED eva in ops2',
    ],
  },
  {
    title: 'a group that two directories got',
    section: '9, events are idempotent',
    steps: [
      [{ type: 'addGroup', directory: staff, group: 'web' }],
      [
        { type: 'addGroup', directory: partners, group: 'WEB' },
        { type: 'addMembership', directory: partners, group: 'WEB', user: 'kim' },
      ],
    ],
    events: ['groupEvent CREATED web', 'userMembershipEvent CREATED kim in web'],
  },
  {
    title: 'a group that came and went in one directory and came in another',
    section: '9, deleted and created again',
    steps: [
      [
        { type: 'addGroup', directory: partners, group: 'web' },
        { type: 'addMembership', directory: partners, group: 'web', user: 'kim' },
      ],
      [{ type: 'removeGroup', directory: partners, group: 'web' }],
      [{ type: 'addGroup', directory: staff, group: 'web' }],
    ],
    events: ['userMembershipEvent DELETED kim in web', 'groupEvent CREATED web'],
  },
  {
    title: 'a group that is masked from now on',
    section: '9, events are idempotent',
    steps: [[{ type: 'addGroup', directory: staff, group: 'ops' }]],
    events: ['groupEvent UPDATED ops'],
  },
  {
    title: 'a user whose facts changed, and no memberships',
    section: '10.2',
    steps: [[{ type: 'setUserActive', directory: staff, user: 'bob', active: false }]],
    events: ['userEvent UPDATED bob'],
  },
  {
    title: 'a user who is gone, with memberships',
    section: '10.2',
    steps: [[{ type: 'removeUser', directory: staff, user: 'bob' }]],
    events: ['userEvent DELETED bob'],
  },
  {
    title: 'memberships that came and went, in one event for each user',
    section: '9, order',
    steps: [
      [
        { type: 'addMembership', directory: staff, group: 'qa', user: 'bob' },
        { type: 'addMembership', directory: staff, group: 'all', user: 'bob' },
      ],
      [{ type: 'removeMembership', directory: staff, group: 'devs', user: 'bob' }],
    ],
    events: [
      'userMembershipEvent DELETED bob in devs',
      'userMembershipEvent CREATED bob in qa all',
    ],
  },
  {
    title: 'a membership that came and went again: a reader may have seen it meanwhile',
    section: '9, events are idempotent',
    steps: [
      [{ type: 'addMembership', directory: staff, group: 'qa', user: 'bob' }],
      [{ type: 'removeMembership', directory: staff, group: 'qa', user: 'bob' }],
    ],
    events: ['userMembershipEvent DELETED bob in qa'],
  },
  {
    title: 'a user who came and went again',
    section: '9, events are idempotent',
    steps: [
      [{ type: 'addUser', directory: staff, user: 'eva', active: true }],
      [{ type: 'removeUser', directory: staff, user: 'eva' }],
    ],
    events: ['userEvent DELETED eva'],
  },
  {
    title: 'a rename: the old name gone, the same user under the new one, with all memberships',
    section: '9, a rename shows as UPDATED and a tombstone',
    steps: [[rename('renameUsers', ['bob', 'Rob'])]],
    events: [
      'userEvent DELETED bob',
      'userEvent UPDATED Rob',
      'userMembershipEvent UPDATED Rob in devs',
    ],
  },
  {
    title: 'a new spelling of a name: nobody is gone',
    section: '10.3',
    steps: [[rename('renameUsers', ['bob', 'BOB'])]],
    events: ['userEvent UPDATED BOB'],
  },
  {
    title: 'names that changed hands: nobody is gone',
    section: '10.3',
    steps: [[rename('renameUsers', ['ann', 'bob'], ['bob', 'ann'])]],
    events: [
      'userEvent UPDATED ann',
      'userEvent UPDATED bob',
      'userMembershipEvent UPDATED ann in devs',
      'userMembershipEvent UPDATED bob in devs',
    ],
  },
  {
    title: 'a name of somebody who is gone, taken up by a rename',
    section: '9, 10.3',
    steps: [
      [{ type: 'removeUser', directory: staff, user: 'bob' }],
      [rename('renameUsers', ['ann', 'bob'])],
    ],
    events: [
      'userEvent DELETED bob',
      'userEvent UPDATED bob',
      'userEvent UPDATED ANN',
      'userMembershipEvent UPDATED bob in devs',
      'userMembershipEvent UPDATED ANN in OPS',
    ],
  },
  {
    title: 'somebody else of the same name',
    section: '9, deleted and created again',
    steps: [
      [{ type: 'removeUser', directory: staff, user: 'bob' }],
      [
        { type: 'addUser', directory: staff, user: 'bob', active: true },
        { type: 'addMembership', directory: staff, group: 'qa', user: 'bob' },
      ],
    ],
    events: [
      'userEvent DELETED bob',
      'userEvent CREATED bob',
      'userMembershipEvent UPDATED bob in qa',
    ],
  },
  {
    title: 'a renamed group: a removal and an addition with everything in it and above it',
    section: '4.2, groups have no key',
    steps: [[rename('renameGroups', ['qa', 'quality'], ['all', 'everybody'])]],
    events: [
      'groupEvent DELETED qa',
      'groupEvent DELETED all',
      'groupEvent CREATED quality',
      'groupEvent CREATED everybody',
      'groupMembershipEvent CREATED devs in everybody',
    ],
  },
  {
    title: 'a renamed group that a later directory holds, too',
    section: '4.2, 9',
    steps: [[rename('renameGroups', ['devs', 'makers'])]],
    events: [
      'groupEvent DELETED devs',
      'groupEvent CREATED DEVS',
      'groupEvent CREATED makers',
      'groupMembershipEvent CREATED makers in all',
      'userMembershipEvent CREATED kim in DEVS',
      'userMembershipEvent CREATED ann in makers',
      'userMembershipEvent CREATED bob in makers',
    ],
  },
  {
    title: 'a group that was removed and made again',
    section: '9, deleted and created again',
    steps: [
      [{ type: 'removeGroup', directory: staff, group: 'qa' }],
      [
        { type: 'addGroup', directory: staff, group: 'qa' },
        { type: 'addMembership', directory: staff, group: 'qa', user: 'ann' },
        { type: 'addNesting', directory: staff, parent: 'qa', child: 'all' },
      ],
    ],
    events: [
      'groupEvent DELETED qa',
      'groupEvent CREATED qa',
      'groupMembershipEvent CREATED all in qa',
      'userMembershipEvent CREATED ann in qa',
    ],
  },
  {
    title: 'nestings',
    section: '9, order',
    steps: [
      [{ type: 'addNesting', directory: staff, parent: 'qa', child: 'devs' }],
      [{ type: 'removeNesting', directory: staff, parent: 'all', child: 'devs' }],
    ],
    events: ['groupMembershipEvent DELETED devs in all', 'groupMembershipEvent CREATED devs in qa'],
  },
  {
    title: 'no nestings where they do not count',
    section: '10.1',
    more: [{ type: 'setNestedGroups', directory: staff, nestedGroups: false }],
    steps: [[{ type: 'addNesting', directory: staff, parent: 'qa', child: 'devs' }]],
    events: [],
  },
  {
    title: 'nothing of a masked user',
    section: '9, several directories',
    steps: [
      [{ type: 'setUserActive', directory: partners, user: 'ANN', active: false }],
      [{ type: 'removeMembership', directory: partners, group: 'OPS', user: 'ANN' }],
      [{ type: 'removeUser', directory: partners, user: 'ANN' }],
      [{ type: 'addUser', directory: partners, user: 'bob', active: true }],
    ],
    events: [],
  },
  {
    title: 'a user who comes to mask another one, as a change',
    section: '9, several directories',
    steps: [[{ type: 'addUser', directory: staff, user: 'Kim', active: true }]],
    events: ['userEvent UPDATED Kim', 'userMembershipEvent UPDATED Kim in'],
  },
  {
    title: 'a user who comes to be seen, as a change, with all memberships',
    section: '9, several directories',
    steps: [[{ type: 'removeUser', directory: staff, user: 'ann' }]],
    events: ['userEvent UPDATED ANN', 'userMembershipEvent UPDATED ANN in OPS'],
  },
  {
    title: 'a group that comes to be seen, as a change',
    section: '9, several directories',
    steps: [[{ type: 'removeGroup', directory: staff, group: 'devs' }]],
    events: [
      'userMembershipEvent DELETED ann in DEVS',
      'userMembershipEvent DELETED bob in DEVS',
      'groupMembershipEvent DELETED DEVS in all',
      'groupEvent UPDATED DEVS',
    ],
  },
  {
    title: 'nothing of a masked group but its members',
    section: '9, several directories',
    steps: [[{ type: 'removeGroup', directory: partners, group: 'DEVS' }]],
    events: ['userMembershipEvent DELETED kim in devs'],
  },
  {
    title: 'no membership that went in one directory and is there in another one',
    section: '9, several directories',
    more: [joined, { type: 'addMembership', directory: partners, group: 'DEVS', user: 'ANN' }],
    steps: [
      [{ type: 'removeMembership', directory: partners, group: 'DEVS', user: 'ANN' }],
      [{ type: 'removeMembership', directory: partners, group: 'OPS', user: 'ANN' }],
    ],
    events: ['userMembershipEvent DELETED ann in OPS'],
  },
  {
    title: 'all memberships where a rename in a later directory moved them',
    section: '9, several directories',
    more: [joined],
    steps: [
      [
        {
          type: 'renameUsers',
          directory: partners,
          renames: [{ from: 'ANN', to: 'bob' }],
        },
      ],
    ],
    events: [
      'userMembershipEvent UPDATED ann in devs',
      'userMembershipEvent UPDATED bob in devs OPS',
    ],
  },
  {
    title: 'nothing of a directory that is switched off',
    section: '9, several directories',
    more: [{ type: 'deactivateDirectory', directory: partners }],
    steps: [
      [
        { type: 'addUser', directory: partners, user: 'eva', active: true },
        { type: 'addMembership', directory: partners, group: 'OPS', user: 'eva' },
        { type: 'removeUser', directory: partners, user: 'kim' },
      ],
    ],
    events: [],
  },
  {
    title: 'nothing of permissions and the licence',
    section: '4.8',
    steps: [
      [{ type: 'grant', permission: 'ADMIN', subjectType: 'GROUP', subject: 'devs' }],
      [{ type: 'setLicenceLimit', limit: 1 }],
    ],
    events: [],
  },
];

/** What is told in no events, with what makes it possible. */
const NOT_TOLD: readonly { readonly more?: readonly Action[]; readonly step: Action }[] = [
  { step: { type: 'addDirectory', directory: 'guests', nestedGroups: true } },
  { step: { type: 'removeDirectory', directory: partners } },
  { step: { type: 'deactivateDirectory', directory: partners } },
  {
    more: [{ type: 'deactivateDirectory', directory: partners }],
    step: { type: 'activateDirectory', directory: partners },
  },
  { step: { type: 'orderDirectories', order: [partners, staff] } },
  { step: joined },
  { step: { type: 'setNestedGroups', directory: partners, nestedGroups: false } },
  {
    step: {
      type: 'reloadDirectory',
      directory: staff,
      contents: { users: [], groups: [], memberships: [], nestings: [] },
    },
  },
];

describeEachDatabase('events', (database) => {
  let url: string;
  let served: Served;
  const others: Served[] = [];

  beforeAll(async () => {
    url = await database.create();
    served = await serve({ url });
    await addApplication(served.gateway);
  });
  beforeEach(() => settleCompany(served));
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
  });
  afterAll(() => served.close());

  /** Another process, or with a database of its own another gateway; closed after the test. */
  const serveAnother = async (at: string): Promise<Served> => {
    const other = await serve({ url: at });
    others.push(other);
    return other;
  };

  const expectExpired = async (token: string, from: Served = served) => {
    const answer = await from.ask(`/event/${token}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([410, 'application/xml']);
    // Without a message: clients log an error when there is one (section 9).
    expect(answer.body).toBe(`${DECLARATION}<error><reason>EVENT_TOKEN_EXPIRED</reason></error>`);
    const json = await from.ask(`/event/${token}`, { headers: JSON_ONLY });
    expect(JSON.parse(json.body)).toEqual({ reason: 'EVENT_TOKEN_EXPIRED' });
  };
  const expired = () =>
    served.logged.flatMap(({ level, fields }) => (level === 'info' ? [fields.because] : []));

  it.each(CASES)('tell $title (section $section)', async ({ more = [], steps, events }) => {
    await settleCompany(served, more);
    const token = await tokenOf(served);
    for (const step of steps) await perform(served, step);
    const told = await eventsSince(served, token);
    expect(told.lines).toEqual(events);
    expect(told.token).toBe(await tokenOf(served));
    expect(await eventsSince(served, told.token)).toEqual({ token: told.token, lines: [] });
  });

  it.each(NOT_TOLD)('do not tell $step.type', async ({ more = [], step }) => {
    await settleCompany(served, more);
    const token = await tokenOf(served);
    await perform(served, [step]);
    await expectExpired(token);
    expect(expired().at(-1)).toBe('OTHER_VIEW');
    expect((await eventsSince(served, await tokenOf(served))).lines).toEqual([]);
  });

  it('go on when only settings of a directory were changed', async () => {
    const token = await tokenOf(served);
    const [{ id }] = await served.gateway.store.reader.directories();
    await served.gateway.store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(id, { name: 'people' }),
    );
    expect((await eventsSince(served, token)).lines).toEqual([]);
  });

  it('do not follow a token that is none', async () => {
    const token = await tokenOf(served);
    const [revision, footing] = token.split('-');
    const unknown = [
      'abc:1',
      '-1',
      '%00',
      revision,
      `${revision}-empty`,
      `${revision}-${'0'.repeat(32)}`,
      `${Number(revision) + 1}-${footing}`,
      `${Number(revision) - 1}-${footing}`,
      `${token}0`,
      `0${token}`,
      `${token}%2F`,
      '9'.repeat(5_000),
    ];
    for (const each of unknown) {
      await expectExpired(each);
      expect([each, expired().at(-1)]).toEqual([each, 'UNKNOWN_TOKEN']);
    }
    expect((await served.ask(`/event/${token}`)).status).toBe(200);
    expect((await served.ask(`/event/${token}/x`)).status).toBe(404);
  });

  it("do not follow another gateway's token", async () => {
    const other = await serveAnother(await database.create());
    await addApplication(other.gateway);
    await settleCompany(other);
    // So that both have revisions of that number.
    await perform(other, [{ type: 'setLicenceLimit', limit: 5 }]);
    const token = await tokenOf(other);
    await expectExpired(token);
  });

  it('do not follow a token from before the log was cut off', async () => {
    const tokens = [];
    for (const limit of [5, 6, 7]) {
      tokens.push(await tokenOf(served));
      await perform(served, [{ type: 'setLicenceLimit', limit }]);
    }
    const { revision } = served.gateway.live.index;
    await rawRows(url, `DELETE FROM change_log WHERE revision < ${revision - 1}`);
    await expectExpired(tokens[0]);
    expect((await eventsSince(served, tokens[2])).lines).toEqual([]);
    await rawRows(url, `DELETE FROM change_log WHERE revision = ${revision}`);
    await expectExpired(tokens[2]);
    expect(expired().at(-1)).toBe('LOG_CUT_OFF');
  });

  it('are as many as may be told, and no more', async () => {
    const token = await tokenOf(served);
    const eve = (count: number): Action[] =>
      Array.from({ length: count }, (_, i) => ({
        type: 'addUser',
        directory: staff,
        user: `eve${i}`,
        active: true,
      }));
    await perform(served, eve(MOST_TOLD));
    expect((await eventsSince(served, token)).lines).toHaveLength(2 * MOST_TOLD);
    await perform(served, [{ type: 'removeUser', directory: staff, user: 'eve7' }]);
    await expectExpired(token);
    expect(expired().at(-1)).toBe('TOO_MANY_CHANGES');
  });

  it('are not told of a renamed group with too many members', async () => {
    await addCrowdedGroup(served.gateway, 'crowd', MOST_TOLD);
    const token = await tokenOf(served);
    const renames = [{ from: 'crowd', to: 'people' }];
    await perform(served, [{ type: 'renameGroups', directory: 'directory of crowd', renames }]);
    await expectExpired(token);
    expect(expired().at(-1)).toBe('TOO_MANY_CHANGES');
  });

  it('leave out who is gone when their facts are read, with memberships', async () => {
    const token = await tokenOf(served);
    await perform(served, [
      { type: 'addUser', directory: staff, user: 'eva', active: true },
      { type: 'addMembership', directory: staff, group: 'qa', user: 'eva' },
      { type: 'addUser', directory: staff, user: 'max', active: true },
      { type: 'addMembership', directory: staff, group: 'qa', user: 'max' },
    ]);
    const { gateway } = served;
    const { reader } = gateway.store;
    const overtaken = {
      ...gateway,
      store: {
        ...gateway.store,
        reader: {
          ...reader,
          usersByIds: async (ids: Parameters<typeof reader.usersByIds>[0]) => {
            await perform(served, [
              { type: 'removeUser', directory: staff, user: 'eva' },
              rename('renameUsers', ['max', 'Maximilian']),
            ]);
            return reader.usersByIds(ids);
          },
        },
      },
    };
    const [application] = await reader.applications();
    const caller = { application, address: '127.0.0.1' } as Parameters<typeof eventsAfter>[1];
    const found = await eventsAfter(overtaken, caller, token);
    if (found.outcome !== 'TOLD') throw new Error(found.because);
    const told = [];
    for await (const event of found.events) {
      if (event.kind === 'user') told.push(['user', event.user.name]);
      else if (event.kind === 'user-membership') told.push([event.member, ...event.groups]);
    }
    expect(told).toEqual([
      ['user', 'max'],
      ['max', 'qa'],
    ]);
    expect((await eventsSince(served, found.token)).lines).toEqual([
      'userEvent DELETED eva',
      'userEvent DELETED max',
      'userEvent UPDATED Maximilian',
      'userMembershipEvent UPDATED Maximilian in qa',
    ]);
  });

  it('lead to the present while it changes', async () => {
    const client = new FollowingClient(new UsersByKey());
    const follower = new Follower('by key', served, client, { told: 0 });
    await follower.follow(async () => undefined);
    const changing = (async () => {
      for (let i = 0; i < 30; i++) {
        const [from, to] = i % 2 === 0 ? ['bob', 'rob'] : ['rob', 'bob'];
        await perform(served, [
          rename('renameUsers', [from, to]),
          { type: 'addUser', directory: staff, user: `eve${i}`, active: true },
          { type: 'addMembership', directory: staff, group: 'qa', user: `eve${i}` },
        ]);
        if (i > 2) {
          await perform(served, [{ type: 'removeUser', directory: staff, user: `eve${i - 3}` }]);
        }
      }
    })();
    let changed = false;
    changing.finally(() => {
      changed = true;
    });
    while (!changed) await follower.ask([]);
    await changing;
    expect(await follower.follow(async () => undefined)).toEqual([]);
  });

  it('are told by another process than the one that gave the token', async () => {
    const other = await serveAnother(url);
    await perform(served, [
      { type: 'setUserActive', directory: staff, user: 'bob', active: false },
    ]);
    // The other process has not heard of this revision yet.
    const token = await tokenOf(served);
    expect((await eventsSince(other, token)).lines).toEqual([]);
    const later = await tokenOf(other);
    await perform(served, [{ type: 'removeUser', directory: staff, user: 'bob' }]);
    expect((await eventsSince(served, later)).lines).toEqual(['userEvent DELETED bob']);
  });

  it('begin no later than what another process then tells in full (section 13, first trap)', async () => {
    const other = await serveAnother(url);
    await perform(served, [
      { type: 'addUser', directory: staff, user: 'eva', active: true },
      { type: 'addGroup', directory: staff, group: 'new' },
    ]);
    const token = await tokenOf(served);
    expect(namesIn(await other.ask('/search?entity-type=user'))).toContain('eva');
    await perform(served, [{ type: 'addGroup', directory: staff, group: 'newer' }]);
    expect((await other.ask('/group/membership')).body).toContain('group="newer"');
    expect((await eventsSince(other, token)).lines).toEqual(['groupEvent CREATED newer']);
  });

  it.each([
    { path: '/search?entity-type=group', told: 'name="new"' },
    { path: '/group/membership', told: 'group="qa"><users><user name="bob"/></users>' },
  ])('begin no later than what a process tells that has to begin anew: $path', async (asked) => {
    const other = await serveAnother(url);
    const heard: string[] = [];
    other.gateway.live.listen((_changes, all) => heard.push(all));
    await perform(served, [
      { type: 'addGroup', directory: staff, group: 'new' },
      { type: 'addMembership', directory: staff, group: 'qa', user: 'bob' },
    ]);
    await perform(served, [{ type: 'addGroup', directory: staff, group: 'newer' }]);
    await served.gateway.store.upkeep.cutLog(new Date(Date.now() + 60_000));
    const { body } = await other.ask(asked.path);
    expect(heard).toEqual(['NOT_ALL']);
    expect(body).toContain(asked.told);
  });
});

describe('documents of events', () => {
  let served: Served;
  let base: string;

  beforeAll(async () => {
    served = await serve();
    await addApplication(served.gateway);
    base = served.origin + BASE;
  });
  afterAll(() => served.close());

  const link = (path: string) => `<link href="${base}${path}" rel="self"/>`;

  it('are the token alone, in both formats', async () => {
    const token = await tokenOf(served);
    // Nothing in it must be encoded in a path or in an attribute (section 1).
    expect(encodeURIComponent(token)).toBe(token);
    expect(await tokenOf(served)).toBe(token);
    const { body, headers } = await served.ask('/event');
    expect([headers['content-type'], headers['x-embedded-crowd-version']]).toEqual([
      'application/xml',
      'Gatehouse/1.2.3',
    ]);
    expect(body).toBe(
      `${DECLARATION}<events newEventToken="${token}" incrementalSynchronisationAvailable="true"/>`,
    );
    const json = await served.ask('/event', { headers: JSON_ONLY });
    expect(JSON.parse(json.body)).toEqual({
      newEventToken: token,
      incrementalSynchronisationAvailable: true,
      events: [],
    });
    expect((await served.ask(`/event/${token}`)).body).toBe(
      `${DECLARATION}<events newEventToken="${token}"></events>`,
    );
  });

  it('need the same login as everything', async () => {
    const token = await tokenOf(served);
    for (const path of ['/event', `/event/${token}`, '/event/abc']) {
      expect((await served.ask(path, { login: null })).status).toBe(401);
      expect((await served.ask(path, { method: 'POST' })).status).toBe(405);
      const head = await served.ask(path, { method: 'HEAD' });
      expect([head.status, head.body]).toEqual([path === '/event/abc' ? 410 : 200, '']);
    }
  });

  it('hold whole users and groups, and the names of others (sections 4.1, 4.2, 4.8)', async () => {
    await buildCompany(served.gateway);
    const token = await tokenOf(served);
    const { store, live } = served.gateway;
    const [{ id }] = live.index.directories();
    const idsOf = (...names: string[]) => names.map((name) => live.index.group(name)?.id as never);
    await store.transact(OPERATOR, async (transaction) => {
      const [devs, juniors, odd] = idsOf('devs', 'juniors', 'Empty & <odd>');
      const ann = live.index.user('ann')?.id as never;
      const [group] = await transaction.addGroups(id, [
        { name: 'R&D', description: 'a "new" group', active: true },
      ]);
      await transaction.removeNestings(id, [{ parentId: devs, childId: juniors }]);
      await transaction.addNestings(id, [{ parentId: group.id, childId: juniors }]);
      await transaction.addMemberships(id, [{ groupId: group.id, userId: ann }]);
      await transaction.removeGroups([odd]);
      const [before] = await store.reader.usersByIds([ann]);
      await transaction.changeUsers([{ id: ann, facts: { ...before, email: '' } }]);
    });
    const [user, group] = await Promise.all([
      served.ask('/user?username=ann'),
      served.ask('/group?groupname=R%26D'),
    ]);
    const { body } = await served.ask(`/event/${token}`);
    const rAndD = `<group name="R&amp;D">${link('/group?groupname=R%26D')}</group>`;
    const juniors = `<group name="juniors">${link('/group?groupname=juniors')}</group>`;
    expect(body).toBe(
      [
        DECLARATION,
        `<events newEventToken="${await tokenOf(served)}">`,
        `<groupMembershipEvent><operation>DELETED</operation>${juniors}`,
        `<parentGroups><group name="devs">${link('/group?groupname=devs')}</group></parentGroups>`,
        '<childGroups></childGroups></groupMembershipEvent>',
        '<groupEvent><operation>DELETED</operation>',
        '<group name="Empty &amp; &lt;odd&gt;">',
        link('/group?groupname=Empty%20%26%20%3Codd%3E'),
        '</group></groupEvent>',
        '<groupEvent><operation>CREATED</operation>',
        `${group.body.slice(DECLARATION.length)}</groupEvent>`,
        '<userEvent><operation>UPDATED</operation>',
        `${user.body.slice(DECLARATION.length)}</userEvent>`,
        `<groupMembershipEvent><operation>CREATED</operation>${juniors}`,
        `<parentGroups>${rAndD}</parentGroups><childGroups></childGroups></groupMembershipEvent>`,
        '<userMembershipEvent><operation>CREATED</operation>',
        `<childUser name="ann">${link('/user?username=ann')}</childUser>`,
        `<parentGroups>${rAndD}</parentGroups></userMembershipEvent>`,
        '</events>',
      ].join(''),
    );
    const json = JSON.parse((await served.ask(`/event/${token}`, { headers: JSON_ONLY })).body);
    const minimal = (path: string, name: string) => ({
      link: { href: base + path, rel: 'self' },
      name,
    });
    const asJson = async (path: string) =>
      JSON.parse((await served.ask(path, { headers: JSON_ONLY })).body);
    const devsJson = minimal('/group?groupname=devs', 'devs');
    const juniorsJson = minimal('/group?groupname=juniors', 'juniors');
    const rAndDJson = minimal('/group?groupname=R%26D', 'R&D');
    expect(json).toEqual({
      newEventToken: await tokenOf(served),
      events: [
        {
          groupMembershipEvent: {
            operation: 'DELETED',
            group: juniorsJson,
            parentGroups: { groups: [devsJson] },
            childGroups: { groups: [] },
          },
        },
        {
          groupEvent: {
            operation: 'DELETED',
            group: minimal('/group?groupname=Empty%20%26%20%3Codd%3E', 'Empty & <odd>'),
          },
        },
        { groupEvent: { operation: 'CREATED', group: await asJson('/group?groupname=R%26D') } },
        { userEvent: { operation: 'UPDATED', user: await asJson('/user?username=ann') } },
        {
          groupMembershipEvent: {
            operation: 'CREATED',
            group: juniorsJson,
            parentGroups: { groups: [rAndDJson] },
            childGroups: { groups: [] },
          },
        },
        {
          userMembershipEvent: {
            operation: 'CREATED',
            childUser: minimal('/user?username=ann', 'ann'),
            parentGroups: { groups: [rAndDJson] },
          },
        },
      ],
    });
  });
});
