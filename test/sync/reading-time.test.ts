import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { RemoteEvents } from '../../src/connector/index.js';
import { NO_COUNTS } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
} from '../support/scripted-remote.js';
import { naivePicture } from './naive-picture.js';
import { RunHarness, storeWith } from './run-harness.js';

const LIMIT_MS = 50;
const BEFORE: RemoteDocument = {
  users: [remoteUser('ann'), remoteUser('bob'), remoteUser('cat')],
  groups: [remoteGroup('devs')],
  memberships: [remoteMembers('devs', ['ann'])],
};
const AFTER: RemoteDocument = {
  ...BEFORE,
  memberships: [remoteMembers('devs', ['bob', 'cat'])],
};

/** The time of a run is over; everything else goes on. */
const passTheLimit = () => jest.advanceTimersByTime(LIMIT_MS);
const never = () => new Promise<never>(() => undefined);

describeEachDatabase('the time in which a run may read', (database) => {
  let harness: RunHarness;

  beforeEach(async () => {
    harness = await RunHarness.make(await database.open());
    jest.useFakeTimers({
      doNotFake: [
        'Date',
        'hrtime',
        'nextTick',
        'performance',
        'queueMicrotask',
        'clearImmediate',
        'clearInterval',
        'setImmediate',
        'setInterval',
      ],
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const run = (document: RemoteDocument, script: Script = {}, store = harness.store) =>
    harness.run(
      document,
      { currentToken: () => 'token', ...script },
      {
        store,
        readWithinMs: LIMIT_MS,
      },
    );

  /** Checks that a run is ended and leaves the copy alone, and that the next one brings everything. */
  const isTooLong = async (script: Script, report: object) => {
    const before = await harness.state();
    expect(await run(AFTER, script)).toMatchObject({
      outcome: 'FAILED',
      reason: 'RUN_TOO_LONG',
      revision: null,
      ...report,
    });
    expect(await harness.state()).toEqual(before);
    expect(await run(AFTER)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await harness.held()).toEqual(naivePicture(AFTER));
  };

  it('ends one whose server stops in its users, and what it had read is told', async () => {
    await run(BEFORE);
    const before: Script['before'] = ({ stream, step }) => {
      if (stream !== 'users' || step !== 2) return undefined;
      passTheLimit();
      return never();
    };
    await isTooLong(
      { before, events: () => ({ outcome: 'EXPIRED' }) },
      { kind: 'FULL', fullCause: 'TOKEN_EXPIRED', counts: { ...NO_COUNTS, usersRead: 2 } },
    );
  });

  it('ends one whose server does not tell its events', async () => {
    await run(BEFORE);
    const events = (): Promise<RemoteEvents> => {
      passTheLimit();
      return never();
    };
    await isTooLong({ events }, { kind: null, counts: NO_COUNTS });
  });

  it('is that of events and of everything after them together', async () => {
    await run(BEFORE);
    const events = (): RemoteEvents => {
      jest.advanceTimersByTime(LIMIT_MS / 2);
      return { outcome: 'EXPIRED' };
    };
    const before: Script['before'] = ({ stream, step }) => {
      if (stream !== 'groups' || step !== 1) return undefined;
      jest.advanceTimersByTime(LIMIT_MS / 2);
      return never();
    };
    await isTooLong({ events, before }, { kind: 'FULL' });
  });

  it('does not end one that has begun to write', async () => {
    await run(BEFORE);
    const store = storeWith(harness.store, {
      transact: (origin, work) => {
        passTheLimit();
        return harness.store.transact(origin, work);
      },
    });
    expect(await run(AFTER, { events: () => ({ outcome: 'EXPIRED' }) }, store)).toMatchObject({
      outcome: 'SUCCEEDED',
    });
    expect(await harness.held()).toEqual(naivePicture(AFTER));
  });
});
