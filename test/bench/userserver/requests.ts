import { APPLICATION } from '../gateway/company.js';
import { PASSWORD } from '../gateway/gateway-handle.js';
import type { Request } from './client.js';

const BASE = '/rest/usermanagement/1';

/** Both formats of the protocol; a client that wants neither gets XML. */
export type Wanted = 'application/json' | 'application/xml';

export function userRequest(name: string, accept: Wanted): Request {
  return request('GET', `/user?username=${encodeURIComponent(name)}`, accept);
}

export function groupsRequest(name: string): Request {
  const query = `username=${encodeURIComponent(name)}`;
  return request('GET', `/user/group/nested?${query}`, 'application/json');
}

/** Whether a user is in a group, nested ones included. */
export function memberRequest(group: string, user: string): Request {
  const query = `groupname=${encodeURIComponent(group)}&username=${encodeURIComponent(user)}`;
  return request('GET', `/group/user/nested?${query}`, 'application/json');
}

/** Signs a user in with the password that all users of this bench have. */
export function signInRequest(name: string): Request {
  const body = JSON.stringify({ value: PASSWORD });
  const path = `/authentication?username=${encodeURIComponent(name)}`;
  return request('POST', path, 'application/json', body);
}

export const MEMBERSHIPS_URL = `${BASE}/group/membership`;

export function loginHeader(): string {
  return `Basic ${Buffer.from(`${APPLICATION}:${PASSWORD}`).toString('base64')}`;
}

function request(method: 'GET' | 'POST', path: string, accept: Wanted, body?: string): Request {
  const url = BASE + path;
  const lines = [
    `${method} ${url} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: ${loginHeader()}`,
    `Accept: ${accept}`,
    ...(body === undefined
      ? []
      : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return { method, url, bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`) };
}
