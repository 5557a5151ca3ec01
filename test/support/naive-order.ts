const bytes = new Map<string, Buffer>();

/** Bytes of the names: the order both databases have. */
export function byKey(a: string, b: string): number {
  return Buffer.compare(bytesOf(a), bytesOf(b));
}

/** Key by key; a list that goes on comes after one that ends. */
export function byKeys(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = byKey(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Each key once, in order. */
export function inKeyOrder<Key extends string>(keys: Iterable<Key>): Key[] {
  return [...new Set(keys)].sort(byKey);
}

function bytesOf(key: string): Buffer {
  const known = bytes.get(key) ?? Buffer.from(key);
  bytes.set(key, known);
  return known;
}
