import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Application,
  asId,
  type Change,
  type LoggedChange,
  type Revision,
  type User,
  type UserId,
} from '../../../src/domain/index.js';
import type { ApplicationSecret } from '../../../src/store/index.js';
import { type LiveIndex, RowMemory } from '../../../src/usecase/index.js';
import { Remembered } from '../../../src/usecase/remembered.js';

type Listener = Parameters<LiveIndex['listen']>[0];

const ANN = asId<UserId>(1);
const user = (displayName: string) => ({ id: ANN, displayName }) as User;
const secret = (passwordHash: string) => ({ passwordHash }) as ApplicationSecret;
const logged = (change: Change): LoggedChange =>
  ({ revision: 2 as Revision, change }) as unknown as LoggedChange;

describe('remembered rows', () => {
  let stored: { user: User | null; application: ApplicationSecret | null };
  let reads: number;
  let unheardMs: number;
  let listener: Listener;
  let memory: RowMemory;
  /** Held back until it is released. */
  let released: Promise<void>;

  beforeEach(() => {
    stored = { user: user('Ann'), application: secret('first') };
    reads = 0;
    unheardMs = 0;
    released = Promise.resolve();
    const read = async <Row>(row: Row): Promise<Row> => {
      reads++;
      await released;
      return row;
    };
    memory = new RowMemory(
      {
        applicationByName: () => read(stored.application),
        usersByIds: () => read(stored.user ? [stored.user] : []),
        groupsByIds: () => read([]),
      },
      {
        listen: (given) => {
          listener = given;
          return () => undefined;
        },
        unheardMs: () => unheardMs,
      },
    );
  });

  const name = async () => (await memory.user(ANN))?.displayName;
  const hash = async () => (await memory.application('jira'))?.passwordHash;

  it('are read once', async () => {
    expect([await name(), await name(), await hash(), await hash()]).toEqual([
      'Ann',
      'Ann',
      'first',
      'first',
    ]);
    expect(reads).toBe(2);
  });

  it('are read again once the log has told of a change', async () => {
    await name();
    await hash();
    const before = stored.user as User;
    stored = { user: user('Anna'), application: secret('second') };
    listener([logged({ kind: 'UserChanged', before, after: user('Anna') })], 'ALL');
    expect([await name(), await hash()]).toEqual(['Anna', 'first']);
    const application = {} as Application;
    listener([logged({ kind: 'ApplicationRemoved', application })], 'ALL');
    expect(await hash()).toBe('second');
  });

  it('are all read again when not all was heard', async () => {
    await name();
    await hash();
    stored = { user: user('Anna'), application: secret('second') };
    listener([], 'NOT_ALL');
    expect([await name(), await hash()]).toEqual(['Anna', 'second']);
  });

  it('are read each time while the log is not heard', async () => {
    await name();
    await hash();
    stored = { user: user('Anna'), application: secret('second') };
    unheardMs = 1_001;
    expect([await name(), await hash()]).toEqual(['Anna', 'second']);
  });

  it('are not remembered when they changed while they were read', async () => {
    let release = (): void => undefined;
    released = new Promise((resolve) => {
      release = resolve;
    });
    const reading = name();
    const before = stored.user as User;
    stored.user = user('Anna');
    listener([logged({ kind: 'UserChanged', before, after: stored.user })], 'ALL');
    release();
    expect(await reading).toBe('Ann');
    expect(await name()).toBe('Anna');
  });

  it('do not hide that a row has come', async () => {
    stored.user = null;
    expect(await name()).toBeUndefined();
    stored.user = user('Ann');
    expect(await name()).toBe('Ann');
  });

  it('are forgotten by name where the log is told nothing', async () => {
    await hash();
    stored.application = secret('ours');
    memory.forgetApplication('jira');
    expect(await hash()).toBe('ours');
  });

  it('are at most so many, of which the one read first gives way', async () => {
    const rows = new Remembered<number, string>(2);
    for (const key of [1, 2, 1, 3]) await rows.read(key, async () => `row ${key}`);
    expect([1, 2, 3].map((key) => rows.get(key))).toEqual([undefined, 'row 2', 'row 3']);
  });
});
