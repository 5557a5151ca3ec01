import {
  asId,
  type DirectoryId,
  type ErrorDetails,
  GatehouseError,
  type NameKey,
  nameKey,
} from '../domain/index.js';

/** Kinds of nodes that have a row of their own. */
export const NODE_KINDS = [
  'Directory',
  'User',
  'Group',
  'Grant',
  'SynchronisationRun',
  'Application',
  'DeletedUser',
  'SetAsideGrant',
  'Webhook',
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** What was read at a remote server and has no row here yet. */
export const LIVE_KINDS = ['LiveUser', 'LiveGroup'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

export type NodeReference =
  | { readonly kind: NodeKind; readonly row: number }
  | { readonly kind: LiveKind; readonly directoryId: DirectoryId; readonly key: NameKey };

type RowId = Parameters<typeof asId>[0];

const ROW = /^([A-Za-z]+):([1-9]\d{0,15})$/;
const LIVE = /^([A-Za-z]+):([1-9]\d{0,15}):(.+)$/s;

const NAMES: Record<NodeKind, ErrorDetails['NOT_FOUND']['kind']> = {
  Directory: 'directory',
  User: 'user',
  Group: 'group',
  Grant: 'grant',
  SynchronisationRun: 'run',
  Application: 'application',
  DeletedUser: 'deleted user',
  SetAsideGrant: 'grant set aside',
  Webhook: 'webhook',
};

/** The opaque id of a row. */
export function globalId(kind: NodeKind, row: number): string {
  return encode(`${kind}:${row}`);
}

/** The opaque id of somebody whom only the server of a directory knows so far. */
export function liveId(kind: LiveKind, directoryId: DirectoryId, key: NameKey): string {
  return encode(`${kind}:${directoryId}:${key}`);
}

/** What an id stands for, or `null` when we never gave it. */
export function parseGlobalId(id: string): NodeReference | null {
  const text = Buffer.from(id, 'base64url').toString('utf8');
  if (encode(text) !== id) return null;
  const row = ROW.exec(text);
  if (row) {
    const kind = NODE_KINDS.find((candidate) => candidate === row[1]);
    return kind ? { kind, row: Number(row[2]) } : null;
  }
  const live = LIVE.exec(text);
  const kind = LIVE_KINDS.find((candidate) => candidate === live?.[1]);
  if (!live || !kind || nameKey(live[3]) !== live[3]) return null;
  return { kind, directoryId: asId<DirectoryId>(Number(live[2])), key: nameKey(live[3]) };
}

/**
 * The row that an id of the kind asked for names.
 * @throws GatehouseError `NOT_FOUND` when it is an id of something else or no id at all.
 */
export function requireRow<Id extends RowId>(kind: NodeKind, id: string): Id {
  const reference = parseGlobalId(id);
  if (reference?.kind !== kind) {
    throw new GatehouseError('NOT_FOUND', { kind: NAMES[kind], name: id });
  }
  return reference.row as Id;
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
