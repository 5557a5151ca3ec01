/**
 * An async generator that ends at once when its consumer returns it, or when `until` is aborted. A
 * generator that waits inside `next` ends only when its signal says so, so `return` gives the signal first.
 */
export function abortable<Item>(
  start: (signal: AbortSignal) => AsyncGenerator<Item, void, undefined>,
  until: AbortSignal,
): Required<AsyncIterableIterator<Item, void, undefined>> {
  const own = new AbortController();
  const items = start(AbortSignal.any([own.signal, until]));
  return {
    next: () => items.next(),
    return: () => {
      own.abort();
      return items.return();
    },
    throw: (error: unknown) => {
      own.abort();
      return items.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
