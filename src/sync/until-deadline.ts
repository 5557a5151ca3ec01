import { type DirectoryConnection, GatehouseError } from '../domain/index.js';
import type { RemoteLists } from './read-remote.js';

/** The same directory, whose lists end with the reason of the signal once it is aborted, however slowly they come. */
export function listsWithin(remote: RemoteLists, signal: AbortSignal): RemoteLists {
  return {
    readUsers: () => within(remote.readUsers(), signal),
    readGroups: () => within(remote.readGroups(), signal),
    readMemberships: () => within(remote.readMemberships(), signal),
  };
}

/**
 * The same directory, whose lists end with an error once the time is up.
 * @param deadline in milliseconds since 1970.
 * @throws GatehouseError `UNREACHABLE` from the lists.
 */
export function untilDeadline(
  remote: RemoteLists,
  { serverUrl }: DirectoryConnection,
  deadline: number,
): RemoteLists {
  const late = new AbortController();
  const refuse = () =>
    late.abort(
      new GatehouseError('UNREACHABLE', {
        server: serverUrl,
        reason: 'it did not tell everything in time',
      }),
    );
  setTimeout(refuse, Math.max(0, deadline - Date.now())).unref();
  return listsWithin(remote, late.signal);
}

async function* within<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  let refuse: (reason: unknown) => void = () => undefined;
  const abort = () => refuse(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      // Not a race against one promise of the whole list: that would keep every item until its end.
      const { done, value } = await new Promise<IteratorResult<Item>>((resolve, reject) => {
        refuse = reject;
        if (signal.aborted) abort();
        iterator.next().then(resolve, reject);
      });
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Not waited for: a server that says nothing would hold up its own end.
    iterator.return?.()?.catch(() => undefined);
  }
}
