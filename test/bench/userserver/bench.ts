import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameKey } from '../../../src/domain/index.js';
import { openStore } from '../../../src/store/index.js';
import { hashPassword } from '../../../src/usecase/index.js';
import { OPERATOR } from '../../store/builders.js';
import { Random } from '../../support/random.js';
import type { BenchOptions, BenchReport } from '../bench.js';
import { countsOf, type DataSet } from '../dataset/data-set.js';
import { openData } from '../dataset/open-data.js';
import { AnswersDiffer } from '../engine/cross-check.js';
import { fillUpstream } from '../gateway/company.js';
import { GatewayHandle, PASSWORD, SECRET_KEY } from '../gateway/gateway-handle.js';
import { type Line, once, type Target } from '../measure/figures.js';
import { openMysqlServer } from '../rivals/mysql-server.js';
import type { Answer, Request } from './client.js';
import { askEach, loadInTurn } from './load.js';
import { streamMemberships } from './memberships.js';
import { Mirror } from './mirror.js';
import { groupsRequest, memberRequest, signInRequest, userRequest } from './requests.js';

const MIB = 2 ** 20;
/** Users who are asked about again and again; half of all where there are not many. */
const NAMES = 1_000;
/** Users who are asked about once. */
const NEW_NAMES = 5_000;
/** Users who sign in: the first time of each costs a hash. */
const SIGNED_IN = 16;
const SEED = 5;
const HALF: readonly Target[] = [{ kind: 'share', atLeast: 0.5 }];

export const USERSERVER_PARTS: readonly string[] = ['sqlite', 'mysql'];

/** A filled gateway and the ruler beside it. */
interface Site {
  readonly on: string;
  readonly data: DataSet;
  readonly gateway: GatewayHandle;
  readonly mirror: Mirror;
  say(what: string): void;
}

/**
 * Asks one gateway what applications ask, beside a bare `node:http` server that answers the same
 * bytes; each of the two is a process of its own, and this one asks.
 */
export async function runUserServerBench({
  source,
  only,
  say,
}: BenchOptions): Promise<BenchReport> {
  say('making the data');
  const data = openData(source);
  const counts = countsOf(data);
  const parts = only.length > 0 ? only : USERSERVER_PARTS;
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const server = parts.includes('mysql') ? await openMysqlServer() : null;
  const notes: string[] = [];
  if (parts.includes('mysql') && !server) notes.push('MariaDB: left out, none was found');
  const lines: Line[] = [];
  const mirror = await Mirror.start();
  try {
    const databases: { readonly on: string; readonly url: string }[] = [];
    if (parts.includes('sqlite')) {
      databases.push({ on: 'SQLite', url: `sqlite:${join(folder, 'gateway.db')}` });
    }
    if (server) databases.push({ on: 'MariaDB', url: await server.createDatabase() });
    for (const { on, url } of databases) {
      say(`filling a gateway on ${on}`);
      await fillUpstream(url, data);
      await givePasswords(url, data);
      const gateway = await GatewayHandle.start(url);
      try {
        lines.push(...(await measure({ on, data, gateway, mirror, say })));
      } finally {
        await gateway.stop();
      }
    }
  } finally {
    await mirror.stop();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const size = Object.entries(counts).map(([what, count]) => {
    return `${count.toLocaleString('en')} ${what.replace('Rows', ' rows')}`;
  });
  return { title: `userserver, ${data.label}: ${size.join(', ')}`, counts, lines, notes };
}

async function measure(site: Site): Promise<Line[]> {
  // First, while the process is as small as it ever is: that is what is idle.
  const streamed = await memberships(site);
  const random = new Random(SEED);
  const names = random.shuffled(site.data.userNames);
  const asked = names.slice(0, Math.min(NAMES, names.length / 2));
  // Read first, and once: what they leave behind in memory is of no use to anybody else.
  const groups = await askEach(site.gateway.url, asked.map(groupsRequest));
  return [
    ...(await beside(site, 'user by name, XML', usersIn(asked, 'application/xml'), HALF)),
    ...(await beside(site, 'user by name, JSON', usersIn(asked, 'application/json'), HALF)),
    ...(await askedOnce(site, names.slice(asked.length, asked.length + NEW_NAMES))),
    ...(await beside(site, 'is a user in a group', memberQuestions(random, asked, groups), HALF)),
    ...(await beside(site, 'groups of a user', asked.map(groupsRequest), [])),
    ...(await beside(site, 'sign-in with a known password', signIns(site.data), [])),
    ...streamed,
  ];
}

const usersIn = (names: readonly string[], accept: Parameters<typeof userRequest>[1]) =>
  names.map((name) => userRequest(name, accept));

/** A question to the gateway and, of the answers it gave, to the mirror. */
async function beside(
  { on, gateway, mirror, say }: Site,
  question: string,
  requests: readonly Request[],
  targets: readonly Target[],
): Promise<Line[]> {
  say(`${question} on ${on}`);
  await reflect(mirror, requests, (await askEach(gateway.url, requests)).answers);
  const [engine, ruler] = await loadInTurn([gateway.url, mirror.url], requests);
  return [
    {
      question: `${on}: ${question}`,
      unit: 'requests/s',
      engine: engine.rate,
      ruler: ruler.rate,
      targets,
    },
    {
      question: `${on}: ${question}, time of one`,
      unit: 'ns',
      engine: engine.time,
      ruler: ruler.time,
      targets: [],
    },
  ];
}

/** The mirror answers what the gateway answered. */
async function reflect(
  mirror: Mirror,
  requests: readonly Request[],
  answers: readonly Answer[],
): Promise<void> {
  const reflections = requests.map(({ method, url }, i) => {
    const { head, body } = answers[i];
    const type = /\r\ncontent-type: ([^\r]*)\r\n/i.exec(head)?.[1] ?? '';
    return { method, url, headers: { 'Content-Type': type }, body };
  });
  await mirror.hold(reflections);
}

/** Each of these users for the first time since the gateway started. */
async function askedOnce(site: Site, names: readonly string[]): Promise<Line[]> {
  const { on, gateway, mirror, say } = site;
  say(`user by name, for the first time on ${on}`);
  const requests = usersIn(names, 'application/json');
  const engine = await askEach(gateway.url, requests);
  await reflect(mirror, requests, engine.answers);
  const ruler = await askEach(mirror.url, requests);
  return [
    {
      question: `${on}: user by name, each for the first time`,
      unit: 'requests/s',
      engine: once(engine.rate),
      ruler: once(ruler.rate),
      targets: [],
    },
  ];
}

/** Each user and one of the groups that they were told to be in. */
function memberQuestions(
  random: Random,
  names: readonly string[],
  { answers }: { readonly answers: readonly Answer[] },
): Request[] {
  return names.flatMap((name, i) => {
    const { groups }: { groups: { name: string }[] } = JSON.parse(answers[i].body.toString());
    return groups.length === 0 ? [] : [memberRequest(random.pick(groups).name, name)];
  });
}

const signIns = (data: DataSet) => signingIn(data).map(signInRequest);

/** Some active users of the first directory, whom nobody masks. */
function signingIn({ directories: [first], userNames }: DataSet): string[] {
  const active = [...first.users].filter((_, i) => first.active[i] === 1);
  return active.slice(0, SIGNED_IN).map((name) => userNames[name]);
}

async function givePasswords(url: string, data: DataSet): Promise<void> {
  const store = await openStore({ url, secretKey: SECRET_KEY });
  try {
    const [first] = await store.reader.directories();
    if (first.name !== data.directories[0].name) throw new AnswersDiffer('the order is another');
    const users = await store.reader.usersByKeys(first.id, signingIn(data).map(nameKey));
    const hash = await hashPassword(PASSWORD);
    await store.transact(OPERATOR, async (transaction) => {
      for (const { id } of users) await transaction.setPasswordHash(id, hash);
    });
  } finally {
    await store.close();
  }
}

async function memberships({ on, gateway, mirror, say }: Site): Promise<Line[]> {
  say(`memberships on ${on}`);
  const streams = await streamMemberships(gateway, mirror);
  return [
    {
      question: `${on}: memberships, ${(streams.length / MIB).toFixed(1)} MiB`,
      unit: 'bytes/s',
      engine: streams.gateway,
      ruler: streams.mirror,
      targets: [{ kind: 'share', atLeast: 0.6 }],
    },
    {
      question: `${on}: memory above idle meanwhile`,
      unit: 'bytes',
      engine: once(streams.memory),
      ruler: null,
      targets: [{ kind: 'median', atMost: 64 * MIB }],
    },
  ];
}
