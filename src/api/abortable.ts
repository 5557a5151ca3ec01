import type { RequestContext } from './request-context.js';

/**
 * The items of a subscription, each answered with what is read after it came. It ends at once when its
 * consumer returns it, or with the operation. A generator that waits inside `next` ends only when its
 * signal says so, so `return` gives the signal first.
 */
export function abortable<Item>(
  start: (signal: AbortSignal) => AsyncGenerator<Item, void, undefined>,
  context: Pick<RequestContext, 'until' | 'readAnew'>,
): Required<AsyncIterableIterator<Item, void, undefined>> {
  const own = new AbortController();
  const items = start(AbortSignal.any([own.signal, context.until]));
  return {
    next: async () => {
      const item = await items.next();
      context.readAnew();
      return item;
    },
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
