import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { User } from '../../src/domain/index.js';
import { tidyUp } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { addApplication, buildCompany, type Company, USER_PASSWORD } from './company.js';
import { type Served, serve } from './served.js';
import { ALIVE, AT_HOME, NO_SESSION, OTHER_FACTORS, SessionClient } from './session-client.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WIKI = { name: 'Wiki', password: 'wiki:secret' };

describeEachDatabase('the life of a session', (database) => {
  const clock = new StandingClock();
  let served: Served;
  let company: Company;
  let stash: SessionClient;
  let wiki: SessionClient;

  beforeAll(async () => {
    served = await serve({ url: await database.create(), clock });
    company = await buildCompany(served.gateway);
    await addApplication(served.gateway);
    await addApplication(served.gateway, WIKI);
    stash = new SessionClient(served);
    wiki = new SessionClient(served, WIKI);
  });
  afterAll(() => served.close());

  const ann = () => stash.tokenOf('ann', USER_PASSWORD, { factors: AT_HOME });

  it('is one for all applications, from sign-in to sign-out', async () => {
    const token = await ann();
    expect(await wiki.look(token)).toBe(ALIVE);
    expect(await wiki.check(token, AT_HOME)).toBe(ALIVE);
    expect(await wiki.check(token)).toBe(OTHER_FACTORS);
    const closed = await wiki.close(token);
    expect([closed.status, closed.body, closed.headers['content-type']]).toEqual([
      204,
      '',
      undefined,
    ]);
    for (const client of [stash, wiki]) {
      expect(await client.look(token)).toBe(NO_SESSION);
      expect(await client.check(token, AT_HOME)).toBe(NO_SESSION);
      expect((await client.close(token)).status).toBe(204);
    }
  });

  it('is for nobody who does not have the token', async () => {
    const token = await ann();
    const { digest } = await served.gateway.store.userSessions
      .page({ type: 'USER', ...(await bearer('ann')) }, clock.now(), { first: 1, after: null })
      .then(({ items }) => items[0]);
    for (const other of [
      digest,
      token.toLowerCase(),
      `${token}=`,
      token.slice(1),
      `${token} `,
      '%',
      "' OR 1=1 --",
      'a/b',
    ]) {
      expect(await stash.look(other)).toBe(NO_SESSION);
      expect(await stash.check(other, AT_HOME)).toBe(NO_SESSION);
    }
    expect(await stash.look(token)).toBe(ALIVE);
  });

  it('ends when it is idle for too long; only a check with its factors extends it', async () => {
    const token = await ann();
    clock.advance(29 * MINUTE);
    expect(await wiki.check(token, AT_HOME)).toBe(ALIVE);
    clock.advance(29 * MINUTE);
    expect(await stash.look(token)).toBe(ALIVE);
    expect(await stash.check(token)).toBe(OTHER_FACTORS);
    clock.advance(MINUTE - 1);
    expect(await stash.look(token)).toBe(ALIVE);
    clock.advance(1);
    expect(await stash.look(token)).toBe(NO_SESSION);
    expect(await stash.check(token, AT_HOME)).toBe(NO_SESSION);
  });

  it('ends at its absolute end, however much it is used', async () => {
    const token = await ann();
    for (let i = 0; i < 12 * 3 - 1; i++) {
      clock.advance(20 * MINUTE);
      expect(await stash.check(token, AT_HOME)).toBe(ALIVE);
    }
    const last = JSON.parse(
      (await stash.post(`/session/${token}`, { validationFactors: AT_HOME })).body,
    );
    expect(last['expiry-date'] - last['created-date']).toBe(12 * HOUR);
    clock.advance(20 * MINUTE - 1);
    expect(await stash.look(token)).toBe(ALIVE);
    clock.advance(1);
    expect(await stash.look(token)).toBe(NO_SESSION);
    expect(await stash.check(token, AT_HOME)).toBe(NO_SESSION);
  });

  it.each([
    { duration: 60, lasts: MINUTE },
    { duration: 30 * 60, lasts: 30 * MINUTE },
    { duration: 999_999_999, lasts: 30 * MINUTE },
  ])('is cut to our own when $duration seconds are asked for', async ({ duration, lasts }) => {
    const query = `?duration=${duration}`;
    const token = await stash.tokenOf('ann', USER_PASSWORD, { query });
    clock.advance(lasts - 1);
    expect(await stash.check(token)).toBe(ALIVE);
    clock.advance(lasts - 1);
    expect(await stash.look(token)).toBe(ALIVE);
    clock.advance(1);
    expect(await stash.look(token)).toBe(NO_SESSION);
  });

  it('is noted as seen once a minute', async () => {
    const token = await ann();
    const expiry = async () => {
      const { body } = await stash.post(`/session/${token}`, { validationFactors: AT_HOME });
      return JSON.parse(body)['expiry-date'] - clock.now().getTime();
    };
    clock.advance(MINUTE - 1);
    expect(await expiry()).toBe(29 * MINUTE + 1);
    clock.advance(1);
    expect(await expiry()).toBe(30 * MINUTE);
    clock.advance(30_000);
    expect(await expiry()).toBe(30 * MINUTE - 30_000);
  });

  it('ends with all others of the user, but for one that is named', async () => {
    const [one, kept, third] = [await ann(), await ann(), await ann()];
    const eva = await wiki.tokenOf('éva', USER_PASSWORD);
    const everywhere = await wiki.ask(`/session?username=ANN&exclude=${kept}`, {
      method: 'DELETE',
    });
    expect([everywhere.status, everywhere.body]).toEqual([204, '']);
    const looked = await Promise.all([one, kept, third, eva].map((token) => stash.look(token)));
    expect(looked).toEqual([NO_SESSION, ALIVE, NO_SESSION, ALIVE]);
    await stash.ask('/session?username=ann', { method: 'DELETE' });
    expect(await stash.look(kept)).toBe(NO_SESSION);
    const unknown = await stash.ask('/session?username=nobody', { method: 'DELETE' });
    expect(unknown.status).toBe(204);
    expect((await stash.ask('/session', { method: 'DELETE' })).status).toBe(400);
  });

  const bearer = async (name: string) => {
    const entry = served.gateway.live.index.user(name);
    if (!entry) throw new Error(`there is no ${name}`);
    return { directoryId: entry.directory.id, userId: entry.id, nameKey: entry.key };
  };

  /** What befalls éva, and then is as it was before: a session that ended stays ended. */
  const FATES: readonly {
    readonly name: string;
    readonly befall: (eva: User) => Promise<unknown>;
    readonly undo: (eva: User) => Promise<unknown>;
    /** A name that means somebody else for a while was never another's. */
    readonly back?: true;
  }[] = [
    {
      name: 'deactivated',
      befall: (eva) => change(eva, { active: false }),
      undo: (eva) => change(eva, {}),
    },
    {
      name: 'renamed',
      befall: (eva) => change(eva, { name: 'eva-maria' }),
      undo: (eva) => change(eva, {}),
    },
    {
      name: 'given a new password',
      befall: async ({ id }) => {
        const stored = await served.gateway.store.reader.password(id);
        return write((transaction) => transaction.setPasswordHash(id, stored?.hash ?? ''));
      },
      undo: async () => undefined,
    },
    {
      name: 'in a directory that is switched off',
      befall: ({ directoryId }) =>
        write((transaction) => transaction.changeDirectory(directoryId, { active: false })),
      undo: ({ directoryId }) =>
        write((transaction) => transaction.changeDirectory(directoryId, { active: true })),
    },
    {
      name: 'masked',
      befall: (eva) =>
        write(async (transaction) => {
          const { second } = company;
          await transaction.addUsers(second.id, [{ ...eva, externalId: 'another éva' }]);
          await reverse(transaction);
        }),
      undo: (eva) =>
        write(async (transaction) => {
          await reverse(transaction);
          const masking = await transaction.userByKey(company.second.id, eva.nameKey);
          await transaction.removeUsers(masking ? [masking.id] : []);
        }),
      back: true,
    },
    {
      name: 'deleted',
      befall: ({ id }) => write((transaction) => transaction.removeUsers([id])),
      undo: (eva) => write((transaction) => transaction.addUsers(eva.directoryId, [eva])),
    },
  ];

  type Work = Parameters<Served['gateway']['store']['transact']>[1];
  type Transaction = Parameters<Work>[0];
  const write = (work: (transaction: Transaction) => Promise<unknown>) =>
    served.gateway.store.transact({ type: 'OPERATOR' }, work);
  const change = (eva: User, facts: Partial<User>) =>
    write((transaction) => transaction.changeUsers([{ id: eva.id, facts: { ...eva, ...facts } }]));
  const reverse = async (transaction: Transaction) => {
    const order = (await transaction.directories()).map(({ id }) => id);
    await transaction.reorderDirectories(order.reverse());
  };

  it.each(FATES)('ends when its user is $name', async ({ befall, undo, back }) => {
    const { userId } = await bearer('éva');
    const [eva] = await served.gateway.store.reader.usersByIds([userId]);
    const token = await stash.tokenOf('éva', USER_PASSWORD);
    await befall(eva);
    expect(await stash.look(token)).toBe(NO_SESSION);
    expect(await wiki.check(token)).toBe(NO_SESSION);
    await undo(eva);
    expect(await stash.look(token)).toBe(back ? ALIVE : NO_SESSION);
  });

  it('is there for the applications that see its user, and for no other', async () => {
    const login = { name: 'Narrow', password: 'narrow:secret' };
    const { id } = await addApplication(served.gateway, login);
    const narrow = new SessionClient(served, login);
    const directories = [{ directoryId: company.second.id, permissions: [] }];
    await write((transaction) => transaction.changeApplication(id, { directories }));
    const [ofFirst, ofSecond] = [await ann(), await stash.tokenOf('cid', USER_PASSWORD)];
    expect(await narrow.look(ofFirst)).toBe(NO_SESSION);
    expect(await narrow.check(ofFirst, AT_HOME)).toBe(NO_SESSION);
    expect(await narrow.look(ofSecond)).toBe(ALIVE);
    await narrow.ask('/session?username=ann', { method: 'DELETE' });
    expect(await stash.look(ofFirst)).toBe(ALIVE);
  });

  it('is swept away once it is over', async () => {
    const { gateway } = served;
    const count = async () => {
      const rows = await gateway.store.sql.read((session) =>
        session.select('SELECT digest FROM user_session'),
      );
      return rows.length;
    };
    clock.advance(12 * HOUR);
    const token = await ann();
    expect(await count()).toBeGreaterThan(1);
    await tidyUp(gateway);
    expect(await count()).toBe(1);
    expect(await stash.look(token)).toBe(ALIVE);
  });
});
