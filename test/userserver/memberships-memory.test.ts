import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ApplicationCaller } from '../../src/usecase/index.js';
import type { MembershipsDocument } from '../../src/userserver/documents.js';
import { type Later, MembershipsMemory } from '../../src/userserver/memberships-memory.js';
import { APPLICATION, addApplication, buildCompany } from './company.js';
import { type Served, serve } from './served.js';

/** Who is in which group of the company, in one mode and in the other. */
const ANN_IN_OPS = '<membership group="ops"><users><user name="ann"/></users>';
const NOBODY_IN_OPS = '<membership group="ops"><users></users>';

let served: Served;
beforeEach(async () => {
  served = await serve();
  await buildCompany(served.gateway);
  await addApplication(served.gateway);
});
afterEach(() => served.close());

async function ask(memory: MembershipsMemory): Promise<MembershipsDocument> {
  const held = await served.gateway.store.reader.applicationByName(APPLICATION.name);
  const { application } = held!;
  return memory.document(served.gateway, { application } as unknown as ApplicationCaller);
}

async function textOf({ pieces }: MembershipsDocument): Promise<string> {
  const copies: Buffer[] = [];
  for await (const piece of pieces) copies.push(Buffer.from(piece));
  return Buffer.concat(copies).toString();
}

function setMode(mode: 'ALL_DIRECTORIES' | 'FIRST_DIRECTORY') {
  return served.gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
    transaction.setMembershipMode(mode),
  );
}

/** Asks and reads so often. @returns whether each document came from memory. */
async function askAgain(memory: MembershipsMemory, times: number): Promise<boolean[]> {
  const kept: boolean[] = [];
  for (let i = 0; i < times; i++) {
    const document = await ask(memory);
    await textOf(document);
    kept.push(document.length !== null);
  }
  return kept;
}

it('memberships that are asked for again are kept as they were sent', async () => {
  const memory = new MembershipsMemory();
  const first = await textOf(await ask(memory));
  expect(await textOf(await ask(memory))).toBe(first);
  const third = await ask(memory);
  expect(third.length).toBe(Buffer.byteLength(first));
  expect(await textOf(third)).toBe(first);
  expect(first).toContain(NOBODY_IN_OPS);
});

it('what is kept goes with whatever happens next', async () => {
  const memory = new MembershipsMemory();
  expect(await askAgain(memory, 3)).toEqual([false, false, true]);
  await setMode('ALL_DIRECTORIES');
  const changed = await ask(memory);
  expect(changed.length).toBeNull();
  expect(await textOf(changed)).toContain(ANN_IN_OPS);
});

it('what changed while it was read is not kept', async () => {
  const memory = new MembershipsMemory();
  await askAgain(memory, 1);
  const second = await ask(memory);
  await setMode('ALL_DIRECTORIES');
  await textOf(second);
  await setMode('FIRST_DIRECTORY');
  expect(await askAgain(memory, 3)).toEqual([false, false, true]);
  expect(await textOf(await ask(memory))).toContain(NOBODY_IN_OPS);
});

it('what was not read to its end is not kept', async () => {
  const memory = new MembershipsMemory();
  await askAgain(memory, 1);
  for await (const _ of (await ask(memory)).pieces) break;
  expect(await askAgain(memory, 2)).toEqual([false, true]);
});

it('one client at a time makes a document that is kept', async () => {
  const memory = new MembershipsMemory();
  await askAgain(memory, 1);
  const documents = [await ask(memory), await ask(memory)];
  const [kept, other] = documents.map(({ pieces }) => pieces[Symbol.asyncIterator]());
  await kept.next();
  const third = await ask(memory);
  await other.next();
  await kept.return?.();
  await other.return?.();
  await textOf(third);
  expect(await askAgain(memory, 2)).toEqual([false, true]);
});

it('a document that is too long is not kept', async () => {
  const length = Buffer.byteLength(await textOf(await ask(new MembershipsMemory())));
  expect(await askAgain(new MembershipsMemory(length - 1), 4)).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(await askAgain(new MembershipsMemory(length), 3)).toEqual([false, false, true]);
});

it('a document is forgotten when nobody has asked for a minute', async () => {
  let refreshed = 0;
  let forget = () => {};
  const later: Later = (ms, work) => {
    expect(ms).toBe(60_000);
    forget = work;
    return { refresh: () => refreshed++ };
  };
  const memory = new MembershipsMemory(1_000_000, later);
  expect(await askAgain(memory, 3)).toEqual([false, false, true]);
  expect(refreshed).toBe(2);
  forget();
  expect(await askAgain(memory, 3)).toEqual([false, false, true]);
});

it('clients are told the length of what comes from memory', async () => {
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await served.ask('/group/membership'));
  const [{ body }] = answers;
  expect(answers.map((answer) => answer.body)).toEqual([body, body, body]);
  expect(answers[2].headers['content-length']).toBe(String(Buffer.byteLength(body)));
  expect(answers[2].headers['content-type']).toBe('application/xml');
});
