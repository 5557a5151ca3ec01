import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4 } from 'node:net';
import type { Registry } from 'prom-client';
import { sameSecret } from '../usecase/index.js';
import type { Face } from './face.js';

const PATH = '/metrics';
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
/** A proxy on this machine asks for somebody else. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * `GET /metrics` in the text format of Prometheus. For anybody else than a caller on this machine and
 * who bears the token there is nothing at this address.
 */
export function metricsFace(registry: Registry, token: string | null): Face {
  return async (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== PATH || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    if (!isOnThisMachine(request) && !bears(request, token)) return false;
    const text = await registry.metrics();
    response.writeHead(200, {
      'Content-Type': registry.contentType,
      'Cache-Control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : text);
    return true;
  };
}

function isOnThisMachine({ socket, headers }: IncomingMessage): boolean {
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined)) return false;
  const address = socket.remoteAddress ?? '';
  return LOOPBACK.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function bears({ headers }: IncomingMessage, token: string | null): boolean {
  const [, given] = /^Bearer +(.+)$/i.exec(headers.authorization ?? '') ?? [];
  return token !== null && given !== undefined && sameSecret(given, token);
}
