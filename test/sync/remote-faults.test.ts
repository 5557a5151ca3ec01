import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SynchronisationRun } from '../../src/domain/index.js';
import type { AskedPart, CompanySettings, Fault, Part } from '../support/company-server.js';
import { sendXml, XML_HEADERS } from '../support/crowd-answers.js';
import { makeCertificate } from '../support/crowd-certificate.js';
import { describeEachDatabase } from '../support/databases.js';
import { AFTER, BEFORE, FaultyRuns } from '../support/faulty-runs.js';
import { refusedPort, startServer } from '../support/misbehaving-server.js';
import { naivePicture } from './naive-picture.js';

type Answer = (asked: AskedPart, response: Parameters<Fault>[1]) => void;

/** Answers the `nth` request for a part in its own way. */
function at(part: Part, answer: Answer, nth = 1): Fault {
  return (asked, response) => {
    if (asked.part !== part || asked.nth !== nth) return false;
    answer(asked, response);
    return true;
  };
}

/** Answers every request for a part in its own way. */
function always(part: Part, answer: Answer): Fault {
  return (asked, response) => {
    if (asked.part !== part) return false;
    answer(asked, response);
    return true;
  };
}

const answering =
  (status: number, headers: object, body: string | Buffer = ''): Answer =>
  (_asked, response) => {
    response.writeHead(status, { ...headers });
    response.end(body);
  };
const document =
  (xml: string): Answer =>
  (_asked, response) =>
    sendXml(response, 200, xml);
const reset: Answer = (_asked, response) => {
  response.socket?.resetAndDestroy();
};
const drip: Answer = ({ xml }, response) => {
  response.writeHead(200, XML_HEADERS);
  let sent = 0;
  const timer = setInterval(() => response.write(xml.slice(sent, ++sent)), 100);
  response.on('close', () => clearInterval(timer));
};
const resetWithin: Answer = ({ xml }, response) => {
  response.writeHead(200, { ...XML_HEADERS, 'Content-Length': Buffer.byteLength(xml) });
  response.write(xml.slice(0, 5_000), () => response.socket?.resetAndDestroy());
};

const LAUGHS = `<?xml version="1.0"?><!DOCTYPE users [<!ENTITY a "lol">${Array.from(
  { length: 9 },
  (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`,
).join('')}]><users><user name="&j;"/></users>`;

const JSON_HEADERS = { ...XML_HEADERS, 'Content-Type': 'application/json' };

interface Passing extends CompanySettings {
  readonly name: string;
}

interface Failing extends Passing {
  readonly reason: string;
  readonly impatient?: true;
}

/** 150 ms of silence, and four seconds in all for a page. */
const SOON = { connectTimeoutMs: 1_000, requestTimeoutMs: 150 };

const FAILURES: readonly Failing[] = [
  ...[500, 502, 503, 504].map((status) => ({
    name: `${status}`,
    reason: 'UNREACHABLE',
    fault: at('groups', answering(status, XML_HEADERS)),
  })),
  {
    name: '502 of a proxy, which is no user server',
    reason: 'PROTOCOL',
    fault: at('groups', answering(502, { 'Content-Type': 'text/html' }, '<html/>')),
  },
  {
    name: '429 with more patience asked for than there is',
    reason: 'UNREACHABLE',
    fault: at('users', answering(429, { ...XML_HEADERS, 'Retry-After': '120' })),
  },
  {
    name: '401 midway',
    reason: 'AUTH',
    fault: at('users', answering(401, XML_HEADERS), 2),
    pageSize: 30,
  },
  {
    name: '403 midway',
    reason: 'ADDRESS_REFUSED',
    fault: at('memberships', answering(403, { ...XML_HEADERS, 'Content-Type': 'text/html' }, 'No')),
  },
  {
    name: 'a start-index that is ignored',
    reason: 'PROTOCOL',
    pageSize: 30,
    fault: always('users', ({ page }, response) => sendXml(response, 200, page(0, 30))),
  },
  {
    name: 'an empty page before the end, each time',
    reason: 'PROTOCOL',
    pageSize: 30,
    fault: always('users', ({ page, startIndex }, response) =>
      sendXml(response, 200, startIndex === 0 ? page(0, 30) : '<users/>'),
    ),
  },
  {
    name: 'pages in another order',
    reason: 'PROTOCOL',
    pageSize: 30,
    fault: (asked, response) => {
      // 80 users: the third page has 20, so the first two change places.
      if (asked.part !== 'users' || asked.startIndex >= 60) return false;
      sendXml(response, 200, asked.page((asked.startIndex + 30) % 60, 30));
      return true;
    },
  },
  {
    name: 'a compressed body that is not called so',
    reason: 'PROTOCOL',
    fault: at('users', (asked, response) =>
      answering(200, XML_HEADERS, gzipSync(asked.xml))(asked, response),
    ),
  },
  { name: 'drops of one byte', reason: 'UNREACHABLE', fault: at('users', drip), impatient: true },
  {
    name: 'no answer',
    reason: 'UNREACHABLE',
    fault: at('memberships', () => undefined),
    impatient: true,
  },
  { name: 'resets before each answer', reason: 'UNREACHABLE', fault: always('groups', reset) },
  { name: 'a reset within an answer', reason: 'UNREACHABLE', fault: at('groups', resetWithin) },
  {
    name: 'a redirect',
    reason: 'PROTOCOL',
    fault: at('users', answering(302, { ...XML_HEADERS, Location: '/login' })),
  },
  {
    name: 'HTML with 200',
    reason: 'PROTOCOL',
    fault: at(
      'groups',
      answering(200, { ...XML_HEADERS, 'Content-Type': 'text/html' }, '<html>Sign in</html>'),
    ),
  },
  {
    name: 'JSON, which is never asked for',
    reason: 'PROTOCOL',
    fault: at('users', answering(200, JSON_HEADERS, '{"users":[]}')),
  },
  {
    name: 'JSON that is called XML',
    reason: 'PROTOCOL',
    fault: at('users', document('{"users":[]}')),
  },
  { name: 'a billion laughs', reason: 'PROTOCOL', fault: at('users', document(LAUGHS)) },
  { name: 'another root', reason: 'PROTOCOL', fault: at('groups', document('<users/>')) },
  {
    name: 'another root for memberships',
    reason: 'PROTOCOL',
    fault: at('memberships', document('<groups/>')),
  },
  {
    name: 'no version header',
    reason: 'PROTOCOL',
    fault: at('memberships', (asked, response) =>
      answering(200, { 'Content-Type': 'application/xml' }, asked.xml)(asked, response),
    ),
  },
  {
    name: 'nothing at all with 200',
    reason: 'PROTOCOL',
    fault: at('users', answering(200, XML_HEADERS)),
  },
  {
    name: 'one user again and again',
    reason: 'PROTOCOL',
    fault: always('users', ({ startIndex }, response) =>
      sendXml(response, 200, `<users>${'<user name="ann"/>'.repeat(50 - startIndex)}</users>`),
    ),
  },
];

const PASSING: readonly Passing[] = [
  {
    name: 'pages shorter than asked for',
    pageSize: 7,
  },
  {
    name: 'a page longer than asked for',
    fault: at('users', ({ page }, response) => sendXml(response, 200, page(0, 5_000))),
  },
  {
    name: 'a page that comes twice',
    pageSize: 30,
    fault: at('groups', ({ page }, response) => sendXml(response, 200, page(0, 30)), 3),
  },
  {
    name: 'an empty page before the end, once',
    pageSize: 30,
    fault: at('users', document('<users/>'), 2),
  },
  {
    name: 'a list whose first entry goes after the first page',
    pageSize: 30,
    fault: ({ part, nth, page, startIndex }, response) => {
      if (part !== 'users' || nth === 1) return false;
      sendXml(response, 200, page(startIndex + 1, 30));
      return true;
    },
  },
  {
    name: '429 with a second of patience',
    fault: at('groups', answering(429, { ...XML_HEADERS, 'Retry-After': '1' })),
  },
  { name: 'a reset before an answer', fault: at('memberships', reset) },
];

describeEachDatabase('a run against a server that misbehaves', (database) => {
  let runs: FaultyRuns;
  beforeAll(async () => {
    runs = await FaultyRuns.make(await database.open());
    const { store, directory } = runs.harness;
    await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.changeDirectory(directory.id, {
        connection: { ...directory.connection!, mostRemovedPercent: 10 },
      }),
    );
  });
  afterAll(() => runs.server.close());

  /** Checks that a run leaves the copy alone, and that the next good one brings everything. */
  const changesNothing = async (expected: object, faulty: () => ReturnType<FaultyRuns['run']>) => {
    expect(await runs.run(BEFORE)).toMatchObject({ outcome: 'SUCCEEDED' });
    const before = await runs.harness.state();
    expect(await faulty()).toMatchObject({ revision: null, ...expected });
    expect(await runs.harness.state()).toEqual(before);
    expect(await runs.run(AFTER)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await runs.harness.held()).toEqual(naivePicture(AFTER));
  };

  it.each(FAILURES)('fails with $reason and changes nothing: $name', async (trial) => {
    const overrides = trial.impatient ? SOON : {};
    await changesNothing({ outcome: 'FAILED', reason: trial.reason }, () =>
      runs.run(AFTER, trial, overrides),
    );
  });

  it('fails when everything comes, but not in the time for all of it', async () => {
    const fault = always('users', ({ xml }, response) => {
      setTimeout(() => sendXml(response, 200, xml), 40);
    });
    await changesNothing({ outcome: 'FAILED', reason: 'RUN_TOO_LONG' }, () =>
      runs.run(AFTER, { fault, pageSize: 2 }, {}, { readWithinMs: 400 }),
    );
  });

  it('keeps what it had read and cost when it is cancelled, and the next one has a record of its own', async () => {
    expect(await runs.run(BEFORE)).toMatchObject({ outcome: 'SUCCEEDED' });
    const { store, directory } = runs.harness;
    const cancelFirst = ([{ id }]: readonly SynchronisationRun[]) => store.runs.cancel(id);
    // The second page never comes.
    const fault = at('users', () => void store.runs.latest([directory.id]).then(cancelFirst), 2);
    const cancelled = await runs.run(AFTER, { fault, pageSize: 10 });
    expect(cancelled).toMatchObject({
      outcome: 'ABORTED',
      reason: 'RUN_CANCELLED',
      kind: 'FULL',
      counts: { usersRead: 10, usersAdded: 0, usersRemoved: 0 },
      progress: null,
      revision: null,
    });
    expect(cancelled.requests).toBe(3);
    expect(cancelled.bytes).toBeGreaterThan(1_000);
    const next = await runs.run(AFTER);
    expect(next).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await store.runs.byId(cancelled.id)).toEqual(cancelled);
    expect(await store.runs.byId(next.id)).toEqual(next);
  });

  it('is held when a list ends too early', async () => {
    const fault = always('users', ({ page, startIndex }, response) =>
      sendXml(response, 200, page(startIndex, Math.max(0, 30 - startIndex))),
    );
    await changesNothing({ outcome: 'HELD', reason: 'REMOVALS_HELD' }, () =>
      runs.run(AFTER, { fault, pageSize: 30 }),
    );
  });

  it.each(PASSING)('bears with $name', async (trial) => {
    await runs.run(BEFORE);
    expect(await runs.run(AFTER, trial)).toMatchObject({ outcome: 'SUCCEEDED', reason: null });
    expect(await runs.harness.held()).toEqual(naivePicture(AFTER));
  });

  it('fails with PROTOCOL and reads nothing of a compressed bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const headers = { ...XML_HEADERS, 'Content-Encoding': 'gzip' };
    await changesNothing({ outcome: 'FAILED', reason: 'PROTOCOL' }, async () => {
      const run = await runs.run(AFTER, { fault: at('users', answering(200, headers, bomb)) });
      expect(runs.remote?.usage()).toEqual({ requests: 2, bytes: 0 });
      return run;
    });
  });

  it('fails with UNREACHABLE where nothing listens', async () => {
    const serverUrl = `http://127.0.0.1:${await refusedPort()}`;
    await changesNothing({ outcome: 'FAILED', reason: 'UNREACHABLE' }, () =>
      runs.run(AFTER, {}, { serverUrl }),
    );
  });

  const certificate = makeCertificate();
  const whenMade = certificate ? it : it.skip;
  whenMade('fails with TLS for a certificate that is not trusted', async () => {
    const secure = await startServer(() => undefined, certificate ?? undefined);
    try {
      await changesNothing({ outcome: 'FAILED', reason: 'TLS' }, () =>
        runs.run(AFTER, {}, { serverUrl: secure.url }),
      );
      expect(secure.requests).toEqual([]);
    } finally {
      await secure.close();
    }
  });
});
