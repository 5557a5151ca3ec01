import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Application } from '../../src/domain/index.js';
import type { TestDatabase } from '../support/databases.js';
import { type Answer, BASE, type Served, serve } from './served.js';
import { addWriter, loggedAfter, settle, type WrittenCompany } from './written-company.js';

export type Format = 'XML' | 'JSON';

export const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** One write and what comes of it. */
export interface Write {
  readonly does: string;
  readonly send: string;
  /** The body in both formats. */
  readonly body?: Readonly<Record<Format, string>>;
  readonly status: number;
  /** The reason of a refusal. */
  readonly reason?: string;
  /** Below the base. */
  readonly location?: string;
  /** The whole body of an answer in each format, links with the base `B`, own keys as `K`. */
  readonly answer?: Readonly<Record<Format, string>>;
  /** What the log got, in short. */
  readonly logged: readonly string[];
}

/** What the suite works with; it is settled anew before each test. */
export interface Stage {
  served: Served;
  application: Application;
  company: WrittenCompany;
  token: string;
}

/** A user server on a database of its own. */
export function stageOn(database: TestDatabase): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    stage.served = await serve({ url: await database.create() });
    stage.application = await addWriter(stage.served);
  });
  afterAll(() => stage.served.close());
  beforeEach(async () => {
    stage.company = await settle(stage.served, stage.application);
  });
  return stage;
}

/** Sends `METHOD /path` with a body of a format, and asks for the answer in the same. */
export function sendTo(
  { served }: Stage,
  write: Pick<Write, 'send' | 'body'>,
  format: Format,
): Promise<Answer> {
  const [method, path] = write.send.split(' ');
  const type = format === 'XML' ? 'application/xml' : 'application/json';
  return served.ask(path, {
    method,
    headers: { accept: type, ...(write.body && { 'content-type': `${type}; charset="UTF-8"` }) },
    body: write.body?.[format],
  });
}

/** Tests every write in both formats. */
export function testWrites(stage: Stage, writes: readonly Write[]): void {
  const cases = writes.flatMap((write) =>
    (['XML', 'JSON'] as const).map((format) => ({ ...write, format })),
  );
  test.each(cases)('$does, in $format', async ({ format, ...write }) => {
    const { served } = stage;
    const before = served.gateway.live.index.revision;
    const answer = await sendTo(stage, write, format);
    expect(told(stage, answer, format)).toEqual(expected(write, format));
    expect(await loggedAfter(served, before)).toEqual(write.logged);
  });
}

function told({ served }: Stage, answer: Answer, format: Format) {
  const base = served.origin + BASE;
  const withoutBase = (text: string) => text.replaceAll(base, 'B');
  const own = format === 'XML' ? /<key>[^<]+<\/key>/ : /"key":"[^"]+"/;
  const reason = format === 'XML' ? /<reason>([A-Z_]+)</ : /^\{"reason":"([A-Z_]+)"/;
  const { location } = answer.headers;
  const refused = answer.status >= 400;
  return {
    status: answer.status,
    type: answer.headers['content-type'],
    location: location === undefined ? undefined : withoutBase(String(location)),
    reason: refused ? reason.exec(answer.body)?.[1] : undefined,
    body: refused
      ? null
      : withoutBase(answer.body).replace(own, (key) => key.replace(/[\w:-]{20,}/, 'K')),
  };
}

function expected(write: Write, format: Format): ReturnType<typeof told> {
  const type = format === 'XML' ? 'application/xml' : 'application/json';
  const { status, location, reason, answer } = write;
  return {
    status,
    type: status === 204 ? undefined : type,
    location: location === undefined ? undefined : `B${location}`,
    reason,
    body: status >= 400 ? null : (answer?.[format] ?? ''),
  };
}

/** A user or group named in a body. */
export function named(kind: 'user' | 'group', name: string): Record<Format, string> {
  return { XML: `<${kind} name="${name}"/>`, JSON: JSON.stringify({ name }) };
}
