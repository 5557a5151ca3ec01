import { hostname } from 'node:os';
import { SaxesParser } from 'saxes';
import type { RawAnswer } from '../support/raw-http.js';
import type { HostileRequest } from './hostile.js';

/** Where the protocol is served, as a client writes it; `https?:` where it takes us for a proxy. */
const BELOW = /^(?:https?:\/\/[^/?]*)?(?:\/crowd)?\/rest\/usermanagement\/(?:1|latest)(?:[/?]|$)/;
const ABSOLUTE = /^https?:/i;

const VERSION = /^Gatehouse\/\d+\.\d+\.\d+$/;
const REASON = /^[A-Z]+(?:_[A-Z]+)*$/;

/** What only our side can know; nothing of it is in a request. */
const LEAKS: readonly (string | RegExp)[] = [
  /\bat [^ ]+ \(|\.[jt]s:\d+|node_modules|dist\//,
  /\bSELECT\b|\bINSERT\b|\bFROM\b|\bER_[A-Z]|SQLITE/,
  /libsql|mysql:|sqlite:|typeorm|saxes|QueryFailed/i,
  /scrypt:|app:secret|open sesame/,
  process.cwd(),
  hostname(),
];

/** What is wrong with an answer to a hostile request; empty when nothing is. */
export function problemsOf(request: HostileRequest, answer: RawAnswer | null): readonly string[] {
  const isBelow = BELOW.test(request.url.replace(ABSOLUTE, (scheme) => scheme.toLowerCase()));
  // Whoever sends much to where nothing is may be cut off.
  if (!answer) return request.breaksOff || !isBelow ? [] : ['there was no answer'];
  const { status, headers, body } = answer;
  const text = body.toString('utf8');
  const head = [...headers].flat().join('\n');
  return [
    ...(status >= 500 ? [`status ${status}`] : []),
    ...(isBelow && !VERSION.test(headers.get('x-embedded-crowd-version') ?? '')
      ? [`status ${status} without the version`]
      : []),
    ...(headers.has('x-injected') ? ['a header was injected'] : []),
    ...LEAKS.filter((leak) =>
      typeof leak === 'string'
        ? `${head}\n${text}`.includes(leak)
        : leak.test(head) || leak.test(text),
    ).map((leak) => `the answer tells ${leak}`),
    ...(isBelow && text !== '' ? formProblems(request, answer, text) : []),
  ];
}

/** Whether a body is what its type says, and its type what was asked for. */
function formProblems(
  { accept }: HostileRequest,
  { status, headers }: RawAnswer,
  text: string,
): readonly string[] {
  const type = headers.get('content-type') ?? 'none';
  switch (type) {
    case 'text/plain;charset=UTF-8':
      return status === 401 && text === 'Application failed to authenticate' ? [] : [text];
    // Before anybody is asked: a request without a host.
    case 'text/plain; charset=utf-8':
      return status === 400 ? [] : [`status ${status}: ${text}`];
    case 'text/html;charset=UTF-8':
      return status === 403 ? [] : [`a page with status ${status}`];
    case 'application/xml':
      if (accept === 'application/json' && !text.includes('<memberships>'))
        return ['XML, not JSON'];
      return xmlProblems(status, text);
    case 'application/json':
      return accept === null ? ['JSON, not XML'] : jsonProblems(status, text);
    default:
      return [`the type ${type}`];
  }
}

function xmlProblems(status: number, text: string): readonly string[] {
  const names: string[] = [];
  let reason = '';
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => names.push(name));
  parser.on('text', (piece) => {
    if (names.at(-1) === 'reason') reason += piece;
  });
  try {
    parser.write(text).close();
  } catch (error) {
    return [`broken XML: ${String(error)}`];
  }
  const isError = names[0] === 'error' && names[1] === 'reason' && REASON.test(reason);
  return isError === status >= 400 ? [] : [`status ${status} with <${names[0]}>`];
}

function jsonProblems(status: number, text: string): readonly string[] {
  let document: { readonly reason?: unknown };
  try {
    document = JSON.parse(text);
  } catch (error) {
    return [`broken JSON: ${String(error)}`];
  }
  const isError = typeof document.reason === 'string' && REASON.test(document.reason);
  return isError === status >= 400 ? [] : [`status ${status} with ${Object.keys(document)}`];
}
