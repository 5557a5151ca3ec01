import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { checkLicence, tidyUp } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { ADA, settleCompany } from './company.js';
import { authorization, OPERATOR, type Served, serve } from './served.js';
import { Listening, socketClient } from './sockets.js';

const DAY_MS = 24 * 60 * 60_000;

const SUBSCRIPTION = `subscription($after: String) { licenceWarning(after: $after) {
  cursor threshold direction seatsUsed limit at overSince graceEndsAt message cause { type name runId }
} }`;

describeEachDatabase('the grace period of an exceeded licence', (database) => {
  let served: Served;
  let clock: StandingClock;
  const clients: ReturnType<typeof socketClient>[] = [];

  beforeAll(async () => {
    clock = new StandingClock();
    served = await serve({ url: await database.create(), clock, logRetentionDays: 10 });
    await settleCompany(served.gateway.store);
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));
  afterAll(() => served.close());

  const subscribe = (after: string | null) => {
    const client = socketClient(served.origin, authorization(ADA));
    clients.push(client);
    return new Listening<{ licenceWarning: Record<string, unknown> }>(client, SUBSCRIPTION, {
      after,
    });
  };
  const limit = (seats: number, dryRun = false) =>
    served.read<{ setLicenceLimit: { revision: number; licence: unknown } }>(
      OPERATOR,
      `mutation($seats: Int, $dryRun: Boolean) { setLicenceLimit(limit: $seats, dryRun: $dryRun) {
        revision licence { overLimit overSince graceEndsAt } } }`,
      { seats, dryRun },
    );
  const licence = async (asOf: number | null = null) =>
    (
      await served.read<{ licence: Record<string, unknown> }>(
        ADA,
        `query($asOf: Revision) { licence(asOf: $asOf) { overLimit overSince graceEndsAt } }`,
        { asOf },
      )
    ).licence;
  const cursor = async () =>
    (
      await served.read<{ licence: { warningCursor: string } }>(
        ADA,
        '{ licence { warningCursor } }',
      )
    ).licence.warningCursor;

  const kept = { overLimit: false, overSince: null, graceEndsAt: null };

  it('is told with the licence, with the warning and when it ends', async () => {
    const after = await cursor();
    expect(await licence()).toEqual(kept);
    // What would be has no clock.
    const tried = await limit(3, true);
    expect(tried.setLicenceLimit.licence).toEqual({ ...kept, overLimit: true });

    const since = clock.now();
    const grace = {
      overSince: since.toISOString(),
      graceEndsAt: new Date(since.getTime() + DAY_MS).toISOString(),
    };
    const { revision, licence: made } = (await limit(3)).setLicenceLimit;
    expect(made).toEqual({ overLimit: true, ...grace });
    clock.advance(DAY_MS / 2);
    expect(await licence()).toEqual({ overLimit: true, ...grace });
    expect(await checkLicence(served.gateway)).toBe(0);

    const listening = subscribe(after);
    const next = async () => (await listening.next()).licenceWarning;
    expect(await next()).toMatchObject({ threshold: 90, overSince: null, graceEndsAt: null });
    expect(await next()).toMatchObject({ threshold: 100, direction: 'UP', ...grace });
    const ended = next();
    clock.advance(DAY_MS / 2);
    expect(await checkLicence(served.gateway)).toBe(1);
    expect(await ended).toMatchObject({
      threshold: 100,
      direction: 'STAYED',
      seatsUsed: 4,
      limit: 3,
      at: clock.now().toISOString(),
      ...grace,
      message: expect.stringContaining('24 hours'),
      cause: { type: 'GATEWAY', name: null, runId: null },
    });
    expect(await licence()).toEqual({ overLimit: true, ...grace });
    // It is known as long as nothing has been told since, and not for what was before.
    expect(await licence(revision)).toEqual({ ...kept, overLimit: true });

    await limit(4);
    expect(await next()).toMatchObject({ direction: 'DOWN', overSince: null, graceEndsAt: null });
    expect(await licence()).toEqual(kept);
  });

  it('leaves no subscriber behind a cut unawares', async () => {
    const after = await cursor();
    await limit(100);
    await limit(3);
    clock.advance(20 * DAY_MS);
    await limit(100);
    await tidyUp(served.gateway);
    const refusal: unknown = await subscribe(after)
      .answer()
      .catch((errors: unknown) => errors);
    expect(refusal).toMatchObject([
      { extensions: { code: 'REVISION_NOT_REACHABLE', details: { reason: 'LOG_CUT_OFF' } } },
    ]);
    expect(await served.codeOf(ADA, '{ licence(asOf: 1) { used } }')).toBe(
      'REVISION_NOT_REACHABLE',
    );
    const begunAnew = subscribe(await cursor());
    await limit(3);
    expect((await begunAnew.next()).licenceWarning).toMatchObject({ threshold: 90 });
  });
});
