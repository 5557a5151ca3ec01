import { type ChangeCursor, GatehouseError, type NameKey, nameKey } from '../domain/index.js';

/** Which list a cursor was given out by: one of another list is refused. */
export type CursorKind = 'name' | 'directory' | 'grant' | 'run' | 'application' | 'change';

/** An opaque cursor that carries the parts a list needs to go on after an item. */
export function encodeCursor(kind: CursorKind, ...parts: (string | number)[]): string {
  return Buffer.from(JSON.stringify([kind, ...parts]), 'utf8').toString('base64url');
}

/** @throws GatehouseError `PAGE_INVALID` unless we gave this cursor for a list of this kind. */
export function decodeCursor(kind: CursorKind, cursor: string): (string | number)[] {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(value) || value[0] !== kind) throw invalidCursor();
  const parts: unknown[] = value.slice(1);
  if (!parts.every((part) => typeof part === 'string' || Number.isSafeInteger(part))) {
    throw invalidCursor();
  }
  if (encodeCursor(kind, ...(parts as (string | number)[])) !== cursor) throw invalidCursor();
  return parts as (string | number)[];
}

/** Cursor of a list in the order of name keys. */
export function nameCursor(entry: { readonly key: NameKey }): string {
  return encodeCursor('name', entry.key);
}

/** @throws GatehouseError `PAGE_INVALID`. */
export function decodeNameCursor(cursor: string): NameKey {
  const [key] = decodeCursor('name', cursor);
  if (typeof key !== 'string' || nameKey(key) !== key) throw invalidCursor();
  return nameKey(key);
}

/** Cursor of a place in the change log. */
export function changeCursor({ revision, ordinal }: ChangeCursor): string {
  return encodeCursor('change', revision, ordinal);
}

/** @throws GatehouseError `PAGE_INVALID`. */
export function decodeChangeCursor(cursor: string): ChangeCursor {
  const [revision, ordinal] = decodeCursor('change', cursor);
  if (!isCount(revision) || !isCount(ordinal)) throw invalidCursor();
  return { revision: revision as ChangeCursor['revision'], ordinal };
}

export function invalidCursor(): GatehouseError {
  return new GatehouseError('PAGE_INVALID', {
    reason: 'the cursor is none of this list; begin again without one',
  });
}

function isCount(part: unknown): part is number {
  return Number.isSafeInteger(part) && (part as number) >= 0;
}
