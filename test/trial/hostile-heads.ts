import type { Random } from '../support/random.js';
import { type Draft, setHeader, type Twist } from './hostile-draft.js';

const LONG = 60_000;

const PATH_MARKS = [
  ';x=y',
  ';',
  '//',
  '/',
  '%2f',
  '%2F..%2f',
  '%00',
  '/..',
  '/../..',
  '/./',
  '%2e%2e/',
  '\\',
  '%5c',
  '%',
  '%zz',
  '%ff',
  '%c0%af',
  '%e2%80%ae',
  '?',
  '#',
  '%23',
  '+',
  '*',
  '~',
  "'",
  '"',
  '<',
  '%3cb%3e',
  '{}',
  '|',
  '%0d%0aX-Injected:%20yes',
  '%09',
  '%7f',
];

const NAMES = [
  '',
  '%20',
  '%00',
  'a%00b',
  '%01%02%1f',
  '%7f',
  '%0d%0aX-Injected:%20yes',
  '%e2%80%ae',
  '%ef%bf%bf',
  '%ed%a0%80',
  '%f0%9f%98%80',
  '%ff',
  '%',
  '%c3%28',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  "'%20OR%20''%3D'",
  '%22%3E%3Cscript%3E',
  '%3C!%5BCDATA%5B',
  '%26amp%3B',
  '..%2f..%2fetc%2fpasswd',
  'ANN',
  '%C3%89va',
  'e%CC%81va',
  'a'.repeat(255),
  'a'.repeat(256),
  'a'.repeat(20_000),
  '%F0%9F%98%80'.repeat(1_000),
  '*',
  '%24%7b7*7%7d',
  '%25s%25n',
];

const NUMBERS = [
  '-1',
  '0',
  '1',
  '-2',
  '-0',
  '+1',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '-Infinity',
  '',
  '%20',
  '1.5',
  '999999999999999',
  '9999999999999999',
  '9'.repeat(300),
  '2147483648',
  '9223372036854775808',
  '-9223372036854775809',
  '１',
  'null',
  '1,1',
  '%31',
  '1%00',
  '01',
];

const ACCEPTS = [
  '',
  ' ',
  ',',
  ';',
  '*',
  '*/*;q=0',
  'application/json;q=2',
  'application/json;q=0.0001',
  'application/json;q=nan',
  'application/json;q=0.5,application/xml;q=0.4',
  'application/*',
  '*/json',
  'text/html',
  'image/png',
  'application/json\t;\tq=1',
  'APPLICATION/JSON',
  'application/json,'.repeat(1_000),
  ',;='.repeat(5_000),
  `;${' '.repeat(10_000)}q`,
  '"application/json"',
  'application/jsonx',
  '\xff\xfe',
  'constructor',
];

const METHODS = [
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'get',
  'Post',
  'PROPFIND',
  'SEARCH',
  'PURGE',
  'M-SEARCH',
  'FOO',
  'GET\t',
  '',
  'G\x00T',
  'X'.repeat(10_000),
];

const CREDENTIALS = [
  '',
  'Basic',
  'Basic ',
  'Basic %%%',
  'Basic Og==',
  'Basic AAAA',
  'Bearer abc',
  'Digest username="ann"',
  'Negotiate YII=',
  `Basic ${Buffer.from('Stash:wrong').toString('base64')}`,
  `Basic ${Buffer.from('nobody:wrong').toString('base64')}`,
  `Basic ${Buffer.from('Stash\0:app:secret').toString('base64')}`,
  `Basic ${Buffer.from(`${'x'.repeat(9_000)}:x`).toString('base64')}`,
  `Basic ${Buffer.from(`Stash:${'x'.repeat(9_000)}`).toString('base64')}`,
  `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x80]).toString('base64')}`,
  'Basic U3Rhc2g6YXBwOnNlY3JldA==, Basic AAAA',
  'basic    U3Rhc2g6YXBwOnNlY3JldA==',
];

const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['Host', ''],
  ['Host', 'a b'],
  ['Host', '"><script>'],
  ['Host', 'x'.repeat(5_000)],
  ['Host', '[::1'],
  ['Host', 'a:99999999'],
  ['Host', 'evil.example.org/path?'],
  ['X-Forwarded-For', '10.0.0.1'],
  ['X-Forwarded-For', '::1,'.repeat(5_000)],
  ['X-Forwarded-Proto', 'javascript'],
  ['X-Forwarded-Host', 'evil.example.org'],
  ['Expect', '100-continue'],
  ['Expect', 'the-impossible'],
  ['Upgrade', 'h2c'],
  ['Upgrade', 'TLS/1.0, HTTP/1.1'],
  ['Upgrade', 'websocket'],
  ['Range', 'bytes=0-1'],
  ['If-None-Match', '*'],
  ['If-Modified-Since', 'never'],
  ['Cookie', 'JSESSIONID=x; '.repeat(500)],
  ['Origin', 'null'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'identity, br'],
  ['Accept-Encoding', 'gzip;q=1'],
  ['TE', 'trailers'],
  ['Trailer', 'X-Embedded-Crowd-Version'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Odd', '\x80\xff'],
  ['X-Odd', '\x01'],
  ['X-Odd', 'a\r\n b'],
  ['X-Odd', 'a\rX-Injected: yes'],
  ['X-Odd', 'a\nX-Injected: yes'],
  ['X Odd', 'a'],
  ['', 'a'],
  ['X-Odd\r\n', 'a'],
  ['X-Odd', 'x'.repeat(LONG)],
  ['Connection', 'keep-alive'],
  ['Connection', 'X-Embedded-Crowd-Version'],
  ['Proxy-Authorization', 'Basic AAAA'],
];

const RESTRICTIONS = [
  '(',
  ')',
  '()',
  'name',
  'name=',
  '=',
  'name=a AND',
  'AND',
  'OR',
  'name=a OR OR',
  "name='",
  'name="a',
  'name=\\',
  'name=\\u12',
  'name=\\uD800',
  'name=a)',
  'name>"',
  'name=*',
  'name=**',
  'name=a NOT b',
  'shoe=1',
  'constructor=a',
  '__proto__=a',
  'active=maybe',
  'active>true',
  'createdDate>2020',
  'name="\' ; --"',
  'name=\x00',
  'name!=a',
  'name=a|name=b',
  '\u202e',
];

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function withQuery(draft: Draft, name: string, value: string): void {
  const begin = `${name}=`;
  draft.query = draft.query.filter((pair) => !pair.startsWith(begin));
  draft.query.push(begin + value);
}

/** Keeps the rest of the request what it is, with a method and path that take the restriction. */
function asksFor(draft: Draft, restriction: string): void {
  draft.method = 'GET';
  draft.path = draft.path.replace(/\/(1|latest)\/.*$/s, '/$1/search');
  draft.query = [`entity-type=user`, `restriction=${restriction}`];
}

/** As long as a head may be, with room for the rest of it. */
function filledWith(random: Random, piece: string): string {
  return piece.repeat(random.pick([10, 100, 1_000, Math.floor(25_000 / piece.length)]));
}

/** Of what stands before the body. */
export const HEAD_TWISTS: readonly Twist[] = [
  (draft, random) => {
    const at = random.below(draft.path.length + 1);
    draft.path = draft.path.slice(0, at) + random.pick(PATH_MARKS) + draft.path.slice(at);
  },
  (draft, random) => {
    draft.path += random.pick(PATH_MARKS);
  },
  (draft, random) => {
    draft.path += `/${filledWith(random, random.pick(['a', '/', '%2f', '%00', '../', ';a=b', '%41']))}`;
  },
  (draft) => {
    draft.path += 'x'.repeat(LONG);
  },
  (draft, random) => {
    draft.path = [...draft.path]
      .map((letter) => (random.chance(20) ? letter.toUpperCase() : letter))
      .join('');
  },
  (draft, random) => {
    draft.path =
      random.pick(['http://crowd.example.org', 'HTTP://other:1', 'ftp://x', '//x', '*', '']) +
      draft.path;
  },
  (draft, random) => {
    const name = random.pick([
      'username',
      'groupname',
      'child-groupname',
      'key',
      'entity-type',
      'expand',
    ]);
    withQuery(draft, name, random.pick(NAMES));
  },
  (draft, random) => {
    withQuery(draft, 'key', `${random.pick(NUMBERS)}:${random.pick(NAMES)}`);
    draft.query = draft.query.filter((pair) => !pair.startsWith('username='));
  },
  (draft, random) => {
    draft.path = draft.path.replace(/\/(1|latest)\/.*$/s, `/$1/event/${random.pick(NAMES)}`);
  },
  (draft, random) => {
    withQuery(draft, random.pick(['start-index', 'max-results']), random.pick(NUMBERS));
  },
  (draft, random) => {
    withQuery(draft, 'start-index', random.pick(NUMBERS));
    withQuery(draft, 'max-results', random.pick(NUMBERS));
  },
  (draft, random) => {
    draft.query.push(
      filledWith(random, random.pick(['&', '=', 'a&', '&a=b', '%', '+', 'expand=user,', '?'])),
    );
  },
  (draft, random) => {
    asksFor(draft, random.pick([encoded(random.pick(RESTRICTIONS)), random.pick(NAMES)]));
  },
  (draft, random) => {
    const piece = random.pick([
      '(',
      'name=a+OR+',
      'name=a+AND+(',
      '*',
      '"',
      '\\',
      'a',
      ')',
      "'",
      '%20',
    ]);
    asksFor(draft, filledWith(random, piece));
  },
  (draft, random) => {
    asksFor(draft, `name=a${filledWith(random, '*')}a`);
  },
  (draft, random) => setHeader(draft, 'Accept', random.pick(ACCEPTS)),
  (draft, random) => {
    draft.method = random.pick(METHODS);
  },
  (draft, random) => setHeader(draft, 'Authorization', random.pick(CREDENTIALS)),
  (draft, random) => {
    const [name, value] = random.pick(HEADERS);
    setHeader(draft, name, value);
    if (name === 'Upgrade') setHeader(draft, 'Connection', 'Upgrade, HTTP2-Settings');
  },
  (draft, random) => {
    draft.headers.push([...random.pick(HEADERS)]);
  },
  (draft) => {
    draft.headers = draft.headers.filter(([name]) => name !== 'Host');
  },
  (draft, random) => {
    for (let i = random.pick([100, 3_000]); i > 0; i--) draft.headers.push([`X-${i}`, '']);
  },
  (draft, random) => {
    draft.version = random.pick([
      'HTTP/1.0',
      'HTTP/0.9',
      'HTTP/2.0',
      'HTTP/9.9',
      'http/1.1',
      'HTTP/1.1 x',
      '',
      'HTTP/1.1\x00',
    ]);
  },
];
