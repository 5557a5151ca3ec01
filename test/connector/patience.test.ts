import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { longestWaitMs } from '../../src/connector/crowd/http-exchange.js';
import { Patience, Postponed, postponedBy } from '../../src/connector/crowd/patience.js';
import { ServerFaults } from '../../src/connector/crowd/server-faults.js';
import { CONNECTION_DEFAULTS } from '../../src/domain/index.js';
import { inTurn, JIRA_HEADERS, xml } from '../support/crowd-answers.js';
import {
  allOf,
  connectionTo,
  connectTo,
  failureOf,
  IMPATIENT,
} from '../support/crowd-connection.js';
import { type Behaviour, type LocalServer, startServer } from '../support/misbehaving-server.js';

const CUT: Behaviour = (_request, response) => {
  response.socket?.resetAndDestroy();
};
const ANN = xml('<users><user name="ann"/></users>');
const NOBODY = xml('<users/>');

/** Asks for `seconds` of patience, as the server itself or as a proxy in front of it. */
function later(
  status: number,
  seconds: number | string,
  headers: object = JIRA_HEADERS,
): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { ...headers, 'Retry-After': String(seconds) });
    response.end();
  };
}

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

const readUsers = () => allOf(connectTo(server.url).readUsers());
const answers = (status: number) => ({
  code: 'UNREACHABLE',
  details: { server: server.url, reason: `answers ${status}` },
});
const CUT_SHORT = 'the connection was closed without an answer';

describe('a reading that nobody waits for', () => {
  it.each([
    { name: 'busy', behaviour: later(429, 1) },
    { name: 'in maintenance', behaviour: later(503, 0) },
    { name: 'behind a proxy that is', behaviour: later(503, 1, {}) },
    { name: 'until a date that has come', behaviour: later(429, new Date(0).toUTCString()) },
  ])('waits for a server that is $name', async ({ behaviour }) => {
    server.behave(inTurn(behaviour, ANN, NOBODY));
    expect(await readUsers()).toHaveLength(1);
    // The one that is put off, the page, and two that find nobody behind it.
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    { name: 'too much', behaviour: later(503, 31), status: 503 },
    { name: 'more than ever', behaviour: later(429, '9999999999'), status: 429 },
    {
      name: 'a date in years',
      behaviour: later(429, 'Fri, 01 Jan 2100 00:00:00 GMT'),
      status: 429,
    },
    { name: 'nothing that can be read', behaviour: later(503, 'soon'), status: 503 },
    { name: 'patience without a reason', behaviour: later(500, 1), status: 500 },
  ])('does not wait for one that asks for $name', async ({ behaviour, status }) => {
    server.behave(behaviour);
    expect(await failureOf(readUsers())).toEqual(answers(status));
    expect(server.requests).toHaveLength(1);
  });

  it('is sent again when its connection was cut before an answer, twice at most', async () => {
    server.behave(inTurn(CUT, CUT, ANN, CUT, NOBODY));
    expect(await readUsers()).toHaveLength(1);
    expect(server.requests).toHaveLength(6);
    server.behave(CUT);
    expect((await failureOf(readUsers())).details).toEqual({
      server: server.url,
      reason: CUT_SHORT,
    });
    expect(server.requests).toHaveLength(9);
  });

  it('is not sent again once an answer has begun, nor after silence', async () => {
    server.behave((_request, response) => {
      response.writeHead(200, { ...JIRA_HEADERS, 'Content-Type': 'application/xml' });
      response.write('<users>', () => response.socket?.resetAndDestroy());
    });
    await failureOf(readUsers());
    expect(server.requests).toHaveLength(1);
    server.behave(() => {});
    await failureOf(allOf(connectTo(server.url, IMPATIENT).readUsers()));
    expect(server.requests).toHaveLength(2);
  });
});

describe('a person who waits', () => {
  it.each([
    { name: 'until later', behaviour: later(429, 1), reason: 'answers 429' },
    { name: 'after a cut', behaviour: CUT, reason: CUT_SHORT },
  ])('is told at once, and nothing is sent again $name', async ({ behaviour, reason }) => {
    server.behave(behaviour);
    const remote = connectTo(server.url);
    const refused = { code: 'UNREACHABLE', details: { server: server.url, reason } };
    expect(await failureOf(remote.authenticate('ann', 'x'))).toEqual(refused);
    expect(await failureOf(connectTo(server.url).findUsers(['ann']))).toEqual(refused);
    expect(await failureOf(connectTo(server.url).identify())).toEqual(refused);
    expect(server.requests).toHaveLength(3);
  });

  it('waits for one silence and the connection, whatever a page may take', async () => {
    server.behave((_request, response) => {
      response.writeHead(200, { ...JIRA_HEADERS, 'Content-Type': 'application/xml' });
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const remote = connectTo(server.url, { connectTimeoutMs: 300, requestTimeoutMs: 300 });
    const slow = {
      code: 'UNREACHABLE',
      details: { server: server.url, reason: 'no complete answer came in time' },
    };
    expect(await failureOf(remote.authenticate('ann', 'x'))).toEqual(slow);
    expect(await failureOf(remote.findUsers(['ann']))).toEqual(slow);
  });
});

describe('the longest wait', () => {
  const settings = [
    connectionTo('http://127.0.0.1', CONNECTION_DEFAULTS),
    connectionTo('http://127.0.0.1', { connectTimeoutMs: 600_000, requestTimeoutMs: 600_000 }),
  ];

  it('is ten seconds where somebody waits, whatever is set', () => {
    for (const allowance of ['SIGN_IN', 'LOOK_UP'] as const) {
      expect(settings.map((connection) => longestWaitMs(allowance, connection))).toEqual([
        10_000, 10_000,
      ]);
    }
    const quick = connectionTo('http://127.0.0.1', {
      connectTimeoutMs: 100,
      requestTimeoutMs: 200,
    });
    expect(longestWaitMs('SIGN_IN', quick)).toBe(300);
  });

  it('is that of the settings for a run', () => {
    expect(longestWaitMs('SMALL', settings[0])).toBe(65_000);
    expect(longestWaitMs('PAGE', settings[0])).toBe(605_000);
  });
});

describe('patience', () => {
  const faults = new ServerFaults('http://127.0.0.1', []);
  const postponed = (afterMs: number) => new Postponed(afterMs, faults.unreachable('answers 429'));

  it('is used up by all requests of one list together', async () => {
    const patience = new Patience();
    expect(await patience.waitFor(postponed(1_000))).toBe(true);
    expect(await patience.waitFor(postponed(29_001))).toBe(false);
    expect(await new Patience().waitFor(postponed(30_001))).toBe(false);
  });

  it('is used up once by requests that wait side by side', async () => {
    const patience = new Patience();
    const waits = (ms: number) =>
      Promise.race([patience.waitFor(postponed(ms)), nextTurn('waits')]);
    expect(await waits(20_000)).toBe('waits');
    expect(await waits(20_000)).toBe('waits');
    expect(await waits(29_000)).toBe('waits');
    expect(await waits(31_000)).toBe(false);
  });

  it.each([
    { name: 'seconds', status: 429, headers: { 'retry-after': ' 7 ' }, ms: 7_000 },
    {
      name: "a date by the server's clock",
      status: 503,
      headers: {
        'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT',
        date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      },
      ms: 9_000,
    },
    {
      name: 'a date that is over',
      status: 503,
      headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' },
      ms: 0,
    },
    { name: 'nonsense', status: 503, headers: { 'retry-after': 'later' }, ms: null },
    { name: 'nothing', status: 503, headers: {}, ms: null },
    { name: 'seconds with another status', status: 500, headers: { 'retry-after': '7' }, ms: null },
  ])('reads $name', ({ status, headers, ms }) => {
    expect(postponedBy(status, headers)).toBe(ms);
  });
});
