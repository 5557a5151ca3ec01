import { nameKey } from './name.js';

/** Stands for any characters, also none. */
const ANY = '*';

/** Most patterns of one list; more are a group at the server. */
export const MAX_PATTERNS = 100;

/**
 * Tells whether a name is like one of the patterns, compared by key as names are; every name is like
 * an empty list. Takes at most as many steps as a name and a pattern have characters, multiplied.
 */
export function likeAnyOf(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  const keys = patterns.map((pattern) => [...nameKey(pattern)]);
  return (name) => {
    const key = [...nameKey(name)];
    return keys.some((pattern) => isLike(key, pattern));
  };
}

function isLike(name: readonly string[], pattern: readonly string[]): boolean {
  let at = 0;
  let place = 0;
  /** After the latest star, and where in the name it was tried to end last. */
  let star = -1;
  let tried = 0;
  while (at < name.length) {
    if (place < pattern.length && pattern[place] === ANY) {
      star = ++place;
      tried = at;
    } else if (place < pattern.length && pattern[place] === name[at]) {
      place += 1;
      at += 1;
    } else if (star >= 0) {
      // The star takes one character more.
      place = star;
      at = ++tried;
    } else {
      return false;
    }
  }
  while (pattern[place] === ANY) place += 1;
  return place === pattern.length;
}
