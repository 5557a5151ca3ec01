import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PARTS, type Part, wholeXml } from '../support/company-server.js';
import { describeEachDatabase } from '../support/databases.js';
import { AFTER, BEFORE, FaultyRuns } from '../support/faulty-runs.js';
import { naivePicture } from '../sync/naive-picture.js';
import { trialSettings } from './trial-settings.js';

/** How many places each document is cut at, of some 20,000. */
const { count, seed } = trialSettings('faults', { count: 100 });

const HEAD =
  'HTTP/1.1 200 OK\r\nX-Embedded-Crowd-Version: JIRA/9.12.0\r\nContent-Type: application/xml\r\n';

interface Framing {
  readonly framing: string;
  /** How a run fails whose document is cut: only some framings tell that something is missing. */
  readonly reason: string;
  readonly head: (bytes: number) => string;
}

/** They take turns from place to place. */
const FRAMINGS: readonly Framing[] = [
  {
    framing: 'a Content-Length',
    reason: 'UNREACHABLE',
    head: (bytes) => `${HEAD}Content-Length: ${bytes}\r\n\r\n`,
  },
  {
    framing: 'chunks',
    reason: 'UNREACHABLE',
    head: (bytes) => `${HEAD}Transfer-Encoding: chunked\r\n\r\n${bytes.toString(16)}\r\n`,
  },
  {
    framing: 'the end of the connection',
    reason: 'PROTOCOL',
    head: () => `${HEAD}Connection: close\r\n\r\n`,
  },
];

/** Places from 0 up to `length`, as many as are asked for, evenly; the seed says where they begin. */
function places(length: number): number[] {
  const step = Math.max(1, Math.ceil(length / count));
  const first = seed % step;
  return Array.from({ length: Math.ceil((length - first) / step) }, (_, i) => first + i * step);
}

describeEachDatabase('a run whose document is cut', (database) => {
  let runs: FaultyRuns;
  beforeAll(async () => {
    runs = await FaultyRuns.make(await database.open());
  });
  afterAll(() => runs.server.close());

  const cut = (part: Part, place: number, { head }: Framing) => ({
    fault: (asked: { part: Part; xml: string }, response: ServerResponse) => {
      if (asked.part !== part) return false;
      const bytes = Buffer.from(asked.xml);
      response.socket?.end(
        Buffer.concat([Buffer.from(head(bytes.length)), bytes.subarray(0, place)]),
      );
      return true;
    },
  });

  it.each(PARTS)(
    'changes nothing: %s',
    async (part) => {
      expect(await runs.run(BEFORE)).toMatchObject({ outcome: 'SUCCEEDED' });
      const before = await runs.harness.state();
      const { length } = Buffer.from(wholeXml(AFTER, part));
      const cuts = places(length);
      for (const [i, place] of cuts.entries()) {
        const framing = FRAMINGS[i % FRAMINGS.length];
        const run = await runs.run(AFTER, cut(part, place, framing));
        // Each failure is logged with its error, and they are many.
        runs.harness.log.length = 0;
        if (run.outcome !== 'FAILED' || run.reason !== framing.reason || run.revision !== null) {
          const framed = `cut after ${place} bytes, framed by ${framing.framing}`;
          throw new Error(`${framed}: ${run.outcome} ${run.reason} ${run.message}`);
        }
      }
      expect(await runs.harness.state()).toEqual(before);
      expect(await runs.run(AFTER)).toMatchObject({ outcome: 'SUCCEEDED' });
      expect(await runs.harness.held()).toEqual(naivePicture(AFTER));
      process.stdout.write(
        `${database.dialect}: ${part} of ${length} bytes, cut at ${cuts.length} places\n`,
      );
    },
    60_000 + count * 200,
  );
});
