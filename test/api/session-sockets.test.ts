import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { ClientOptions } from 'graphql-ws';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { ADA, LIN, settleCompany } from './company.js';
import { authorization, OPERATOR, type Served, serve } from './served.js';
import { SIGN_IN, TestBrowser } from './session-browser.js';
import { askOver, Listening, openByHand, socketClient } from './sockets.js';

const MINUTE = 60_000;
const UNAUTHORIZED = 4401;
const SUBSCRIPTION = 'subscription($after: String) { licenceWarning(after: $after) { threshold } }';
const WARNINGS = 4;
const INIT = { type: 'connection_init' };

describeEachDatabase('sessions over WebSocket', (database) => {
  const clock = new StandingClock();
  const clients: ReturnType<typeof socketClient>[] = [];
  let served: Served;
  let staff: Awaited<ReturnType<typeof settleCompany>>;

  beforeAll(async () => {
    served = await serve({ url: await database.create(), clock });
    staff = await settleCompany(served.gateway.store);
  });
  beforeEach(async () => {
    clock.advance(MINUTE);
    await limit(1_000);
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));
  afterAll(() => served.close());

  const limit = (seats: number) =>
    served.read(OPERATOR, `mutation { setLicenceLimit(limit: ${seats}) { revision } }`);
  /** Crosses two thresholds, up and down. */
  const warn = async () => {
    await limit(1);
    await limit(1_000);
  };

  const open = (headers: Record<string, string>, options: Partial<ClientOptions> = {}) => {
    const client = socketClient(served.origin, headers, options);
    clients.push(client);
    return client;
  };
  const signedIn = async (caller = ADA) => {
    const browser = new TestBrowser(served);
    await browser.signIn(caller);
    return browser;
  };
  /** A socket with a session, and the code it is closed with once it is. */
  const socketOf = ({ cookie }: TestBrowser) => {
    let close = (_code: number): void => undefined;
    const closed = new Promise<number>((resolve) => {
      close = resolve;
    });
    const client = open(cookie, {
      lazy: false,
      onNonLazyError: () => undefined,
      on: { closed: (event) => close((event as { code: number }).code) },
    });
    return { client, closed };
  };

  /** Follows the warnings from now on. */
  const listen = async (client: ReturnType<typeof open>) => {
    const { licence } = await served.read<{ licence: { warningCursor: string } }>(
      OPERATOR,
      '{ licence { warningCursor } }',
    );
    return new Listening(client, SUBSCRIPTION, { after: licence.warningCursor });
  };

  it('are taken from the cookie of the upgrade', async () => {
    const { client } = socketOf(await signedIn(LIN));
    const { data } = await askOver(client, '{ viewer { name } sessions { nodes { current } } }');
    expect(data).toMatchObject({ viewer: { name: 'lin' } });
    const told = await askOver<{ sessions: { nodes: { current: boolean }[] } }>(
      client,
      '{ sessions { nodes { current } } }',
    );
    expect(told.data?.sessions.nodes.filter(({ current }) => current)).toHaveLength(1);
  });

  it('give way to a name and a password', async () => {
    const { cookie } = await signedIn(LIN);
    const params = { connectionParams: authorization(ADA) };
    for (const client of [open({ ...cookie, ...authorization(ADA) }), open(cookie, params)]) {
      const { data } = await askOver(client, '{ viewer { name } }');
      expect(data).toEqual({ viewer: { name: 'ada' } });
    }
  });

  it('are not taken from a page of another site, nor when there is none', async () => {
    const browser = await signedIn();
    const { cookie } = browser;
    const headers = { ...cookie, origin: 'https://evil.example' };
    expect(await openByHand(served.origin, { headers })).toMatchObject({ status: 403 });
    await browser.ask('mutation { signOut { ended } }');
    for (const old of [cookie, { cookie: `crowd.token_key=${'A'.repeat(43)}` }]) {
      const ended = await openByHand(served.origin, { headers: old, messages: [INIT] });
      expect(ended).toMatchObject({ code: UNAUTHORIZED });
    }
  });

  it('are not begun over a socket, which can set no cookie, but can be ended', async () => {
    const browser = await signedIn(LIN);
    const { client, closed } = socketOf(browser);
    const refused = await askOver(client, SIGN_IN, { ...ADA });
    expect(refused.errors?.[0].extensions.code).toBe('INPUT_INVALID');
    const { data } = await askOver(client, 'mutation { signOut { ended } }');
    expect(data).toEqual({ signOut: { ended: 1 } });
    expect(await browser.whoAmI()).toBe('UNAUTHENTICATED');
    await askOver(client, '{ viewer { name } }').catch(() => null);
    expect(await closed).toBe(UNAUTHORIZED);
  });

  const ends: readonly {
    readonly name: string;
    readonly end: (browser: TestBrowser) => Promise<unknown>;
  }[] = [
    {
      name: 'it is signed out',
      end: (browser) => browser.ask('mutation { signOut { ended } }'),
    },
    {
      name: 'it is signed out everywhere',
      end: () => served.read(ADA, 'mutation { signOutEverywhere { ended } }'),
    },
    {
      name: 'the browser signs in anew',
      end: (browser) => browser.signIn(LIN),
    },
    { name: 'it is idle for too long', end: async () => clock.advance(30 * MINUTE) },
    {
      name: 'its user is deactivated',
      end: async () => {
        await deactivate(true);
        await deactivate(false);
      },
    },
  ];
  const deactivate = (off: boolean) =>
    served.read(
      OPERATOR,
      'mutation($id: ID!, $active: Boolean!) { changeUser(id: $id, input: { active: $active }) { revision } }',
      {
        id: staff.users.ada,
        active: !off,
      },
    );

  it.each(ends)('end under an operation that comes once $name', async ({ end }) => {
    const browser = await signedIn();
    const { client, closed } = socketOf(browser);
    expect((await askOver(client, '{ viewer { name } }')).data).toEqual({
      viewer: { name: 'ada' },
    });
    await end(browser);
    const told = await askOver(client, '{ viewer { name } }').catch(() => null);
    expect(told?.data ?? null).toBeNull();
    expect(await closed).toBe(UNAUTHORIZED);
  });

  it.each(ends)('end under a subscription once $name: it is told nothing more', async ({ end }) => {
    const browser = await signedIn();
    const { client, closed } = socketOf(browser);
    const listening = await listen(client);
    await warn();
    for (let i = 0; i < WARNINGS; i++) await listening.next();
    await end(browser);
    await warn();
    const more = [];
    try {
      for (;;) more.push((await listening.answer()).data ?? null);
    } catch {
      // The stream has ended, or the socket under it.
    }
    expect(more.filter((data) => data !== null)).toEqual([]);
    await askOver(client, '{ viewer { name } }').catch(() => null);
    expect(await closed).toBe(UNAUTHORIZED);
  });

  it('are extended by what is asked, and not by what a subscription is told', async () => {
    const browser = await signedIn();
    const { client, closed } = socketOf(browser);
    const listening = await listen(client);
    await warn();
    await listening.next();
    clock.advance(29 * MINUTE);
    await askOver(client, '{ viewer { name } }');
    clock.advance(29 * MINUTE);
    await warn();
    for (let i = 1; i < 2 * WARNINGS; i++) await listening.next();
    clock.advance(MINUTE);
    await askOver(client, '{ viewer { name } }').catch(() => null);
    expect(await closed).toBe(UNAUTHORIZED);
  });

  it('end at their absolute end under a socket that is used all the time', async () => {
    const { client, closed } = socketOf(await signedIn());
    for (let i = 0; i < 12 * 3 - 1; i++) {
      clock.advance(20 * MINUTE);
      expect((await askOver(client, '{ viewer { name } }')).data).not.toBeNull();
    }
    clock.advance(20 * MINUTE);
    await askOver(client, '{ viewer { name } }').catch(() => null);
    expect(await closed).toBe(UNAUTHORIZED);
  });
});
