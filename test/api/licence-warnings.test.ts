import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway } from '../support/gateway.js';
import { ADA, type CompanyIds, LIN, settleCompany } from './company.js';
import { authorization, OPERATOR, type Served, serve } from './served.js';
import { Listening, socketClient } from './sockets.js';

const SUBSCRIPTION = `subscription($after: String) { licenceWarning(after: $after) {
  cursor threshold direction seatsUsed limit revision message cause { type name }
} }`;

interface Warning {
  readonly cursor: string;
  readonly threshold: number;
  readonly direction: 'UP' | 'DOWN';
  readonly seatsUsed: number;
  readonly limit: number | null;
  readonly revision: number;
  readonly message: string;
  readonly cause: { readonly type: string; readonly name: string | null };
}

const crossing = ({ threshold, direction }: Warning) => `${threshold} ${direction}`;

describeEachDatabase('licence warnings', (database) => {
  let served: Served;
  let ids: CompanyIds;
  let url: string;
  const clients: ReturnType<typeof socketClient>[] = [];

  beforeAll(async () => {
    url = await database.create();
    served = await serve({ url });
    ids = await settleCompany(served.gateway.store);
  });
  beforeEach(() => wide());
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));
  afterAll(() => served.close());

  const subscribe = (after: string | null, from: Served = served) => {
    const client = socketClient(from.origin, authorization(ADA));
    clients.push(client);
    return new Listening<{ licenceWarning: Warning }>(client, SUBSCRIPTION, { after });
  };
  const take = async (listening: Listening<{ licenceWarning: Warning }>, count: number) => {
    const warnings: Warning[] = [];
    while (warnings.length < count) warnings.push((await listening.next()).licenceWarning);
    return warnings;
  };
  const end = async (from: Served = served) =>
    (
      await from.read<{ licence: { warningCursor: string } }>(
        OPERATOR,
        '{ licence { warningCursor } }',
      )
    ).licence.warningCursor;
  const limit = (seats: number | null, from: Served = served) =>
    from.read(OPERATOR, 'mutation($seats: Int) { setLicenceLimit(limit: $seats) { revision } }', {
      seats,
    });
  const seats = (from: Served = served) => from.gateway.live.index.licence().seatsUsed;
  /** Far below every threshold, full, and exceeded. */
  const wide = (from: Served = served) => limit(1_000, from);
  const full = (from: Served = served) => limit(seats(from), from);
  const exceeded = (from: Served = served) => limit(seats(from) - 1, from);
  const hire = async (...names: string[]) => {
    for (const name of names) {
      await served.read(
        ADA,
        'mutation($group: ID!, $name: String!) { createUser(input: { name: $name }) { revision } addMember(group: $group, member: { type: USER, name: $name }) { revision } }',
        { group: ids.groups.developers, name },
      );
    }
  };

  it('come once for each threshold that is crossed, upwards and back', async () => {
    expect(seats()).toBe(4);
    await limit(10);
    const listening = subscribe(await end());
    await hire('a', 'b', 'c', 'd');
    await hire('e');
    await hire('f', 'g');
    await limit(11);
    await limit(20);
    await limit(9);
    await limit(null);
    // Another crossing comes last: nothing that came before it was sent twice.
    await limit(12);
    const warnings = await take(listening, 9);
    expect(
      warnings.map((warning) => `${crossing(warning)}: ${warning.seatsUsed}/${warning.limit}`),
    ).toEqual([
      '90 UP: 9/10',
      '100 UP: 11/10',
      '100 DOWN: 11/11',
      '90 DOWN: 11/20',
      '90 UP: 11/9',
      '100 UP: 11/9',
      '100 DOWN: 11/null',
      '90 DOWN: 11/null',
      '90 UP: 11/12',
    ]);
  });

  it('say what caused them and at which revision', async () => {
    await limit(seats() + 2);
    const listening = subscribe(await end());
    await hire('h');
    const [warning] = await take(listening, 1);
    expect(warning).toMatchObject({
      threshold: 90,
      direction: 'UP',
      revision: await served.gateway.store.reader.revision(),
      cause: { type: 'USER', name: 'ada' },
      message: expect.stringContaining(`${seats()} of ${seats() + 1} seats`),
    });
    await exceeded();
    expect(await take(listening, 1)).toMatchObject([
      { threshold: 100, cause: { type: 'BREAK_GLASS', name: 'operator' } },
    ]);
  });

  it('are counted by names: a grant to somebody who has a seat crosses nothing', async () => {
    // One seat more is nine tenths, none more is not.
    await limit(Math.floor((seats() + 1) / 0.9));
    const after = await end();
    for (const user of ['lin', 'nobody-yet', 'nil']) {
      await served.read(
        ADA,
        'mutation($user: String!) { grantPermission(permission: "LICENSED_USER", subject: { type: USER, name: $user }) { revision } }',
        { user },
      );
    }
    await wide();
    expect((await take(subscribe(after), 2)).map(crossing)).toEqual(['90 UP', '90 DOWN']);
  });

  it('begin with what happens from now on when no cursor is given', async () => {
    await full();
    const first = subscribe(null).next();
    // Thresholds are crossed until the subscription, which is on its way, sees one.
    for (let seen: unknown = null; seen === null; ) {
      await exceeded();
      await full();
      seen = await Promise.race([first, served.read(OPERATOR, '{ revision }').then(() => null)]);
    }
    // The limit became full before, and that is not told.
    expect(['100 UP', '100 DOWN']).toContain(crossing((await first).licenceWarning));
  });

  it('are not lost by a cut: a subscriber goes on after the last one it has seen', async () => {
    const listening = subscribe(await end());
    await full();
    const [seen] = await take(listening, 1);
    clients[0].terminate();
    await exceeded();
    await wide();
    expect((await take(subscribe(seen.cursor), 3)).map(crossing)).toEqual([
      '100 UP',
      '100 DOWN',
      '90 DOWN',
    ]);
  });

  it('are not lost by a restart of the server, nor sent twice', async () => {
    const own = await database.create();
    const first = await serve({ url: own });
    await settleCompany(first.gateway.store);
    const listening = subscribe(await end(first), first);
    await full(first);
    const [seen] = await take(listening, 1);
    await first.close();

    // While nobody serves, another process crosses a threshold.
    const meanwhile = await openTestGateway({ url: own });
    await meanwhile.gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.setLicenceLimit(3),
    );
    await meanwhile.close();

    const second = await serve({ url: own });
    const again = subscribe(seen.cursor, second);
    expect((await take(again, 1)).map(crossing)).toEqual(['100 UP']);
    await wide(second);
    expect((await take(again, 2)).map(crossing)).toEqual(['100 DOWN', '90 DOWN']);
    await second.close();
  });

  it('reach subscribers of another process that follows the log', async () => {
    const there = await serve({ url });
    const listening = subscribe(await end(there), there);
    const first = listening.next();
    await full();
    await there.gateway.live.catchUp();
    expect(crossing((await first).licenceWarning)).toBe('90 UP');
    const next = listening.next();
    await exceeded();
    await there.gateway.live.catchUp();
    expect(crossing((await next).licenceWarning)).toBe('100 UP');
    await there.close();
  });

  it('are the same for every subscriber while many change the truth at once', async () => {
    const { reader } = served.gateway.store;
    const after = { revision: await reader.revision(), ordinal: Number.MAX_SAFE_INTEGER };
    const cursor = await end();
    const many = Array.from({ length: 5 }, () => subscribe(cursor));
    const taken = many.map((listening) => take(listening, 16));
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        await exceeded();
        await wide();
      }),
    );
    // Ups and downs of different writers may meet and cancel out: go on until there were enough.
    const logged = () => reader.changes({ after, limit: 16, kinds: ['LicenceWarning'] });
    while ((await logged()).length < 16) {
      await exceeded();
      await wide();
    }
    const expected = (await logged()).map(({ revision, ordinal }) => `${revision}.${ordinal}`);
    for (const warnings of await Promise.all(taken)) {
      const told = warnings.map((warning) =>
        JSON.parse(decoded(warning.cursor)).slice(1).join('.'),
      );
      expect(told).toEqual(expected);
    }
  });

  it('are for administrators, and end when somebody is none any more', async () => {
    const client = socketClient(served.origin, authorization(LIN));
    clients.push(client);
    expect((await new Listening(client, SUBSCRIPTION).answer()).errors).toMatchObject([
      { extensions: { code: 'PERMISSION_DENIED' } },
    ]);
    const listening = subscribe(await end());
    await full();
    await take(listening, 1);
    const change = (mutation: string) =>
      served.read(
        OPERATOR,
        `mutation { ${mutation}(permission: "ADMIN", subject: { type: GROUP, name: "jira-administrators" }) { revision } }`,
      );
    await change('revokePermission');
    await exceeded();
    await listening.ended();
    await change('grantPermission');
  });

  it('refuse a cursor that is none of theirs', async () => {
    const encoded = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const after of ['nothing', '', encoded(['change', 1]), encoded(['name', 'ada'])]) {
      expect((await subscribe(after).answer()).errors).toMatchObject([
        { extensions: { code: 'PAGE_INVALID' } },
      ]);
    }
  });

  it('leave nothing behind when a subscriber goes', async () => {
    const { live } = served.gateway;
    const listen = live.listen;
    let listeners = 0;
    let gone = (): void => undefined;
    live.listen = (listener) => {
      const stop = listen.call(live, listener);
      listeners++;
      return () => {
        stop();
        listeners--;
        gone();
      };
    };
    const nextToGo = () =>
      new Promise<void>((resolve) => {
        gone = resolve;
      });
    const after = await end();
    await full();
    const stopped = subscribe(after);
    await take(stopped, 1);
    await take(subscribe(after), 1);
    expect(listeners).toBe(2);
    const first = nextToGo();
    await stopped.stop();
    await first;
    expect(listeners).toBe(1);
    const second = nextToGo();
    clients[1].terminate();
    await second;
    expect(listeners).toBe(0);
    live.listen = listen;
  });

  it('tell a subscriber to come again when the server stops', async () => {
    const stopping = await serve({ url });
    const listening = subscribe(await end(stopping), stopping);
    await full(stopping);
    await listening.next();
    const last = expect(listening.next()).rejects.toMatchObject({ code: 1012 });
    await stopping.api.stop();
    await last;
    await stopping.close();
  });
});

function decoded(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8');
}
