import { isDeepStrictEqual } from 'node:util';

/**
 * Whether a job's data is what was asked for: of an object all that the question names, whatever
 * else it holds; anything else exactly. Both are compared as the JSON they are kept as.
 */
export function matchesData(data: unknown, wanted: unknown): boolean {
  const asked = asJson(wanted);
  if (!isObject(asked) || !isObject(data)) return isDeepStrictEqual(data, asked);
  return Object.entries(asked).every(
    ([key, value]) => Object.hasOwn(data, key) && isDeepStrictEqual(data[key], value),
  );
}

/** A value as JSON keeps it: dates are texts, and what is `undefined` is not there. */
export function asJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
