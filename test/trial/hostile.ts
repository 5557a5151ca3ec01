import { Random } from '../support/random.js';
import { APPLICATION } from '../userserver/company.js';
import { BASE, loginHeader } from '../userserver/served.js';
import { BODY_TWISTS } from './hostile-bodies.js';
import type { Draft } from './hostile-draft.js';
import { HEAD_TWISTS } from './hostile-heads.js';

/** One request as it is sent. */
export interface HostileRequest {
  readonly method: string;
  /** As the request line has it. */
  readonly url: string;
  readonly accept: string | null;
  readonly bytes: Buffer;
  /** Whether it announces more than it has, so that the client breaks off; then there may be no answer. */
  readonly breaksOff: boolean;
}

const RESOURCES: readonly (readonly [method: string, path: string, query: readonly string[]])[] = [
  ['GET', '/user', ['username=ann']],
  ['GET', '/user', ['key=1:id-ann']],
  ['GET', '/group', ['groupname=devs']],
  ['GET', '/user/group/direct', ['username=ann']],
  ['GET', '/user/group/nested', ['username=ann', 'groupname=devs']],
  ['GET', '/group/user/direct', ['groupname=devs', 'expand=user']],
  ['GET', '/group/user/nested', ['groupname=devs', 'username=ann']],
  ['GET', '/group/child-group/direct', ['groupname=devs']],
  ['GET', '/group/child-group/nested', ['groupname=devs', 'child-groupname=juniors']],
  ['GET', '/group/membership', []],
  ['GET', '/event', []],
  ['GET', '/event/1-empty', []],
  ['GET', '/search', ['entity-type=user', 'restriction=name%3Da*', 'expand=user']],
  ['POST', '/search', ['entity-type=group', 'expand=group']],
  ['POST', '/authentication', ['username=ann']],
  ['GET', '/non-existent/location', []],
];

/** The same for the same seed. */
export function randomHostile(seed: number): HostileRequest {
  const random = new Random(seed);
  const draft = plainRequest(random);
  const twists = [...HEAD_TWISTS, ...BODY_TWISTS];
  const count = 1 + random.below(3);
  for (let i = 0; i < count; i++) random.pick(twists)(draft, random);
  return written(draft);
}

/** A request as a client of good will sends it. */
function plainRequest(random: Random): Draft {
  const [method, path, query] = random.pick(RESOURCES);
  const prefix = random.pick([BASE, `/crowd${BASE}`, BASE.replace('/1', '/latest')]);
  const posts = method === 'POST';
  const json = random.chance(50);
  return {
    method,
    path: prefix + path,
    query: [...query],
    version: 'HTTP/1.1',
    headers: [
      ['Host', 'crowd.example.org'],
      ['Authorization', loginHeader(APPLICATION).authorization],
      ['Connection', 'close'],
      ...(posts
        ? ([['Content-Type', json ? 'application/json' : 'application/xml']] as [string, string][])
        : []),
      ...(random.chance(50) ? ([['Accept', 'application/json']] as [string, string][]) : []),
    ],
    body: Buffer.from(
      !posts
        ? ''
        : path === '/search'
          ? json
            ? '{"restriction-type":"null-search-restriction"}'
            : '<null-search-restriction/>'
          : json
            ? '{"value":"wrong"}'
            : '<password><value>wrong</value></password>',
    ),
    framing: null,
  };
}

function written(draft: Draft): HostileRequest {
  const { method, path, query, version, body } = draft;
  const url = query.length === 0 ? path : `${path}?${query.join('&')}`;
  const framing: [string, string][] =
    draft.framing ?? (body.length > 0 ? [['Content-Length', String(body.length)]] : []);
  const lines = [...draft.headers, ...framing].map(([name, value]) => `${name}: ${value}\r\n`);
  // Raw bytes: a character is the byte of its number.
  const head = Buffer.from(`${method} ${url} ${version}\r\n${lines.join('')}\r\n`, 'latin1');
  return {
    method,
    url,
    accept: headerOf(draft, 'accept'),
    bytes: Buffer.concat([head, body]),
    breaksOff: framing.some(
      ([name, value]) =>
        name === 'Transfer-Encoding' || (name === 'Content-Length' && Number(value) > body.length),
    ),
  };
}

/** The last of a name, as a client wrote it; `null` when there is none. */
function headerOf({ headers }: Draft, name: string): string | null {
  return headers.findLast(([candidate]) => candidate.toLowerCase() === name)?.[1] ?? null;
}
