import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { UserFacts } from '../../src/domain/index.js';
import type { RemoteLists } from '../../src/sync/read-remote.js';
import { listsWithin } from '../../src/sync/until-deadline.js';
import { remoteUser } from '../support/scripted-remote.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

type Page = readonly UserFacts[];

function withUsers(readUsers: () => AsyncIterable<Page>): RemoteLists {
  const none = () => {
    throw new Error('only users are asked for');
  };
  return { readUsers, readGroups: none, readMemberships: none };
}

describe('a list that may be aborted', () => {
  it('lets go of the items it has given while it goes on', async () => {
    const given: WeakRef<Page>[] = [];
    async function* pages(): AsyncGenerator<Page, void, void> {
      for (let i = 0; i < 100; i++) {
        const page = [remoteUser(`user-${i}`)];
        given.push(new WeakRef(page));
        yield page;
      }
    }
    const lists = listsWithin(withUsers(pages), new AbortController().signal);
    let kept = 0;
    let read = 0;
    for await (const page of lists.readUsers()) {
      read += page.length;
      if (read < 100) continue;
      await nextTurn();
      collectGarbage();
      kept = given.filter((item) => item.deref() !== undefined).length;
    }
    expect(read).toBe(100);
    expect(kept).toBeLessThan(10);
  });

  it.each([{ when: 'before' }, { when: 'while' }])('ends $when it waits', async ({ when }) => {
    const controller = new AbortController();
    const reason = new Error('the time is up');
    async function* never(): AsyncGenerator<Page, void, void> {
      await new Promise(() => undefined);
      yield [];
    }
    if (when === 'before') controller.abort(reason);
    const reading = listsWithin(withUsers(never), controller.signal)
      .readUsers()
      [Symbol.asyncIterator]()
      .next();
    if (when === 'while') controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});
