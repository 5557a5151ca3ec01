import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCrowd, reuseRemoteDirectories } from '../../src/connector/index.js';
import { JIRA_HEADERS, replay, xml } from '../support/crowd-answers.js';
import { connectionTo, failureOf, IMPATIENT, PASSWORD } from '../support/crowd-connection.js';
import { type Behaviour, type LocalServer, startServer } from '../support/misbehaving-server.js';
import { letDateGoOn, pass, stopDate } from '../support/standing-date.js';

const HANGS: Behaviour = () => {};
const DOWN = xml('<error/>', 503);
const STUMBLES = xml('<error><reason>OPERATION_FAILED</reason></error>', 500);
const WORKS = replay('jira-9-wrong-password');
const REFUSES_US: Behaviour = (_request, response) => {
  response.writeHead(401, JIRA_HEADERS);
  response.end();
};
const NO_XML: Behaviour = (_request, response) => {
  response.writeHead(200, { ...JIRA_HEADERS, 'Content-Type': 'text/html' });
  response.end('<html/>');
};
const PROXY_DOWN: Behaviour = (_request, response) => {
  response.writeHead(502, { 'Content-Type': 'text/html' });
  response.end('<html/>');
};

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(HANGS);
  stopDate();
});
afterEach(async () => {
  letDateGoOn();
  await server.close();
});

/** Everybody who uses one directory in one process. */
function users() {
  const reuse = reuseRemoteDirectories(openCrowd).connect;
  const connection = connectionTo(server.url, IMPATIENT);
  const ordinary = reuse(connection, PASSWORD);
  const insistent = reuse(connection, PASSWORD, 'insistent');
  const signIn = (name = 'ann') => ordinary.authenticate(name, 'x');
  return { ordinary, insistent, signIn };
}

/** How many requests come of this. */
async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  const before = server.requests.length;
  await work();
  return server.requests.length - before;
}

async function failsThrice(signIn: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 3; i++) expect((await failureOf(signIn())).code).toBe('UNREACHABLE');
}

const leftAlone = (before: string, next: string) => ({
  code: 'UNREACHABLE',
  details: { server: server.url, reason: `${before}, a moment ago; ${next}` },
});

describe('a server that fails three times in a row', () => {
  it('is asked nothing for five seconds, by nobody, and each is told so', async () => {
    const { ordinary, signIn } = users();
    server.behave(DOWN);
    await failsThrice(signIn);
    server.behave(WORKS);
    const refused = leftAlone('answers 503', 'it is tried again in 5 s');
    const sent = await requestsOf(async () => {
      expect(await failureOf(signIn('bob'))).toEqual(refused);
      expect(await failureOf(ordinary.findUsers(['ann']))).toEqual(refused);
      expect(await failureOf(ordinary.readUsers()[Symbol.asyncIterator]().next())).toEqual(refused);
      expect(await failureOf(ordinary.currentEventToken())).toEqual(refused);
      pass(4);
      expect(await failureOf(signIn())).toEqual(
        leftAlone('answers 503', 'it is tried again in 1 s'),
      );
    });
    expect(sent).toBe(0);
    pass(1);
    expect(await signIn()).toEqual({ outcome: 'WRONG_PASSWORD' });
    expect(await signIn('bob')).toEqual({ outcome: 'WRONG_PASSWORD' });
  });

  it.each<{ name: string; behaviour: Behaviour; code: string }>([
    { name: 'says nothing', behaviour: HANGS, code: 'UNREACHABLE' },
    { name: 'is a proxy without it', behaviour: PROXY_DOWN, code: 'PROTOCOL' },
    {
      name: 'cuts connections',
      behaviour: (_request, response) => {
        response.socket?.resetAndDestroy();
      },
      code: 'UNREACHABLE',
    },
    {
      name: 'breaks off its answers',
      behaviour: (_request, response) => {
        response.writeHead(200, { ...JIRA_HEADERS, 'Content-Type': 'application/xml' });
        response.write('<user', () => response.socket?.destroy());
      },
      code: 'UNREACHABLE',
    },
  ])('is left alone when it $name', async ({ behaviour, code }) => {
    const { signIn } = users();
    server.behave(behaviour);
    for (let i = 0; i < 3; i++) expect((await failureOf(signIn())).code).toBe(code);
    expect(await requestsOf(() => failureOf(signIn()))).toBe(0);
  });

  it.each<{ name: string; behaviour: Behaviour }>([
    { name: 'refuses the application', behaviour: REFUSES_US },
    { name: 'refuses passwords', behaviour: WORKS },
    { name: 'answers something else', behaviour: NO_XML },
    { name: 'stumbles over an account', behaviour: STUMBLES },
  ])('is not left alone when it $name', async ({ behaviour }) => {
    const { signIn } = users();
    server.behave(behaviour);
    const sent = await requestsOf(async () => {
      for (let i = 0; i < 10; i++) await signIn().catch(() => undefined);
    });
    expect(sent).toBe(10);
  });

  it('is not left alone when it answered in between', async () => {
    const { signIn } = users();
    const sent = await requestsOf(async () => {
      for (const behaviour of [DOWN, DOWN, WORKS, DOWN, DOWN, REFUSES_US, DOWN, DOWN, WORKS]) {
        server.behave(behaviour);
        await signIn().catch(() => undefined);
      }
    });
    expect(sent).toBe(9);
  });

  it('is left alone for longer after each attempt, a minute at most', async () => {
    const { signIn } = users();
    server.behave(DOWN);
    await failsThrice(signIn);
    for (const pause of [5, 10, 20, 40, 60, 60]) {
      pass(pause - 1);
      expect(await requestsOf(() => failureOf(signIn()))).toBe(0);
      pass(1);
      expect(await requestsOf(() => failureOf(signIn()))).toBe(1);
    }
    pass(60);
    server.behave(WORKS);
    await signIn();
    server.behave(DOWN);
    await failsThrice(signIn);
    pass(5);
    expect(await requestsOf(() => failureOf(signIn()))).toBe(1);
  });

  it('is tried by one, for whom nobody else waits', async () => {
    const { signIn } = users();
    server.behave(DOWN);
    await failsThrice(signIn);
    pass(5);
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      server.behave((request, response) => {
        answer = () => void WORKS(request, response);
        resolve();
      });
    });
    const first = signIn();
    await asked;
    expect(await failureOf(signIn())).toEqual(leftAlone('answers 503', 'it is being tried again'));
    answer();
    expect(await first).toEqual({ outcome: 'WRONG_PASSWORD' });
  });

  it('is asked by everybody again as soon as it begins a document that takes long', async () => {
    const { ordinary, signIn } = users();
    server.behave(DOWN);
    await failsThrice(signIn);
    pass(5);
    server.behave((_request, response) => {
      response.writeHead(200, { ...JIRA_HEADERS, 'Content-Type': 'application/xml' });
      response.write('<memberships><membership group="devs"><users/><groups/></membership>');
    });
    const reading = ordinary.readMemberships()[Symbol.asyncIterator]();
    expect((await reading.next()).value).toMatchObject({ group: 'devs' });
    server.behave(WORKS);
    expect(await signIn()).toEqual({ outcome: 'WRONG_PASSWORD' });
    await reading.return?.();
  });

  it('is asked by an administrator in any case, and taken up again when that succeeds', async () => {
    const { insistent, signIn } = users();
    server.behave(DOWN);
    await failsThrice(signIn);
    expect((await failureOf(insistent.identify())).details).toEqual({
      server: server.url,
      reason: 'answers 503',
    });
    expect(await requestsOf(() => failureOf(signIn()))).toBe(0);
    server.behave(xml('<users/>'));
    await insistent.identify();
    server.behave(WORKS);
    expect(await signIn()).toEqual({ outcome: 'WRONG_PASSWORD' });
  });

  it('is tried again when the clock was set back', async () => {
    const { signIn } = users();
    server.behave(DOWN);
    await failsThrice(signIn);
    pass(-3_600);
    expect(await requestsOf(() => failureOf(signIn()))).toBe(1);
  });

  it('costs no other server anything', async () => {
    const other = await startServer(WORKS);
    try {
      const { signIn } = users();
      server.behave(DOWN);
      await failsThrice(signIn);
      const remote = openCrowd(connectionTo(other.url), PASSWORD).ordinary;
      expect(await remote.authenticate('ann', 'x')).toEqual({ outcome: 'WRONG_PASSWORD' });
    } finally {
      await other.close();
    }
  });
});
