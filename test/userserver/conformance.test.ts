import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RESOURCES } from '../../src/userserver/resources.js';
import {
  CONFORMANCE_FOLDER,
  CONFORMANCE_FORMATS,
  conformanceJsonSchema,
  type Format,
  loadConformanceTables,
  type Offer,
} from '../support/conformance-format.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { toldBy } from './conformance-answer.js';
import { addApplications, connectCopy } from './conformance-company.js';
import { type Asked, askOtherMethods, RULES } from './conformance-everywhere.js';
import { BASES, ConformancePlayer } from './conformance-player.js';
import { offerOf, playsOf } from './conformance-plays.js';
import { type Served, serve } from './served.js';

const FORMATS: readonly Format[] = ['XML', 'JSON'];

/** Mails wait for somebody to hand them over. */
const NOBODY_SENDS = { url: 'http://127.0.0.1:9/', secret: null };

const tables = loadConformanceTables();
const { rows, offers } = tables;
const PLAYS = playsOf(rows, offers);

/** What every resource is tried for by its example, so that its rows need not show it. */
const SHARED: readonly string[] = ['400 ILLEGAL_ARGUMENT', '403 APPLICATION_PERMISSION_DENIED'];

const nameOf = ({ method, path }: Pick<Offer, 'method' | 'path'>) => `${method} ${path}`;

describe('the tables of conformance', () => {
  it('know the resources and methods that there are', () => {
    const served = [...RESOURCES].flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(offers.map(nameOf).sort()).toEqual(served.sort());
  });

  it.each(offers.map((offer) => ({ ...offer, name: nameOf(offer) })))(
    'show what $name answers',
    (offer) => {
      const shown = rows
        .filter((row) => nameOf(offerOf(row, offers)) === offer.name)
        .map(({ status, reason }) => [status, ...(reason ? [reason] : [])].join(' '));
      expect(offer.answers.filter((answer) => !shown.includes(answer))).toEqual([]);
      const known = [...offer.answers, ...SHARED];
      expect(shown.filter((answer) => !known.includes(answer))).toEqual([]);
    },
  );

  it('play each resource and method in each format below each base', () => {
    const played = new Set(
      PLAYS.map(({ offer, format, base }) => `${nameOf(offer)} ${format} ${base}`),
    );
    const due = offers.flatMap((offer) =>
      FORMATS.flatMap((format) => BASES.map((base) => `${nameOf(offer)} ${format} ${base}`)),
    );
    expect(due.filter((each) => !played.has(each))).toEqual([]);
  });

  it('say each thing once', () => {
    const names = rows.map(({ file, name }) => `${file}: ${name}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  // After a change of the format: WRITE_SCENARIO_SCHEMA=1, then format the files.
  it.each(Object.keys(CONFORMANCE_FORMATS) as (keyof typeof CONFORMANCE_FORMATS)[])(
    'have a format that editors know: %s',
    (name) => {
      const path = `${CONFORMANCE_FOLDER}/${name}.schema.json`;
      const schema = conformanceJsonSchema(name);
      if (process.env.WRITE_SCENARIO_SCHEMA) writeFileSync(path, JSON.stringify(schema));
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(schema);
    },
  );
});

describeEachDatabase('conformance', (database) => {
  let served: Served;
  let player: ConformancePlayer;

  beforeAll(async () => {
    const clock = new StandingClock();
    served = await serve({
      url: await database.create(),
      clock,
      connect: connectCopy,
      mailHook: NOBODY_SENDS,
    });
    await addApplications(served.gateway);
    player = new ConformancePlayer(served, clock, tables);
  });
  afterAll(() => served.close());

  it.each(PLAYS)('$row.file: $row.name ($format below $base)', async ({ row, format, base }) => {
    await player.play(row, format, base);
  });

  const tried = RULES.flatMap((rule) =>
    offers.flatMap((offer) =>
      FORMATS.map((format) => ({
        says: rule.says,
        source: rule.source,
        name: nameOf(offer),
        format,
        asked: rule.ask(offer, format),
      })),
    ),
  ).filter(({ asked }) => asked.length > 0);

  it.each(tried)('$says ($source): $name in $format', async ({ asked }) => {
    await player.settle();
    for (const each of asked) await expectAnswer(each);
  });

  const paths = [...new Set(offers.map(({ path }) => path))];
  it.each(paths.flatMap((path) => FORMATS.map((format) => ({ path, format }))))(
    'a method that is not offered is a 405 that names the others: $path in $format',
    async ({ path, format }) => {
      await player.settle();
      const offered = offers.filter((offer) => offer.path === path);
      for (const each of askOtherMethods(path, offered, format)) await expectAnswer(each);
    },
  );

  async function expectAnswer({ path, expected, ...asking }: Asked): Promise<void> {
    const told = toldBy(await served.ask(path, asking));
    if (typeof expected === 'function') expected(told);
    else expect(told).toEqual(expected);
  }
});
