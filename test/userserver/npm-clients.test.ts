import { expect, it } from '@jest/globals';
import { claimMails, resetPassword } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { APPLICATION, addApplication, USER_PASSWORD } from './company.js';
import { clientStageOn } from './npm-clients/client-stage.js';
import { CROWD_CLIENT_TOUR } from './npm-clients/crowd-client-tour.js';
import { CROWD_PATCHED_TOUR } from './npm-clients/crowd-patched-tour.js';
import { firstSteps, play, tokenIn } from './npm-clients/tour.js';
import { WRITTEN_CALLS } from './npm-clients/written-calls.js';
import { settle } from './written-company.js';

const MINUTE = 60_000;

const CLIENTS = [
  {
    client: 'atlassian-crowd-client',
    tour: CROWD_CLIENT_TOUR,
    path: '',
    signIn: 'authentication.authenticate',
    asksForSession: ['session.validate', 'session.getUser'],
  },
  {
    client: 'atlassian-crowd-patched',
    tour: CROWD_PATCHED_TOUR,
    path: '/crowd',
    signIn: 'user.authenticate',
    asksForSession: ['session.authenticate', 'session.find'],
  },
] as const;

/** Whatever a call gives that is not refused. */
const SUCCESS = expect.not.objectContaining({ error: expect.anything() });
const ELSEWHERE = { name: 'Elsewhere', password: 'elsewhere:secret' };

/** By the type of error that both clients make of an application that is not let in. */
const TURNED_AWAY = [
  {
    why: 'a wrong password',
    application: { name: APPLICATION.name, password: 'app:wrong' },
    error: 'APPLICATION_ACCESS_DENIED',
  },
  { why: 'a refused address', application: ELSEWHERE, error: 'APPLICATION_PERMISSION_DENIED' },
];

describeEachDatabase('a client from npm', (database) => {
  const stage = clientStageOn(database);

  it.each(CLIENTS)('makes every call it offers: $client', async ({ client, tour, path }) => {
    const started = await stage.start(client, { path });
    const made = firstSteps(tour).map(({ call }) => call);
    expect(made.sort()).toEqual([...started.offered].sort());
    await play(started, tour);
  });

  it.each(CLIENTS.flatMap((each) => TURNED_AWAY.map((refusal) => ({ ...each, ...refusal }))))(
    'is told with every call that its application is turned away for $why: $client',
    async ({ client, tour, application, error }) => {
      const { gateway } = stage.opened;
      await addApplication(gateway, { ...ELSEWHERE, remoteAddresses: ['192.0.2.1'] });
      const started = await stage.start(client, { application });
      const before = gateway.live.index.revision;
      const asked = firstSteps(tour).filter(({ call }) => call !== 'log');
      for (const { call, args } of asked)
        expect([call, await started.call(call, ...args)]).toEqual([call, { error }]);
      expect(gateway.live.index.revision).toBe(before);
    },
  );

  it.each(CLIENTS)(
    'needs permissions for what it writes and for nothing else: $client',
    async ({ client, tour }) => {
      const { gateway } = stage.opened;
      await settle(stage.opened, stage.application, []);
      const started = await stage.start(client);
      const written = WRITTEN_CALLS[client];
      const denied = { error: 'APPLICATION_PERMISSION_DENIED' };
      const before = gateway.live.index.revision;
      for (const { call, args } of firstSteps(tour)) {
        const given = await started.call(call, ...(written[call] ?? args));
        if (call in written) expect([call, given]).toEqual([call, denied]);
        else expect([call, given]).not.toEqual([call, denied]);
      }
      expect(gateway.live.index.revision).toBe(before);
      for (const [call, args] of Object.entries(written)) {
        await settle(stage.opened, stage.application);
        expect([call, await started.call(call, ...args)]).toEqual([call, SUCCESS]);
      }
    },
  );

  it.each(CLIENTS)(
    'is told that a session is over: $client',
    async ({ client, asksForSession }) => {
      const started = await stage.start(client);
      const token = tokenIn(await started.call('session.create', 'ann', USER_PASSWORD));
      stage.clock.advance(10 * MINUTE - 1);
      for (const call of asksForSession)
        expect([call, await started.call(call, token)]).toEqual([call, SUCCESS]);
      stage.clock.advance(30 * MINUTE);
      for (const call of asksForSession)
        expect([call, await started.call(call, token)]).toEqual([
          call,
          { error: 'INVALID_SSO_TOKEN' },
        ]);
    },
  );

  it.each(CLIENTS)(
    'is put off after five wrong passwords of a user: $client',
    async ({ client, signIn }) => {
      const started = await stage.start(client);
      for (let i = 0; i < 5; i++)
        expect(await started.call(signIn, 'ann', 'a wrong one')).toEqual({
          error: 'INVALID_USER_AUTHENTICATION',
        });
      expect(await started.call(signIn, 'ann', USER_PASSWORD)).toEqual({
        error: 'OPERATION_FAILED',
      });
      stage.clock.advance(MINUTE);
      expect(await started.call(signIn, 'ann', USER_PASSWORD)).toEqual(SUCCESS);
    },
  );

  it('has users sent how to sign in again', async () => {
    const { gateway } = stage.opened;
    const client = await stage.start('atlassian-crowd-client');
    await client.call('user.username.request', 'ann@example.org');
    await client.call('user.password.reset', 'ann');
    for (const handOver of await claimMails(gateway, 10)) await handOver();
    const [names, link] = stage.mails.toSorted((a, b) => Number(a.id) - Number(b.id));
    const asked = { application: APPLICATION.name, email: 'ann@example.org' };
    expect(names).toMatchObject({ ...asked, kind: 'USERNAMES', userNames: ['ann'] });
    expect(link).toMatchObject({ ...asked, kind: 'PASSWORD_RESET', userName: 'ann' });
    const { token = '' } = link;
    await resetPassword(gateway, { token, newPassword: 'a new one', address: null });
    expect(await client.call('authentication.authenticate', 'ann', 'a new one')).toMatchObject({
      value: { username: 'ann' },
    });
  });
});
