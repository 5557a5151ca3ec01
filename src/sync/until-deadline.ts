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

/** What is waited for, or the reason of the signal once it is aborted. */
export async function unlessAborted<Value>(
  waiting: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([waiting, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function* within<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await unlessAborted(iterator.next(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    // Not waited for: a server that says nothing would hold up its own end.
    iterator.return?.()?.catch(() => undefined);
  }
}
