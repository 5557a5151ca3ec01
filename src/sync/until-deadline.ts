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
 * Reads the lists of a directory, all of them within a time: a server that gives each page at the last
 * moment would else be read for days.
 * @throws GatehouseError `UNREACHABLE` when the time is up, and what `read` throws.
 */
export async function readWithin<Result>(
  ms: number,
  remote: RemoteLists,
  { serverUrl }: DirectoryConnection,
  read: (lists: RemoteLists) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    const reason = 'it did not tell everything in time';
    late.abort(new GatehouseError('UNREACHABLE', { server: serverUrl, reason }));
  }, ms);
  timer.unref();
  try {
    return await read(listsWithin(remote, late.signal));
  } finally {
    clearTimeout(timer);
  }
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
