import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Application, type Directory, nameKey, type User } from '../../src/domain/index.js';
import { Courier } from '../../src/jobs/courier.js';
import { type Gateway, resetPassword, signIn, tidyUp } from '../../src/usecase/index.js';
import { codeOf } from '../store/builders.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { EndpointPost } from '../support/endpoint-post.js';
import { StandingClock } from '../support/gateway.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { until } from '../support/until.js';
import { addApplication, buildCompany, USER_PASSWORD } from './company.js';
import { type Answer, JSON_ONLY, reasonIn, type Served, serve } from './served.js';

const OPERATOR = { type: 'OPERATOR' } as const;
const SECRET = 'a secret of the hook';
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

interface Told {
  readonly id: string;
  readonly token: string;
  readonly kind: string;
  readonly userNames: readonly string[];
}

describeEachDatabase('mails that applications ask for', (database) => {
  let url: string;
  let clock: StandingClock;
  let hook: LocalServer;
  let served: Served;
  let gateway: Gateway;
  let application: Application;
  let first: Directory;
  let courier: Courier;
  const endpoints = new EndpointPost();
  /** `null`: it never answers. */
  let answers: (status: number | null) => void;

  beforeEach(async () => {
    url = await database.create();
    clock = new StandingClock();
    hook = await startServer(() => undefined);
    answers = (status) =>
      endpoints.behave(
        hook,
        status === null
          ? null
          : (_, response) => {
              response.writeHead(status).end();
            },
      );
    answers(202);
    served = await serve({
      url,
      clock,
      post: endpoints.post,
      mailHook: { url: `${hook.url}/send`, secret: SECRET },
    });
    gateway = served.gateway;
    first = (await buildCompany(gateway)).first;
    application = await addApplication(gateway);
    await change({ permissions: ['MODIFY_USER'] });
    courier = new Courier(gateway, 10, (error) => {
      throw error;
    });
  });
  afterEach(async () => {
    await courier.stop();
    await served.close();
    await hook.close();
  });

  const change = (patch: Partial<Application>) =>
    gateway.store.transact(OPERATOR, (transaction) =>
      transaction.changeApplication(application.id, patch),
    );
  const post = (path: string, headers: Record<string, string> = {}) =>
    served.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '',
    });
  const askPassword = (name: string) => post(`/user/mail/password?username=${name}`);
  const askNames = (email: string) =>
    post(`/user/mail/usernames?email=${encodeURIComponent(email)}`);
  const told = (times: number): Promise<Told[]> =>
    until(
      () =>
        hook.requests.length >= times && hook.requests.map(({ body }) => JSON.parse(body) as Told),
    );
  const refusal = (answer: Answer) => [answer.status, reasonIn(answer)];
  const waiting = () => gateway.store.mail.countWaiting();
  const user = async (name: string): Promise<User> => {
    const [found] = await gateway.store.reader.usersByKeys(first.id, [nameKey(name)]);
    return found;
  };
  const changeUser = async (name: string, patch: Partial<User>) => {
    const { id, ...facts } = await user(name);
    await gateway.store.transact(OPERATOR, (transaction) =>
      transaction.changeUsers([{ id, facts: { ...facts, ...patch } }]),
    );
  };
  const reset = (token: string, newPassword = 'a new one') =>
    resetPassword(gateway, { token, newPassword, address: '192.0.2.1' });
  const opens = async (name: string, password: string) =>
    (await signIn(gateway, { name, password, address: null })).outcome === 'SIGNED_IN';

  it('to set a password are handed to the hook, signed, and the token is kept nowhere', async () => {
    expect(await askPassword('ANN')).toMatchObject({ status: 204, body: '' });
    const [mail] = await told(1);
    const expiresAt = new Date(clock.now().getTime() + DAY_MS).toISOString();
    expect(mail).toEqual({
      id: expect.stringMatching(/^\d+$/),
      kind: 'PASSWORD_RESET',
      application: 'Stash',
      userName: 'ann',
      displayName: 'Ann Lee',
      email: 'ann@example.org',
      token: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt,
    });
    const [{ method, path, headers, body }] = hook.requests;
    const timestamp = String(clock.now().getTime() / 1_000);
    const mac = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
    expect([method, path, headers['content-type']]).toEqual(['POST', '/send', 'application/json']);
    expect(headers).toMatchObject({
      'x-gatehouse-timestamp': timestamp,
      'x-gatehouse-signature': `sha256=${mac}`,
    });
    await until(async () => (await waiting()) === 0);
    const kept = JSON.stringify([
      await rawRows(url, 'SELECT * FROM password_reset'),
      await rawRows(url, 'SELECT * FROM outgoing_mail'),
      await gateway.store.reader.changes({ after: null, limit: 1_000 }),
      served.logged,
    ]);
    expect(kept).not.toContain(mail.token);
    expect(kept).toContain(createHash('sha256').update(mail.token).digest('hex'));
  });

  it('with a token let its bearer set the password once', async () => {
    await askPassword('ann');
    await askPassword('ann');
    const [one, other] = await told(2);
    expect(await opens('ann', USER_PASSWORD)).toBe(true);
    expect(await codeOf(reset(one.token, ''))).toBe('INPUT_INVALID');
    await reset(one.token);
    expect(await opens('ann', 'a new one')).toBe(true);
    expect(await opens('ann', USER_PASSWORD)).toBe(false);
    expect(await codeOf(reset(one.token))).toBe('RESET_TOKEN_INVALID');
    expect(await codeOf(reset(other.token))).toBe('RESET_TOKEN_INVALID');
    expect(await codeOf(reset(`${other.token}x`))).toBe('RESET_TOKEN_INVALID');
    const [entry] = (
      await gateway.store.reader.changes({
        after: null,
        limit: 1_000,
        kinds: ['UserPasswordChanged'],
      })
    ).slice(-1);
    expect(entry.origin).toEqual({ type: 'USER', name: 'ann', address: '192.0.2.1' });
  });

  it('with a token that two use at once serve one of them', async () => {
    await askPassword('ann');
    const [{ token }] = await told(1);
    const codes = await Promise.all(
      ['one', 'two', 'three'].map((each) => codeOf(reset(token, each))),
    );
    expect(codes.filter((code) => code === 'RESET_TOKEN_INVALID')).toHaveLength(2);
  });

  it.each([
    { name: 'a day is over', spoil: async () => clock.advance(DAY_MS) },
    { name: 'the user is gone', spoil: () => removeUser('ann') },
    { name: 'the user has another address', spoil: () => changeUser('ann', { email: 'a@b.c' }) },
    { name: 'a new password was set', spoil: () => setPassword('ann', 'by an administrator') },
    { name: 'the user has become an administrator', spoil: () => grant('ann', 'ADMIN') },
  ])('with a token are of no use once $name', async ({ spoil }) => {
    await askPassword('ann');
    const [{ token }] = await told(1);
    await spoil();
    expect(await codeOf(reset(token))).toBe('RESET_TOKEN_INVALID');
  });

  const removeUser = async (name: string) => {
    const { id } = await user(name);
    await gateway.store.transact(OPERATOR, (transaction) => transaction.removeUsers([id]));
  };
  const setPassword = async (name: string, hash: string) => {
    const { id } = await user(name);
    await gateway.store.transact(OPERATOR, (transaction) => transaction.setPasswordHash(id, hash));
  };
  const grant = (subjectName: string, permission: string) =>
    gateway.store.transact(OPERATOR, (transaction) =>
      transaction.addGrant({ permission, subjectType: 'USER', subjectName }),
    );

  it('to set a password are refused where there is none to set', async () => {
    expect(refusal(await askPassword('nobody'))).toEqual([404, 'USER_NOT_FOUND']);
    expect(refusal(await askPassword('dan'))).toEqual([404, 'USER_NOT_FOUND']);
    expect(refusal(await askPassword(encodeURIComponent('éva')))).toEqual([400, 'INVALID_EMAIL']);
    expect(refusal(await post('/user/mail/password'))).toEqual([400, 'ILLEGAL_ARGUMENT']);
    await grant('ann', 'ADMIN');
    expect(refusal(await askPassword('ann'))).toEqual([403, 'APPLICATION_PERMISSION_DENIED']);
    await change({ permissions: [] });
    expect(refusal(await askPassword('cid'))).toEqual([403, 'APPLICATION_PERMISSION_DENIED']);
    expect(await rawRows(url, 'SELECT id FROM outgoing_mail')).toEqual([]);
  });

  it('of names tell those who have the address, and nobody whether there is one', async () => {
    await changeUser('éva', { email: 'ANN@example.org' });
    expect((await askNames('Ann@Example.org')).status).toBe(204);
    expect(await told(1)).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        kind: 'USERNAMES',
        application: 'Stash',
        email: 'Ann@Example.org',
        userNames: ['ann', 'éva'],
      },
    ]);
    expect((await askNames('nobody@example.org')).status).toBe(204);
    expect(await rawRows(url, 'SELECT id FROM outgoing_mail')).toHaveLength(1);
    for (const email of [
      '',
      'ann',
      'a b@c',
      'a@b@c',
      '<a@b>',
      `${'x'.repeat(251)}@b.c`,
      'a@b\n',
      'a\0@b',
    ]) {
      const reason = email === '' ? 'ILLEGAL_ARGUMENT' : 'INVALID_EMAIL';
      expect(refusal(await askNames(email))).toEqual([400, reason]);
    }
  });

  it('of names are of the directories that the application sees', async () => {
    await change({ directories: [{ directoryId: first.id, permissions: [] }] });
    expect((await askNames('cid@example.org')).status).toBe(204);
    expect((await askNames('bob@example.org')).status).toBe(204);
    expect((await told(1)).map(({ userNames }) => userNames)).toEqual([['Bob']]);
  });

  it('are five within an hour for one of them, and then wait', async () => {
    const asked = await Promise.all(Array.from({ length: 7 }, () => askPassword('ann')));
    expect(asked.map(({ status }) => status).sort()).toEqual([204, 204, 204, 204, 204, 429, 429]);
    clock.advance(600_000);
    const refused = await askPassword('ann');
    expect(refusal(refused)).toEqual([429, 'OPERATION_FAILED']);
    expect(refused.headers['retry-after']).toBe('3000');
    expect((await askPassword('bob')).status).toBe(204);
    expect((await askNames('ann@example.org')).status).toBe(204);
    clock.advance(3_000_000);
    expect((await askPassword('ann')).status).toBe(204);
    expect(await told(8)).toHaveLength(8);
  });

  it('are a thousand within an hour for an application', async () => {
    await courier.stop();
    const limits = { withinMs: HOUR_MS, perRecipient: 5, perApplication: 3 };
    const add = (recipient: string) =>
      gateway.store.mail.add(
        {
          applicationId: application.id,
          applicationName: application.name,
          content: { kind: 'USERNAMES', email: 'a@b.c', userNames: [] },
        },
        recipient,
        limits,
      );
    for (const recipient of ['a', 'b', 'c']) await add(recipient);
    expect(await codeOf(add('d'))).toBe('TOO_MANY_MAILS');
    clock.advance(HOUR_MS);
    await add('d');
  });

  it('wait while the hook does not take them, and each try has a token of its own', async () => {
    answers(503);
    await askPassword('ann');
    await told(1);
    await until(async () => (await lastMail()).failures === 1);
    clock.advance(10_000);
    const [early, late] = await told(2);
    expect(late.id).toBe(early.id);
    expect(late.token).not.toBe(early.token);
    await until(async () => (await lastMail()).failures === 2);
    expect(await waiting()).toBe(1);
    answers(200);
    clock.advance(20_000);
    await told(3);
    await until(async () => (await waiting()) === 0);
    // The hook may have sent the first of them although it said otherwise.
    await reset(early.token);
    expect(await opens('ann', 'a new one')).toBe(true);
  });

  const lastMail = async () => {
    const [row] = await rawRows(
      url,
      'SELECT state, failures, last_fault FROM outgoing_mail ORDER BY id DESC',
    );
    return { state: row.state, failures: Number(row.failures), fault: row.last_fault };
  };

  it.each([
    { name: 'redirects', status: 302, fault: 'REDIRECTED' },
    { name: 'refuses', status: 400, fault: 'REFUSED' },
    { name: 'hangs', status: null, fault: 'TIMED_OUT' },
  ])('wait for a hook that $name, and keep no application waiting', async ({ status, fault }) => {
    answers(status);
    expect((await askPassword('ann')).status).toBe(204);
    await until(async () => (await lastMail()).failures === 1);
    expect(await lastMail()).toEqual({ state: 'WAITING', failures: 1, fault });
    answers(200);
    clock.advance(10_000);
    await until(async () => (await lastMail()).state === 'DELIVERED');
    expect(await told(2)).toHaveLength(2);
  });

  it('that nobody takes for seven days are given up with an error in the log', async () => {
    answers(500);
    await askNames('ann@example.org');
    await until(async () => (await lastMail()).failures === 1);
    clock.advance(7 * DAY_MS);
    await until(async () => (await lastMail()).state === 'DEAD');
    expect(await waiting()).toBe(0);
    // It is told after it is written.
    const errors = await until(() => {
      const found = served.logged.filter(({ level }) => level === 'error');
      return found.length > 0 && found;
    });
    expect(
      errors.map(({ fields }) => [fields.kind, fields.failures, fields.fault, fields.status]),
    ).toEqual([['USERNAMES', 2, 'REFUSED', 500]]);
    expect(JSON.stringify(served.logged)).not.toContain('ann@example.org');
  });

  it('to somebody who is gone meanwhile are not sent, and the log tells it', async () => {
    answers(500);
    await askPassword('ann');
    await until(async () => (await lastMail()).failures === 1);
    await removeUser('ann');
    clock.advance(10_000);
    await until(async () => (await lastMail()).state === 'DEAD');
    expect(hook.requests).toHaveLength(1);
    // It is told after it is written.
    await until(async () => served.logged.filter(({ fields }) => 'mail' in fields).length === 2);
  });

  it('and tokens are deleted once nobody needs them', async () => {
    await askPassword('ann');
    await until(async () => (await lastMail()).state === 'DELIVERED');
    await courier.stop();
    await gateway.store.mail.add(
      {
        applicationId: application.id,
        applicationName: application.name,
        content: { kind: 'USERNAMES', email: 'a@b.c', userNames: [] },
      },
      'recipient',
      { withinMs: HOUR_MS, perRecipient: 5, perApplication: 10 },
    );
    clock.advance(DAY_MS);
    await tidyUp(gateway);
    expect(await rawRows(url, 'SELECT digest FROM password_reset')).toEqual([]);
    expect(await rawRows(url, 'SELECT id FROM outgoing_mail')).toHaveLength(2);
    clock.advance(30 * DAY_MS);
    await tidyUp(gateway);
    expect(await rawRows(url, 'SELECT state FROM outgoing_mail')).toEqual([{ state: 'WAITING' }]);
  });
});

describeEachDatabase('a gateway without a mail hook', (database) => {
  it('says what to do about it, in either format', async () => {
    const served = await serve({ url: await database.create() });
    await buildCompany(served.gateway);
    await addApplication(served.gateway);
    for (const path of ['/user/mail/password?username=ann', '/user/mail/usernames?email=a@b.c']) {
      const xml = await served.ask(path, { method: 'POST' });
      expect([xml.status, reasonIn(xml)]).toEqual([412, 'OPERATION_FAILED']);
      const json = await served.ask(path, { method: 'POST', headers: JSON_ONLY });
      expect(JSON.parse(json.body)).toEqual({
        reason: 'OPERATION_FAILED',
        message: expect.stringContaining('GATEHOUSE_MAIL_HOOK_URL'),
      });
    }
    await served.close();
  });
});
