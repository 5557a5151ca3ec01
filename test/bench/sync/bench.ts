import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type DirectoryContents, openStore } from '../../../src/store/index.js';
import type { BenchOptions, BenchReport } from '../bench.js';
import { countsOf } from '../dataset/data-set.js';
import { type DataSource, openData } from '../dataset/open-data.js';
import { fillUpstream } from '../gateway/company.js';
import type { WatchReport } from '../gateway/gateway-child.js';
import { GatewayHandle, SECRET_KEY } from '../gateway/gateway-handle.js';
import {
  type Figure,
  figureOf,
  type Line,
  NS_PER_MS,
  once,
  ratioTarget,
} from '../measure/figures.js';
import { openMysqlServer } from '../rivals/mysql-server.js';
import { asking } from './asking.js';
import { connect, run, type Upstream } from './copied.js';
import { CHANGES, type Follower, timeFollowing } from './following.js';
import { insertRows } from './insert-rows.js';
import { documentsOf, drain, kept, parse } from './read-document.js';

const MIB = 2 ** 20;
/** Rounds of what can be repeated. */
const ROUNDS = 5;
/** How long questions are asked while nothing is done. */
const IDLE_MS = 10_000;
/** Beside which the same changes must cost no more. */
const SMALL = { kind: 'generated', size: 'S', seed: 1 } as const satisfies DataSource;

export const SYNC_PARTS: readonly string[] = ['sqlite', 'mysql'];

/** A database that can be made anew. */
interface Databases {
  readonly name: string;
  create(): Promise<string>;
}

/**
 * Synchronises one gateway with another, each in a process of its own and over HTTP, beside rulers that
 * fetch, parse or write the same and do nothing else.
 */
export async function runSyncBench({ source, only, say }: BenchOptions): Promise<BenchReport> {
  say('making the data');
  const data = openData(source);
  const counts = countsOf(data);
  const parts = only.length > 0 ? only : SYNC_PARTS;
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const server = parts.includes('mysql') ? await openMysqlServer() : null;
  const notes: string[] = [];
  if (parts.includes('mysql') && !server) notes.push('MariaDB: left out, none was found');
  const lines: Line[] = [];
  try {
    const upstreams: Upstream[] = [];
    try {
      const open = async (data: Upstream['data']) => {
        const databaseUrl = `sqlite:${join(folder, `upstream-${upstreams.length}.db`)}`;
        await fillUpstream(databaseUrl, data);
        const gateway = await GatewayHandle.start(databaseUrl);
        upstreams.push({ data, databaseUrl, gateway });
      };
      say('filling the upstream');
      await open(data);
      if (source.kind !== 'generated' || source.size !== SMALL.size) await open(openData(SMALL));
      let made = 0;
      const sqlite = {
        name: 'SQLite',
        create: async () => `sqlite:${join(folder, `downstream-${made++}.db`)}`,
      };
      const databases: Databases[] = [];
      if (parts.includes('sqlite')) databases.push(sqlite);
      if (server) {
        databases.push({ name: 'MariaDB', create: () => server.createDatabase() });
      }
      const [upstream, small = null] = upstreams;
      for (const database of databases) {
        lines.push(...(await onDatabase({ upstream, small, database, say })));
      }
    } finally {
      for (const { gateway } of upstreams) await gateway.stop();
    }
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const size = Object.entries(counts).map(([what, count]) => {
    return `${count.toLocaleString('en')} ${what.replace('Rows', ' rows')}`;
  });
  return { title: `sync, ${data.label}: ${size.join(', ')}`, counts, lines, notes };
}

interface Site {
  readonly upstream: Upstream;
  /** One of the smallest size; `null` when that is the size of the other. */
  readonly small: Upstream | null;
  readonly database: Databases;
  say(what: string): void;
}

async function onDatabase(site: Site): Promise<Line[]> {
  const { upstream, database, say } = site;
  const on = database.name;
  say(`first full synchronisation on ${on}, while questions are asked`);
  const asked = await firstWhileAsked(site);
  const url = await database.create();
  const gateway = await GatewayHandle.start(url);
  try {
    const id = await connect(gateway, upstream.gateway.url);
    await delay(500);
    say(`first full synchronisation on ${on}`);
    const [first, firstWatch] = await gateway.watched(() => run(gateway, id));
    say(`rulers of ${on}`);
    const rulers = await timeRulers(upstream.gateway.url);
    const contents = await contentsOf(url);
    const inserted = await insertRows(await database.create(), contents);
    say(`full synchronisation with nothing changed on ${on}`);
    const unchanged: number[] = [];
    const watches: WatchReport[] = [];
    const answers: number[] = [];
    const again = () => run(gateway, id, { full: true });
    for (let i = 0; i < ROUNDS; i++) {
      // Nobody watches what is timed: to look at the memory, and to clear it up before, would be timed too.
      unchanged.push((await again()).ns);
      const [, watch] = await gateway.watched(again);
      const [times, watchWhileAsked] = await gateway.watched(() => asking(gateway, again));
      answers.push(...times);
      watches.push(watch, watchWhileAsked);
    }
    say(`incremental synchronisations on ${on}`);
    const [incremental, inSmall] = await timeIncremental(site, { upstream, gateway, id });
    const line = (
      question: string,
      rest: Omit<Line, 'question' | 'unit'> & { unit?: Line['unit'] },
    ): Line => {
      return { unit: 'ns', ...rest, question: `${on}: ${question}` };
    };
    const withoutUpstream = first.ns - rulers.fetch.median;
    const most = (values: readonly number[]) => once(Math.max(...values));
    const firstWatches = [asked.watch, firstWatch];
    const idleP99 = once(figureOf(asked.idle).p99);
    return [
      line('first full, without the time of fetching, beside parsing and inserting', {
        engine: once(withoutUpstream),
        ruler: once(rulers.parse.median + inserted),
        targets: [ratioTarget(1.5)],
      }),
      line('the same, whole', { engine: once(first.ns), ruler: null, targets: [] }),
      line('fastest insert of the same rows', { engine: once(inserted), ruler: null, targets: [] }),
      line('full with nothing changed, beside fetching and parsing', {
        engine: figureOf(unchanged),
        ruler: rulers.both,
        targets: [ratioTarget(1.3)],
      }),
      line(`${CHANGES} changes by events, from request to visible`, {
        engine: figureOf(incremental),
        ruler: null,
        targets: [{ kind: 'median', atMost: 500 * NS_PER_MS }],
      }),
      ...(inSmall === undefined
        ? []
        : [
            line(`the same, beside a copy of size ${SMALL.size}`, {
              engine: figureOf(incremental),
              ruler: figureOf(inSmall),
              targets: [ratioTarget(1.2)],
            }),
          ]),
      line('memory above idle, first full', {
        unit: 'bytes',
        engine: most(firstWatches.map(({ memory }) => memory)),
        ruler: null,
        targets: [{ kind: 'median', atMost: 150 * MIB }],
      }),
      line('memory above idle, nothing changed', {
        unit: 'bytes',
        engine: most(watches.map(({ memory }) => memory)),
        ruler: null,
        targets: [{ kind: 'median', atMost: 60 * MIB }],
      }),
      line('event loop late, first full', {
        engine: lateness(firstWatches),
        ruler: null,
        targets: [{ kind: 'median', atMost: 25 * NS_PER_MS }],
      }),
      line('event loop late, nothing changed', {
        engine: lateness(watches),
        ruler: null,
        targets: [{ kind: 'median', atMost: 25 * NS_PER_MS }],
      }),
      line('check over HTTP in the first full (p99), beside idle', {
        engine: once(figureOf(asked.answers).p99),
        ruler: idleP99,
        targets: [ratioTarget(2)],
      }),
      line('check over HTTP with nothing changed (p99), beside idle', {
        engine: once(figureOf(answers).p99),
        ruler: idleP99,
        targets: [ratioTarget(2)],
      }),
    ];
  } finally {
    await gateway.stop();
  }
}

/** A first full run of another gateway, beside which somebody asks: what is timed is not also asked. */
async function firstWhileAsked({ upstream, database }: Site) {
  const gateway = await GatewayHandle.start(await database.create());
  try {
    const id = await connect(gateway, upstream.gateway.url);
    await delay(500);
    const idle = await asking(gateway, () => delay(IDLE_MS));
    const [answers, watch] = await gateway.watched(() => asking(gateway, () => run(gateway, id)));
    return { idle, answers, watch };
  } finally {
    await gateway.stop();
  }
}

/** Incremental runs of a follower, in turn with one of a small upstream if there is one. */
async function timeIncremental(
  { small, database }: Site,
  follower: Follower,
): Promise<readonly [number[], number[]?]> {
  if (small === null) {
    const [times] = await timeFollowing([follower]);
    return [times];
  }
  const gateway = await GatewayHandle.start(await database.create());
  try {
    const id = await connect(gateway, small.gateway.url);
    await run(gateway, id);
    const [times, inSmall] = await timeFollowing([follower, { upstream: small, gateway, id }]);
    return [times, inSmall];
  } finally {
    await gateway.stop();
  }
}

/** The 99th percentile and the most, each of the worst watch. */
function lateness(watches: readonly WatchReport[]): Figure {
  return {
    median: Math.max(...watches.map(({ lateP99 }) => lateP99)),
    p99: Math.max(...watches.map(({ lateMost }) => lateMost)),
  };
}

/** Figures of fetching, of parsing what was fetched before, and of both at once. */
async function timeRulers(server: string) {
  const timed = async (work: () => Promise<unknown>): Promise<Figure> => {
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const begun = process.hrtime.bigint();
      await work();
      times.push(Number(process.hrtime.bigint() - begun));
    }
    return figureOf(times);
  };
  const documents = await kept(documentsOf(server));
  return {
    fetch: await timed(() => drain(documentsOf(server))),
    parse: await timed(() => parse(all(documents))),
    both: await timed(() => parse(documentsOf(server))),
  };
}

async function* all<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function contentsOf(url: string): Promise<DirectoryContents> {
  const store = await openStore({ url, secretKey: SECRET_KEY });
  try {
    const directories = await store.reader.directories();
    return await store.reader.contents(directories.find(({ type }) => type === 'CROWD')!.id);
  } finally {
    await store.close();
  }
}
