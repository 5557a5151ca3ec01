import { GatehouseError } from './errors.js';
import type { NamedKind, NameFault } from './name-fault.js';

declare const keyOf: unique symbol;

/**
 * What names are compared by: NFC, lower case without a locale, NFC again. Two spellings with one
 * key are one name. Databases store it as bytes, so that no collation ever decides who somebody is.
 */
export type NameKey = string & { readonly [keyOf]: 'NameKey' };

/** Longest name in UTF-16 units: the limit Crowd and Jira put on their name columns. */
export const MAX_NAME_LENGTH = 255;

const OUTER_SPACE = /^[\p{White_Space}\u200B\uFEFF]|[\p{White_Space}\u200B\uFEFF]$/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
const NONCHARACTER = /[\uFFFE\uFFFF]/u;
const PLAIN = /^[a-z0-9._@-]*$/;
/** Such text has one form only: letters and marks that could be joined are all beyond it. */
const ASCII = /^[\0-\x7f]*$/;

/** The key of any text, also of one that is no valid name (it then equals no stored name's key). */
export function nameKey(name: string): NameKey {
  if (PLAIN.test(name)) return name as NameKey;
  // Normalizing would also store a character in two bytes.
  if (ASCII.test(name)) return name.toLowerCase() as NameKey;
  return name.normalize('NFC').toLowerCase().normalize('NFC') as NameKey;
}

/** What is wrong with `name`, or `null` when it may be stored. */
export function nameFault(name: string): NameFault | null {
  if (PLAIN.test(name) && name.length > 0 && name.length <= MAX_NAME_LENGTH) return null;
  if (name.length === 0) return 'EMPTY';
  if (!name.isWellFormed()) return 'UNPAIRED_SURROGATE';
  if (CONTROL.test(name)) return 'CONTROL_CHARACTER';
  if (BIDI.test(name)) return 'BIDI_MARK';
  if (NONCHARACTER.test(name)) return 'NONCHARACTER';
  if (OUTER_SPACE.test(name)) return 'OUTER_SPACE';
  // The key can be longer than the name (a capital I with a dot becomes two characters).
  if (name.length > MAX_NAME_LENGTH || nameKey(name).length > MAX_NAME_LENGTH) return 'TOO_LONG';
  return null;
}

/**
 * Returns the key of a name that may be stored.
 * @throws GatehouseError `NAME_INVALID` with the fault.
 */
export function requireName(kind: NamedKind, name: string): NameKey {
  const fault = nameFault(name);
  if (fault !== null) throw new GatehouseError('NAME_INVALID', { kind, name, fault });
  return nameKey(name);
}

/**
 * Order of keys by code point, which is also the order of their UTF-8 bytes and therefore the order
 * both databases sort them in. JavaScript's own `<` compares UTF-16 units and differs above U+FFFF.
 */
export function compareNameKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates stand for code points above every other unit.
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}
