import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { APPLICATION_DEFAULTS, type ApplicationId } from '../../src/domain/index.js';
import { beginSession } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { ADA, LIN, NIL, SAM, settleCompany } from './company.js';
import { authorization, type Caller, OPERATOR, type Served, serve } from './served.js';
import { browserWith, SIGN_IN, TestBrowser } from './session-browser.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OUT = 'UNAUTHENTICATED';

describeEachDatabase('sessions in GraphQL', (database) => {
  const clock = new StandingClock();
  let url: string;
  let served: Served;

  beforeAll(async () => {
    url = await database.create();
    served = await serve({ url, clock, trustedProxies: ['127.0.0.1'] });
    await settleCompany(served.gateway.store);
  });
  // Wrong passwords are counted by the minute.
  beforeEach(() => clock.advance(MINUTE));
  afterAll(() => served.close());

  const signedIn = async (caller: Caller, headers: Record<string, string> = {}) => {
    const browser = new TestBrowser(served, headers);
    await browser.signIn(caller);
    return browser;
  };
  const codeOf = async (browser: TestBrowser, query: string) =>
    (await browser.ask(query)).errors?.[0].extensions.code ?? null;
  const setCookie = async (browser: TestBrowser, query: string, variables = {}) =>
    (await browser.send({ query, variables })).headers['set-cookie'];
  /** A session as an application makes one. */
  const begun = async (
    name: string,
    factors: readonly { name: string; value: string }[] = [],
    applicationId: ApplicationId | null = null,
    vouchedFor = false,
  ) => {
    const user = served.gateway.live.index.user(name);
    if (!user) throw new Error(`there is no ${name}`);
    const how = { applicationId, vouchedFor, factors, idleMs: null };
    return (await beginSession(served.gateway, { type: 'USER', user }, how)).token;
  };

  const addApplication = (name: string) =>
    served.gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.addApplication({
        ...APPLICATION_DEFAULTS,
        name,
        remoteAddresses: [],
        passwordHash: 'hash',
      }),
    );

  it('begin with a name and a password, and from then on the cookie says who asks', async () => {
    const browser = new TestBrowser(served);
    const { data } = await browser.ask(SIGN_IN, { ...LIN, name: 'LIN' });
    expect(data).toEqual({
      signIn: {
        revision: served.gateway.live.index.revision,
        expiresAt: new Date(clock.now().getTime() + 12 * HOUR).toISOString(),
        viewer: {
          name: 'lin',
          type: 'USER',
          permissions: ['LICENSED_USER'],
          user: { name: 'lin' },
        },
      },
    });
    expect(browser.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await browser.whoAmI()).toBe('lin');
    expect(await codeOf(browser, '{ users { totalCount } }')).toBe('PERMISSION_DENIED');
    expect(await codeOf(await signedIn(ADA), '{ users { totalCount } }')).toBeNull();
    expect(JSON.stringify(served.logged)).not.toContain(browser.token);
  });

  it.each([
    { scheme: 'http', rest: ['Path=/', 'HttpOnly', 'SameSite=Lax'] },
    { scheme: 'https', rest: ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure'] },
  ])('set a cookie that others have nothing of, over $scheme', async ({ scheme, rest }) => {
    const browser = new TestBrowser(served, { 'x-forwarded-proto': scheme });
    const given = await setCookie(browser, SIGN_IN, LIN);
    expect(given).toBe([`crowd.token_key=${browser.token}`, ...rest].join('; '));
    const cleared = await setCookie(browser, 'mutation { signOut { ended } }');
    const [path, ...others] = rest;
    expect(cleared).toBe(['crowd.token_key=', path, 'Max-Age=0', ...others].join('; '));
  });

  it('set the cookie as it is set up, and take no word of strangers about HTTPS', async () => {
    const cookie = { name: 'sso', domain: 'example.org', secure: true };
    const secure = await serve({ url, clock, sessions: { cookie } });
    const plain = await serve({ url, clock });
    const headers = { 'x-forwarded-proto': 'https' };
    const given = await setCookie(new TestBrowser(secure), SIGN_IN, LIN);
    const other = await setCookie(new TestBrowser(plain, headers), SIGN_IN, LIN);
    await Promise.all([secure.close(), plain.close()]);
    expect(given).toMatch(
      /^sso=[\w-]{43}; Path=\/; Domain=example\.org; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(other).toMatch(/^crowd\.token_key=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('cannot be fixed: no token of a client is adopted, and a sign-in ends the one it had', async () => {
    const chosen = 'A'.repeat(43);
    const victim = browserWith(served, chosen);
    const token = await victim.signIn(LIN);
    expect(token).not.toBe(chosen);
    expect(await browserWith(served, chosen).whoAmI()).toBe(OUT);
    const again = await victim.signIn(LIN);
    expect(again).not.toBe(token);
    expect(await browserWith(served, token).whoAmI()).toBe(OUT);
    // A session that somebody else put there is not theirs any more either.
    const planted = await (await signedIn(NIL)).signIn(NIL);
    await browserWith(served, planted).signIn(ADA);
    expect(await browserWith(served, planted).whoAmI()).toBe(OUT);
  });

  it('begin for nobody with a wrong password, and the one that was there stays', async () => {
    const browser = await signedIn(LIN);
    const { token } = browser;
    const { data, errors } = await browser.ask(SIGN_IN, { name: 'ada', password: 'wrong' });
    expect([data, errors?.[0].extensions.code]).toEqual([{ signIn: null }, OUT]);
    expect(browser.token).toBe(token);
    expect(await browser.whoAmI()).toBe('lin');
    const unknown = await new TestBrowser(served).send({
      query: SIGN_IN,
      variables: { name: 'nobody', password: 'x' },
    });
    expect([unknown.status, unknown.headers['set-cookie']]).toEqual([200, undefined]);
  });

  it('are refused after five wrong passwords, by whatever way they came', async () => {
    const guess = (password: string) =>
      new TestBrowser(served).ask(SIGN_IN, { name: 'max', password });
    for (let i = 0; i < 3; i++) await guess('wrong');
    for (let i = 0; i < 2; i++) {
      await served.ask({ name: 'MAX', password: 'wrong' }, '{ viewer { name } }');
    }
    const { errors } = await guess(LIN.password);
    expect(errors?.[0].extensions).toEqual({
      code: 'TOO_MANY_ATTEMPTS',
      details: { retryAfterSeconds: 60 },
    });
    clock.advance(MINUTE);
    expect((await guess(LIN.password)).errors).toBeUndefined();
  });

  it('are of no use beside a wrong password', async () => {
    const { cookie } = await signedIn(LIN);
    const wrong = authorization({ name: 'lin', password: 'wrong' });
    const headers = { 'content-type': 'application/json', ...cookie };
    const body = '{"query":"{ viewer { name } }"}';
    const refused = await served.send({ headers: { ...headers, ...wrong }, body });
    expect(refused.status).toBe(401);
    const basic = await served.send({ headers: { ...headers, ...authorization(ADA) }, body });
    expect(JSON.parse(basic.text).data.viewer.name).toBe('ada');
  });

  it('end when they are signed out, and cannot be replayed', async () => {
    const browser = await signedIn(LIN);
    const other = await signedIn(LIN);
    const { token } = browser;
    const { data } = await browser.ask('mutation { signOut { revision ended } }');
    expect(data).toEqual({
      signOut: { revision: served.gateway.live.index.revision, ended: 1 },
    });
    expect(browser.token).toBeNull();
    expect(await browserWith(served, token ?? '').whoAmI()).toBe(OUT);
    expect(await other.whoAmI()).toBe('lin');
    expect(await served.read(LIN, 'mutation { signOut { ended } }')).toEqual({
      signOut: { ended: 0 },
    });
  });

  it('end everywhere, for oneself and by administrators for others up to their own level', async () => {
    const all = [await signedIn(LIN), await signedIn(LIN), await signedIn(ADA)];
    const told = () => Promise.all(all.map((browser) => browser.whoAmI()));
    const { ended } = (
      await all[0].ask<{ signOutEverywhere: { ended: number } }>(
        'mutation { signOutEverywhere { ended } }',
      )
    ).data.signOutEverywhere;
    expect(ended).toBeGreaterThanOrEqual(2);
    expect(all[0].token).toBeNull();
    expect(await told()).toEqual([OUT, OUT, 'ada']);

    const everywhere = (name: string) =>
      `mutation { signOutEverywhere(user: "${name}") { ended } }`;
    const [, , ada] = all;
    const sam = await signedIn(SAM);
    const lin = await signedIn(LIN);
    expect(await codeOf(lin, everywhere('lin'))).toBe('PERMISSION_DENIED');
    expect(await codeOf(ada, everywhere('sam'))).toBe('TARGET_OUTRANKS_VIEWER');
    expect(await codeOf(ada, everywhere('nobody'))).toBe('NOT_FOUND');
    expect((await ada.ask(everywhere('LIN'))).data).toEqual({ signOutEverywhere: { ended: 1 } });
    expect(await lin.whoAmI()).toBe(OUT);
    expect(await Promise.all([ada.whoAmI(), sam.whoAmI()])).toEqual(['ada', 'sam']);
  });

  it('are for the break-glass admin too, until the environment says otherwise', async () => {
    const browser = await signedIn(OPERATOR);
    expect(await browser.whoAmI()).toBe('operator');
    expect(await codeOf(browser, '{ selfAudits { subject } }')).toBeNull();
    const others = await Promise.all(
      [
        OPERATOR,
        { ...OPERATOR, password: 'another password' },
        { ...OPERATOR, name: 'root' },
        null,
      ].map((breakGlass) => serve({ url, clock, breakGlass })),
    );
    const token = browser.token ?? '';
    const told = await Promise.all(others.map((other) => browserWith(other, token).whoAmI()));
    await Promise.all(others.map((other) => other.close()));
    expect(told).toEqual(['operator', OUT, OUT, OUT]);
    const { data } = await browser.ask('mutation { signOutEverywhere { ended } }');
    expect(data).toEqual({ signOutEverywhere: { ended: 1 } });
    expect(await browserWith(served, token).whoAmI()).toBe(OUT);
  });

  it('end when they are idle for too long, and with each request begin to be idle anew', async () => {
    const browser = await signedIn(LIN);
    for (let i = 0; i < 3; i++) {
      clock.advance(30 * MINUTE - 1);
      expect(await browser.whoAmI()).toBe('lin');
    }
    clock.advance(30 * MINUTE);
    expect(await browser.whoAmI()).toBe(OUT);
  });

  it('end at their absolute end, however much they are used', async () => {
    const browser = await signedIn(LIN);
    for (let i = 0; i < 12 * 3 - 1; i++) {
      clock.advance(20 * MINUTE);
      expect(await browser.whoAmI()).toBe('lin');
    }
    clock.advance(20 * MINUTE - 1);
    expect(await browser.whoAmI()).toBe('lin');
    clock.advance(1);
    expect(await browser.whoAmI()).toBe(OUT);
  });

  it('end with their user: deactivated, renamed and removed', async () => {
    const facts = (name: string, active = true) => ({
      name,
      active,
      displayName: '',
      firstName: '',
      lastName: '',
      email: '',
      externalId: null,
    });
    const { store } = served.gateway;
    const [directory] = await store.reader.directories();
    const { value: users } = await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.addUsers(
        directory.id,
        ['one', 'two', 'three', 'four'].map((name) => facts(name)),
      ),
    );
    const tokens = await Promise.all(users.map(({ name }) => begun(name)));
    const told = () => Promise.all(tokens.map((token) => browserWith(served, token).whoAmI()));
    expect(await told()).toEqual(['one', 'two', 'three', 'four']);
    const [one, two, three] = users;
    await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      await transaction.changeUsers([
        { id: one.id, facts: { ...one, active: false } },
        { id: two.id, facts: { ...two, name: 'zwei' } },
      ]);
      await transaction.removeUsers([three.id]);
      await transaction.addUsers(directory.id, [facts('two'), facts('three')]);
    });
    expect(await told()).toEqual([OUT, OUT, OUT, 'four']);
  });

  it('are good from the address they are bound to, and from no other', async () => {
    const token = await begun('lin', [{ name: 'remote_address', value: '198.51.100.7' }]);
    const from = async (forwarded: string) => {
      const browser = new TestBrowser(served, { 'x-forwarded-for': forwarded });
      browser.token = token;
      return browser.whoAmI();
    };
    expect(await from('198.51.100.7')).toBe('lin');
    expect(await from('::ffff:198.51.100.7')).toBe('lin');
    expect(await from('198.51.100.8')).toBe(OUT);
    expect(await from('198.51.100.7, 198.51.100.8')).toBe(OUT);
    expect(await from('unknown')).toBe(OUT);
    const others = [{ name: 'X-Forwarded-For', value: '198.51.100.7' }];
    expect(await browserWith(served, await begun('lin', others)).whoAmI()).toBe('lin');
    const bound = await signedIn(ADA, { 'x-forwarded-for': '203.0.113.9' });
    expect(await bound.whoAmI()).toBe('ada');
    expect(await browserWith(served, bound.token ?? '').whoAmI()).toBe(OUT);
  });

  it('make no administrator on the word of an application', async () => {
    const { value: wiki } = await addApplication('Crawler');
    const vouched = async (name: string) =>
      browserWith(served, await begun(name, [], wiki.id, true)).whoAmI();
    expect(await Promise.all(['nil', 'lin', 'ada', 'sam'].map(vouched))).toEqual([
      'nil',
      'lin',
      OUT,
      OUT,
    ]);
    const max = browserWith(served, await begun('max', [], wiki.id, true));
    expect(await max.whoAmI()).toBe('max');
    const subject = '{ type: USER, name: "max" }';
    await served.read(
      SAM,
      `mutation { grantPermission(permission: "ADMIN", subject: ${subject}) { revision } }`,
    );
    expect(await max.whoAmI()).toBe(OUT);
    await served.read(
      SAM,
      `mutation { revokePermission(permission: "ADMIN", subject: ${subject}) { revision } }`,
    );
    expect(await max.whoAmI()).toBe('max');
  });

  it('are listed for whoever has them, newest first, page by page', async () => {
    const { value: wiki } = await addApplication('Wiki');
    clock.advance(12 * HOUR);
    const at = (ms = 0) => new Date(clock.now().getTime() + ms).toISOString();
    const first = at();
    const browser = await signedIn(NIL);
    clock.advance(MINUTE);
    await begun('nil', [], wiki.id);
    await begun('lin');
    clock.advance(MINUTE);
    await begun('nil');
    const query = `query($after: String) { sessions(first: 2, after: $after) { totalCount
      pageInfo { hasNextPage endCursor }
      nodes { createdAt lastSeenAt expiresAt application current } } }`;
    interface Told {
      sessions: { pageInfo: { endCursor: string }; nodes: { application: string | null }[] };
    }
    const node = (ms: number, application: string | null) => ({
      createdAt: at(ms),
      lastSeenAt: at(ms),
      expiresAt: at(ms + 12 * HOUR),
      application,
      current: false,
    });
    const { data } = await browser.ask<Told>(query);
    expect(data.sessions).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [node(0, null), node(-MINUTE, 'Wiki')],
    });
    const rest = await browser.ask<Told>(query, { after: data.sessions.pageInfo.endCursor });
    expect(rest.data.sessions).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: false },
      nodes: [{ ...node(-2 * MINUTE, null), createdAt: first, lastSeenAt: at(), current: true }],
    });
    expect(await codeOf(browser, '{ sessions(after: "x") { totalCount } }')).toBe('PAGE_INVALID');
  });
});
