import {
  type asId,
  type ChangeCursor,
  type DirectoryId,
  GatehouseError,
  type GrantId,
  type NameKey,
  nameKey,
  type TokenDigest,
} from '../domain/index.js';
import type { DerivationCursor, ExpansionPath } from '../engine/index.js';
import type { SessionCursor } from '../store/index.js';

/** The last moment that a date can tell. */
const MAX_TIME = 8.64e15;

/** Which list a cursor was given out by: one of another list is refused. */
export type CursorKind =
  | 'name'
  | 'directory'
  | 'grant'
  | 'run'
  | 'application'
  | 'change'
  | 'derivation'
  | 'expansion'
  | 'finding'
  | 'position'
  | 'deleted user'
  | 'grant set aside'
  | 'session'
  | 'webhook';

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

/** Cursor of a list of derivations. */
export function encodeDerivationCursor({ length, groups, grant }: DerivationCursor): string {
  const end = grant === null ? ['', 0] : [grant.permission, grant.id];
  return encodeCursor('derivation', length, ...end, ...groups);
}

/** @throws GatehouseError `PAGE_INVALID`. */
export function decodeDerivationCursor(cursor: string): DerivationCursor {
  const [length, permission, id, ...groups] = decodeCursor('derivation', cursor);
  if (!isCount(length) || typeof permission !== 'string' || typeof id !== 'number') {
    throw invalidCursor();
  }
  const grant = permission === '' ? null : { permission, id: id as GrantId };
  return { length, groups: requireKeys(groups), grant };
}

/** A way down a tree of groups. */
export function encodeExpansionPath({ directoryId, groups }: ExpansionPath): string {
  return encodeCursor('expansion', directoryId, ...groups);
}

/** @throws GatehouseError `PAGE_INVALID`. */
export function decodeExpansionPath(path: string): ExpansionPath {
  const [directoryId, ...groups] = decodeCursor('expansion', path);
  if (!isCount(directoryId) || groups.length === 0) throw invalidCursor();
  return { directoryId: directoryId as DirectoryId, groups: requireKeys(groups) };
}

/** Cursor of a list that is told apart by places alone. */
export function positionCursor(position: number): string {
  return encodeCursor('position', position);
}

/** @throws GatehouseError `PAGE_INVALID`. */
export function decodePositionCursor(cursor: string): number {
  const [position] = decodeCursor('position', cursor);
  if (!isCount(position)) throw invalidCursor();
  return position;
}

/** Cursor of a list in the order of the rows' ids. @throws GatehouseError `PAGE_INVALID`. */
export function decodeRowCursor<Id extends Parameters<typeof asId>[0]>(
  kind: CursorKind,
  cursor: string,
): Id {
  const [id] = decodeCursor(kind, cursor);
  if (!isCount(id)) throw invalidCursor();
  return id as Id;
}

/** Cursor of a list of sessions: when one was made, and which it is. */
export function sessionCursor({ createdAt, digest }: SessionCursor): string {
  return encodeCursor('session', createdAt.getTime(), digest);
}

/** @throws GatehouseError `PAGE_INVALID`. */
export function decodeSessionCursor(cursor: string): SessionCursor {
  const [createdAt, digest] = decodeCursor('session', cursor);
  if (!isCount(createdAt) || createdAt > MAX_TIME || typeof digest !== 'string') {
    throw invalidCursor();
  }
  return { createdAt: new Date(createdAt), digest: digest as TokenDigest };
}

export function invalidCursor(): GatehouseError {
  return new GatehouseError('PAGE_INVALID', {
    reason: 'the cursor is none of this list; begin again without one',
  });
}

function requireKeys(parts: readonly (string | number)[]): NameKey[] {
  return parts.map((part) => {
    if (typeof part !== 'string' || nameKey(part) !== part) throw invalidCursor();
    return nameKey(part);
  });
}

function isCount(part: unknown): part is number {
  return Number.isSafeInteger(part) && (part as number) >= 0;
}
