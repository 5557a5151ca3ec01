import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Directory, nameKey, type User } from '../../src/domain/index.js';
import { resetPassword } from '../../src/usecase/index.js';
import { newResetToken, resetDigest } from '../../src/usecase/reset-token.js';
import { codeOf } from '../store/builders.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { ADA, LIN, SAM, settleCompany } from './company.js';
import { type Served, serve } from './served.js';
import { TestBrowser } from './session-browser.js';

const OPERATOR = { type: 'OPERATOR' } as const;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NEW = 'a new one';
const RESET =
  'mutation($token: String!, $newPassword: String!) { resetPassword(token: $token, newPassword: $newPassword) { revision } }';

describeEachDatabase('a password set by a token', (database) => {
  let url: string;
  let clock: StandingClock;
  let served: Served;
  let staff: Directory;

  beforeEach(async () => {
    url = await database.create();
    clock = new StandingClock();
    served = await serve({ url, clock });
    staff = (await settleCompany(served.gateway.store)).staff;
  });
  afterEach(() => served.close());

  const user = async (name: string, { id }: Directory = staff): Promise<User> => {
    const [found] = await served.gateway.store.reader.usersByKeys(id, [nameKey(name)]);
    return found;
  };
  /** A token as the mail hook is given it. */
  const sent = async (name: string, directory = staff) => {
    const token = newResetToken();
    const { id: userId, email } = await user(name, directory);
    await served.gateway.store.mail.keepReset({
      digest: resetDigest(token),
      directoryId: directory.id,
      userId,
      email,
      expiresAt: new Date(clock.now().getTime() + DAY_MS),
    });
    return token;
  };
  const stranger = () => new TestBrowser(served);
  const reset = async (token: string, newPassword = NEW) => {
    const { errors } = await stranger().ask(RESET, { token, newPassword });
    return errors?.[0].extensions.code ?? null;
  };
  const signsIn = async (name: string, password: string) =>
    (await served.codeOf({ name, password }, '{ viewer { name } }')) === null;

  it('is set by anybody who has it, once, and told as the doing of the user', async () => {
    const token = await sent('lin');
    const other = await sent('lin');
    const before = served.gateway.live.index.revision;
    const { data } = await stranger().ask(RESET, { token, newPassword: NEW });
    expect(data).toEqual({ resetPassword: { revision: before + 1 } });
    expect(await signsIn('lin', NEW)).toBe(true);
    expect(await signsIn('lin', LIN.password)).toBe(false);
    expect(await reset(token, 'another')).toBe('RESET_TOKEN_INVALID');
    expect(await reset(other, 'another')).toBe('RESET_TOKEN_INVALID');
    const [entry] = (
      await served.gateway.store.reader.changes({ after: null, limit: 1_000 })
    ).slice(-1);
    expect(entry).toMatchObject({
      revision: before + 1,
      origin: { type: 'USER', name: 'lin', address: '127.0.0.1' },
      change: { kind: 'UserPasswordChanged' },
    });
    expect(JSON.stringify(served.logged)).not.toContain(token);
  });

  it('ends the sessions of the user and of nobody else', async () => {
    const lin = stranger();
    const ada = stranger();
    await lin.signIn(LIN);
    await ada.signIn(ADA);
    expect(await lin.whoAmI()).toBe('lin');
    expect(await reset(await sent('lin'))).toBeNull();
    expect(await lin.whoAmI()).toBe('UNAUTHENTICATED');
    expect(await ada.whoAmI()).toBe('ada');
    await lin.signIn({ ...LIN, password: NEW });
    expect(await lin.whoAmI()).toBe('lin');
  });

  it('is good again although it had expired', async () => {
    await served.gateway.store.transact(OPERATOR, (transaction) =>
      transaction.expirePasswords(staff.id, []),
    );
    expect(await signsIn('lin', LIN.password)).toBe(false);
    expect(await reset(await sent('lin'))).toBeNull();
    expect(await signsIn('lin', NEW)).toBe(true);
  });

  it('is set until a day is over', async () => {
    const early = await sent('lin');
    const late = await sent('max');
    clock.advance(DAY_MS - 1);
    expect(await reset(early)).toBeNull();
    clock.advance(1);
    expect(await reset(late)).toBe('RESET_TOKEN_INVALID');
    expect(await signsIn('max', LIN.password)).toBe(true);
  });

  it('is not set once it was taken away, and by no token that is none', async () => {
    const token = await sent('lin');
    const { id } = await user('lin');
    await served.gateway.store.transact(OPERATOR, (transaction) => transaction.removePassword(id));
    expect(await reset(token)).toBe('RESET_TOKEN_INVALID');
    expect(await reset('')).toBe('RESET_TOKEN_INVALID');
    expect(await reset('x'.repeat(100_000))).toBe('RESET_TOKEN_INVALID');
    expect(await rawRows(url, `SELECT hash FROM user_password WHERE user_id = ${id}`)).toEqual([]);
  });

  it('is not set for an administrator', async () => {
    expect(await reset(await sent('ada'))).toBe('RESET_TOKEN_INVALID');
    expect(await reset(await sent('sam'))).toBe('RESET_TOKEN_INVALID');
    expect(await signsIn('sam', SAM.password)).toBe(true);
  });

  it('is not set in a directory that a server keeps', async () => {
    const { value: copy } = await served.gateway.store.transact(OPERATOR, async (transaction) => {
      const directory = await transaction.addDirectory({
        name: 'Jira',
        type: 'JIRA',
        nestedGroups: true,
        connection: null,
        password: null,
      });
      await transaction.addUsers(directory.id, [
        { ...(await transaction.userById((await user('lin')).id))!, name: 'remote' },
      ]);
      return directory;
    });
    expect(await reset(await sent('remote', copy))).toBe('DIRECTORY_READ_ONLY');
    expect(await rawRows(url, 'SELECT digest FROM password_reset')).toHaveLength(1);
  });

  it('leaves the token good when it may be no password', async () => {
    const token = await sent('lin');
    expect(await reset(token, '')).toBe('INPUT_INVALID');
    expect(await reset(token, 'x'.repeat(1_025))).toBe('INPUT_INVALID');
    expect(await reset(token)).toBeNull();
  });

  it('is not set by somebody who guesses, for a minute from one address', async () => {
    const token = await sent('lin');
    const guesses = Array.from({ length: 8 }, (_, i) => reset(`guess ${i}`));
    expect((await Promise.all(guesses)).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'RESET_TOKEN_INVALID'),
      ...Array.from({ length: 3 }, () => 'TOO_MANY_ATTEMPTS'),
    ]);
    expect(await reset(token)).toBe('TOO_MANY_ATTEMPTS');
    // Guesses of tokens are none of passwords, nor does one address pay for another.
    expect(await signsIn('lin', LIN.password)).toBe(true);
    const elsewhere = { token: 'guess', newPassword: NEW, address: '192.0.2.1' };
    expect(await codeOf(resetPassword(served.gateway, elsewhere))).toBe('RESET_TOKEN_INVALID');
    clock.advance(MINUTE_MS);
    expect(await reset(token)).toBeNull();
  });

  it('is set once by two who have the token at once', async () => {
    const token = await sent('lin');
    const told = await Promise.all(['one', 'two', 'three'].map((each) => reset(token, each)));
    expect(told.filter((code) => code === null)).toHaveLength(1);
    expect(told.filter((code) => code === 'RESET_TOKEN_INVALID')).toHaveLength(2);
  });
});
