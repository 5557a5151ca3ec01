let last: Promise<void> = Promise.resolve();

/**
 * Comes once everybody else has had a turn since it was given to somebody last. Work that takes long
 * and cannot be cut waits for it first, so that many such pieces never keep everybody waiting at once.
 */
export function turn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}
