import { expect } from '@jest/globals';
import type { Revision } from '../../src/domain/index.js';
import {
  type Bodies,
  type ConformanceTables,
  type Format,
  type Given,
  type Row,
  type Step,
} from '../support/conformance-format.js';
import type { StandingClock } from '../support/gateway.js';
import { ALWAYS, DECLARATION, refusal, type Told, TYPES, toldBy } from './conformance-answer.js';
import { APPLICATION_PASSWORD, settleConformance } from './conformance-company.js';
import { fieldIn, Values } from './conformance-values.js';
import type { Answer, Served } from './served.js';

const SIGNS_IN = /^\/(?:authentication|session)\b/;
const MINUTE_MS = 60_000;
/** What a session lives for unless it is used. */
const SESSION_MS = 30 * MINUTE_MS;

/** Where the protocol is offered. */
export const BASES = [
  '/rest/usermanagement/1',
  '/rest/usermanagement/latest',
  '/crowd/rest/usermanagement/1',
  '/crowd/rest/usermanagement/latest',
] as const;

export type Base = (typeof BASES)[number];

/** Plays rows one after the other on one user server. */
export class ConformancePlayer {
  private readonly served: Served;
  private readonly clock: StandingClock;
  private readonly documents: ConformanceTables['documents'];
  private settledAt: Revision | null = null;
  private guessed = false;
  private staff = 0;

  constructor(served: Served, clock: StandingClock, { documents }: ConformanceTables) {
    this.served = served;
    this.clock = clock;
    this.documents = documents;
  }

  /** Settles the company anew where something has changed it. */
  async settle(): Promise<void> {
    // Wrong passwords are counted by the minute.
    if (this.guessed) this.clock.advance(MINUTE_MS);
    this.guessed = false;
    if (this.settledAt === this.revision()) return;
    const { id } = await settleConformance(this.served.gateway);
    this.staff = id;
    this.settledAt = this.revision();
  }

  async play(row: Row, format: Format, base: Base): Promise<void> {
    await this.settle();
    const values = new Values(this.documents, {
      base: this.served.origin + base,
      staff: this.staff,
      began: this.clock.now(),
    });
    this.tellTime(values);
    for (const step of row.given ?? []) await this.prepare(step, format, base, values);
    const before = this.revision();
    await this.compare(row, format, base, values);
    if (row.status >= 400) expect(this.revision()).toBe(before);
    for (const step of row.afterwards ?? []) await this.compare(step, format, base, values);
  }

  private async prepare(step: Given, format: Format, base: Base, values: Values): Promise<void> {
    if ('wait' in step) {
      this.clock.advance(step.wait * MINUTE_MS);
      this.tellTime(values);
      return;
    }
    const { status, body } = await this.send(step, format, base, values);
    const isRight = step.status === undefined ? status < 300 : status === step.status;
    if (!isRight) throw new Error(`${step.send}: status ${status}: ${body}`);
    for (const [name, field] of Object.entries(step.keep ?? {})) {
      const found = fieldIn(body, field);
      if (found === undefined) throw new Error(`${step.send}: no ${field} in ${body}`);
      values.hold(name, found);
    }
  }

  private async compare(step: Step, format: Format, base: Base, values: Values): Promise<void> {
    const answer = await this.send(step, format, base, values);
    const expected = this.expected(step, step.told ?? format, values, answer);
    expect({ send: step.send, ...toldBy(answer) }).toEqual({ send: step.send, ...expected });
  }

  private async send(
    { send, as = 'Stash', headers = {}, body }: Pick<Step, 'send' | 'as' | 'headers' | 'body'>,
    format: Format,
    base: Base,
    values: Values,
  ): Promise<Answer> {
    const [method, address] = send.split(' ');
    const type = TYPES[format];
    const sent = { accept: type, ...(body && { 'content-type': type }), ...headers };
    const filled = body && values.body(body, format);
    const answer = await this.served.askAt(base + values.text(address), {
      method,
      login: { name: as, password: APPLICATION_PASSWORD },
      // An empty one is not sent.
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== '')),
      body: typeof filled === 'string' && format === 'XML' ? filled : JSON.stringify(filled),
    });
    if (SIGNS_IN.test(address) && answer.status >= 400) this.guessed = true;
    return answer;
  }

  private expected(
    { status, reason, silent, location, type, heads, answer }: Step,
    format: Format,
    values: Values,
    { body }: Answer,
  ): Told {
    if (reason !== undefined) return refusal(status, reason, format, { silent, headers: heads });
    const document: Bodies | undefined =
      typeof answer === 'string' ? { xml: answer, json: answer } : answer;
    const told = document ? values.body(document, format, body) : '';
    return {
      status,
      headers: {
        ...ALWAYS,
        ...(status !== 204 && { 'content-type': type ?? TYPES[format] }),
        ...(location !== undefined && { location: values.text(location) }),
        ...heads,
      },
      body: document && format === 'XML' && type === undefined ? `${DECLARATION}${told}` : told,
    };
  }

  private tellTime(values: Values): void {
    const now = this.clock.now();
    values.hold('now', now);
    values.hold('end', new Date(now.getTime() + SESSION_MS));
  }

  private revision(): Revision {
    return this.served.gateway.live.index.revision;
  }
}
