import type { Random } from '../support/random.js';
import { type Draft, setHeader, type Twist } from './hostile-draft.js';

const DEEP = 1_000;
const WIDE = 100_000;
const CAP = 1024 * 1024;

const NULL_XML = '<null-search-restriction/>';
const NULL_JSON = '{"restriction-type":"null-search-restriction"}';
const OPEN_XML = '<boolean-search-restriction boolean-logic="or"><restrictions>';
const CLOSE_XML = '</restrictions></boolean-search-restriction>';
const OPEN_JSON =
  '{"restriction-type":"boolean-search-restriction","boolean-logic":"or","restrictions":[';

const xmlProperty = (name: string, mode: string, value: string) =>
  `<property-search-restriction><property><name>${name}</name><type>STRING</type></property><match-mode>${mode}</match-mode><value>${value}</value></property-search-restriction>`;

const XML_BODIES: readonly (() => string)[] = [
  () => OPEN_XML.repeat(DEEP) + NULL_XML + CLOSE_XML.repeat(DEEP),
  () => OPEN_XML + '<a/>'.repeat(WIDE) + CLOSE_XML,
  () => OPEN_XML + NULL_XML.repeat(9_000) + CLOSE_XML,
  () => OPEN_XML + xmlProperty('name', 'CONTAINS', 'zz').repeat(5_000) + CLOSE_XML,
  () => '<a>'.repeat(WIDE),
  () =>
    `<a ${Array.from({ length: WIDE }, (_, i) => `a${i}=""`)
      .join(' ')
      .slice(0, CAP - 8)}/>`,
  () => '<!DOCTYPE a><null-search-restriction/>',
  () => '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><null-search-restriction/>',
  () =>
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><password><value>&x;</value></password>',
  () =>
    '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><password><value>&b;</value></password>',
  () => '<password><value>&unknown;</value></password>',
  () => `<password><value>${'&amp;'.repeat(WIDE)}</value></password>`,
  () => '<password><value>&#0;</value></password>',
  () => '<password><value>&#xD800;</value></password>',
  () => `<password><value>&#x${'0'.repeat(WIDE)}41;</value></password>`,
  () => '<password a="1" a="2"><value>x</value></password>',
  () => '<password><value>x</password></value>',
  () => '<password><value>x',
  () => '<password><value><![CDATA[x',
  () => `<password><value><![CDATA[${']]>'.repeat(5)}]]></value></password>`,
  () => `<!--${'-'.repeat(WIDE)}`,
  () => `<?${'x'.repeat(WIDE)}`,
  () => '<?xml version="1.0" encoding="UTF-16"?><null-search-restriction/>',
  () => '<?xml version="9.9"?><null-search-restriction/>',
  () => '<password xmlns="urn:x" xmlns:y="urn:y"><y:value>x</y:value></password>',
  () => '<constructor/>',
  () => '<__proto__/>',
  () => xmlProperty('__proto__', 'CONTAINS', 'x'),
  () => xmlProperty('name', 'constructor', 'x'),
  () => xmlProperty('name', 'CONTAINS', '\u202e\uffff'),
  () => xmlProperty('name', 'CONTAINS', 'x'.repeat(CAP / 2)),
  () => `<password><value>${'x'.repeat(2_000)}</value></password>`,
  () => '<'.repeat(WIDE),
  () => '>'.repeat(WIDE),
  () => '&'.repeat(WIDE),
  () => ' '.repeat(WIDE),
];

const JSON_BODIES: readonly (() => string)[] = [
  () => OPEN_JSON.repeat(DEEP) + NULL_JSON + ']}'.repeat(DEEP),
  () => `${OPEN_JSON}${Array(WIDE).fill('{}').join(',')}]}`,
  () => `${OPEN_JSON}${Array(9_000).fill(NULL_JSON).join(',')}]}`,
  () => '['.repeat(WIDE),
  () => '{"a":'.repeat(WIDE),
  () => '{"value":"x","value":["y"]}',
  () => '{"__proto__":{"value":"x"}}',
  () => '{"constructor":{"prototype":{"value":"x"}}}',
  () => '{"restriction-type":{"toString":"x"}}',
  () => '{"restriction-type":"constructor"}',
  () =>
    '{"restriction-type":"boolean-search-restriction","boolean-logic":"__proto__","restrictions":[]}',
  () =>
    '{"restriction-type":"boolean-search-restriction","boolean-logic":"and","restrictions":[null]}',
  () => '{"value":1e999}',
  () => '{"value":NaN}',
  () => '{"value":"\\ud800"}',
  () => '{"value":"\\u0000"}',
  () => `{"value":"${'x'.repeat(2_000)}"}`,
  () => `{"value":${'9'.repeat(WIDE)}}`,
  () => '{"value":"x"',
  () => "{'value':'x'}",
  () => 'null',
  () => '',
  () => '"value"',
  () => '{}'.repeat(1_000),
];

const TYPES = [
  '',
  ' ',
  'application/xml',
  'application/json',
  'text/xml',
  'text/plain',
  'application/xml; charset=utf-16',
  'application/xml; charset=iso-8859-1',
  'application/xml; charset="utf-8"',
  'application/xml;charset=',
  'application/json; charset=us-ascii',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'constructor',
  '__proto__',
  'toString',
  'application/xml,application/json',
  `application/xml;${' '.repeat(10_000)}charset=x`,
  '\xff',
  'application/XML',
  'application/soap+xml',
];

const LENGTHS: readonly (readonly [name: string, value: string])[][] = [
  [['Content-Length', '-1']],
  [['Content-Length', '0']],
  [['Content-Length', '3']],
  [['Content-Length', '999999']],
  [['Content-Length', '99999999999999999999']],
  [['Content-Length', 'NaN']],
  [['Content-Length', '0x10']],
  [['Content-Length', '+5']],
  [['Content-Length', '1, 1']],
  [['Content-Length', '']],
  [
    ['Content-Length', '3'],
    ['Content-Length', '4'],
  ],
  [
    ['Content-Length', '3'],
    ['Transfer-Encoding', 'chunked'],
  ],
  [['Transfer-Encoding', 'chunked']],
  [['Transfer-Encoding', 'gzip, chunked']],
  [['Transfer-Encoding', 'identity']],
  [
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'identity'],
  ],
  [['Transfer-Encoding', ' chunked']],
  [['Transfer-Encoding', '\x0bchunked']],
];

function posts(
  draft: Draft,
  resource: '/search?entity-type=user' | '/authentication?username=ann',
): void {
  const [path, query] = resource.split('?');
  draft.method = 'POST';
  draft.path = draft.path.replace(/\/(1|latest)\/.*$/s, `/$1${path}`);
  draft.query = [query];
}

function postsSomewhere(draft: Draft, random: Random): void {
  posts(draft, random.pick(['/search?entity-type=user', '/authentication?username=ann']));
}

/** Of the body and what is said of it. */
export const BODY_TWISTS: readonly Twist[] = [
  ...[0, 1, 2].map(
    (): Twist => (draft, random) => {
      postsSomewhere(draft, random);
      setHeader(draft, 'Content-Type', 'application/xml');
      draft.body = Buffer.from(random.pick(XML_BODIES)());
    },
  ),
  ...[0, 1].map(
    (): Twist => (draft, random) => {
      postsSomewhere(draft, random);
      setHeader(draft, 'Content-Type', 'application/json');
      draft.body = Buffer.from(random.pick(JSON_BODIES)());
    },
  ),
  (draft, random) => {
    postsSomewhere(draft, random);
    setHeader(draft, 'Content-Type', random.pick(['application/xml', 'application/json']));
    const text = random.pick([NULL_XML, NULL_JSON, '<password><value>é</value></password>']);
    draft.body = random.pick([
      Buffer.from(text, 'utf16le'),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(`\ufeff${text}`),
      Buffer.from(text, 'latin1'),
      Buffer.from(`\ufeff\ufeff${text}`),
      Buffer.concat([Buffer.from(text), Buffer.from([0])]),
      Buffer.concat([Buffer.from([0xc0, 0x80]), Buffer.from(text)]),
    ]);
  },
  (draft, random) => {
    postsSomewhere(draft, random);
    // Above the cap by a little or by much.
    draft.body = Buffer.alloc(CAP + random.pick([0, 1, CAP]), random.pick(['x', '<', ' ', '\0']));
  },
  (draft, random) => setHeader(draft, 'Content-Type', random.pick(TYPES)),
  (draft, random) => {
    draft.framing = random.pick(LENGTHS).map(([name, value]) => [name, value]);
  },
  (draft, random) => {
    draft.body = Buffer.from(random.pick(['x', 'GET / HTTP/1.1\r\n\r\n', '\0', '5\r\nabc']));
  },
  (draft, random) => {
    // Any bytes, in place of some of those that were there.
    const bytes = Buffer.from(draft.body);
    for (let i = 0; i < bytes.length && i < 20; i++)
      bytes[random.below(bytes.length)] = random.below(256);
    draft.body = bytes;
  },
];
