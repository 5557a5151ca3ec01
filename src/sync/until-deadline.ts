import { type DirectoryConnection, GatehouseError } from '../domain/index.js';
import type { RemoteLists } from './read-remote.js';

/**
 * The same directory, whose lists end with an error once the time is up, however slowly they come.
 * @param deadline in milliseconds since 1970.
 * @throws GatehouseError `UNREACHABLE` from the lists.
 */
export function untilDeadline(
  remote: RemoteLists,
  { serverUrl }: DirectoryConnection,
  deadline: number,
): RemoteLists {
  const late = () =>
    new GatehouseError('UNREACHABLE', {
      server: serverUrl,
      reason: 'it did not tell everything in time',
    });
  return {
    readUsers: () => timed(remote.readUsers(), deadline, late),
    readGroups: () => timed(remote.readGroups(), deadline, late),
    readMemberships: () => timed(remote.readMemberships(), deadline, late),
  };
}

async function* timed<Item>(
  items: AsyncIterable<Item>,
  deadline: number,
  late: () => Error,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, deadline - Date.now()));
  });
  // The list may end first, and nobody waits for the time then.
  expired.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), expired]);
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    // Not waited for: a server that says nothing would hold up its own end.
    iterator.return?.()?.catch(() => undefined);
  }
}
