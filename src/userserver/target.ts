import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { cameByHttps, canonicalAddress } from '../usecase/index.js';
import { badInput } from './errors.js';

/** Before the path where a client takes us for a proxy; whoever it names, it has come to us. */
const ABSOLUTE = /^https?:\/\/[^/?]*/i;
/** Crowd lives at `/crowd`, Jira at its own context path or none; clients of both exist. */
const BASE = /^(?:\/crowd)?\/rest\/usermanagement\/(?:1|latest)(?=[/?]|$)/;
/** A path that is the name of its resource as it stands. */
const ITSELF = /^(?:\/[\w-]+)+$/;
const HOST = /^(?:[a-z0-9_](?:[a-z0-9_.-]{0,253}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** The parts of a request's URL, still encoded. */
export interface Target {
  /** Where the protocol begins, as the client wrote it. */
  readonly base: string;
  /** What comes after it, up to the query. */
  readonly path: string;
  readonly query: string;
}

/** Splits a request's URL; `null` when it is not below the protocol's base. */
export function readTarget(asWritten: string): Target | null {
  const url = asWritten.replace(ABSOLUTE, '');
  const base = BASE.exec(url)?.[0];
  if (base === undefined) return null;
  const rest = url.slice(base.length);
  const mark = rest.indexOf('?');
  return mark < 0
    ? { base, path: rest, query: '' }
    : { base, path: rest.slice(0, mark), query: rest.slice(mark + 1) };
}

/**
 * The name of the resource a path leads to, decoded: `/user/group/direct`. A slash at the end does
 * not count. An encoded slash is part of a name and never parts two.
 * @throws GatehouseError `INPUT_INVALID` for broken percent codes.
 */
export function resourceName(path: string): string {
  if (ITSELF.test(path)) return path;
  const segments = path.replace(/\/$/, '').split('/');
  return segments.map((segment) => decodePart(segment, 'path').replaceAll('/', '%2F')).join('/');
}

/** @throws GatehouseError `INPUT_INVALID` for broken percent codes and for bytes that are not UTF-8. */
export function decodePart(text: string, field: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badInput(field, 'holds a broken percent code; encode it as UTF-8');
  }
}

/**
 * Scheme and host as the client named them, for links. A `Host` that is none is not repeated; then
 * the socket's own address serves. The scheme is told by trusted proxies only.
 */
export function readOrigin(request: IncomingMessage, trustedProxies: readonly string[]): string {
  const { socket, headers } = request;
  const forwardedProto = headers['x-forwarded-proto'];
  const secure = cameByHttps({ peer: socket.remoteAddress, forwardedProto }, trustedProxies);
  const { host } = headers;
  const authority = host !== undefined && HOST.test(host) ? host : socketHost(request);
  return `${secure ? 'https' : 'http'}://${authority}`;
}

function socketHost({ socket }: IncomingMessage): string {
  const address = canonicalAddress(socket.localAddress ?? '') ?? 'localhost';
  return `${isIPv6(address) ? `[${address}]` : address}:${socket.localPort ?? 80}`;
}
