import type { Format } from '../support/conformance-format.js';
import type { Answer } from './served.js';

export const TYPES: Readonly<Record<Format, string>> = {
  XML: 'application/xml',
  JSON: 'application/json',
};

/** Headers that are compared; where one is not told of, it must not be there. */
const COMPARED = [
  'allow',
  'cache-control',
  'content-security-policy',
  'content-type',
  'location',
  'retry-after',
  'set-cookie',
  'www-authenticate',
  'x-embedded-crowd-version',
];

/** On every answer, whatever it is. */
export const ALWAYS = {
  'cache-control': 'no-cache',
  'x-embedded-crowd-version': 'Gatehouse/1.2.3',
} as const;

/** What an answer is compared by. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** A text, or a value where it is JSON. */
  readonly body: unknown;
}

/** Stands for a message: clients show it, and none compares it. */
const MESSAGE = 'some words';

export function toldBy({ status, headers, body }: Answer): Told {
  return {
    status,
    headers: Object.fromEntries(
      COMPARED.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    ),
    body:
      headers['content-type'] === TYPES.JSON && body !== ''
        ? withoutWords(body)
        : body.replace(/(?<=<message>)[^<]+(?=<\/message><\/error>$)/, MESSAGE),
  };
}

function withoutWords(body: string): unknown {
  const value = JSON.parse(body);
  const hasWords = typeof value.message === 'string' && value.message !== '';
  return hasWords ? { ...value, message: MESSAGE } : value;
}

/** An error document of a format, with a message unless it is silent. */
export function refusal(
  status: number,
  reason: string,
  format: Format,
  { silent = false, headers = {} }: { silent?: boolean; headers?: Told['headers'] } = {},
): Told {
  const message = silent ? '' : `<message>${MESSAGE}</message>`;
  return {
    status,
    headers: { ...ALWAYS, 'content-type': TYPES[format], ...headers },
    body:
      format === 'XML'
        ? `${DECLARATION}<error><reason>${reason}</reason>${message}</error>`
        : { reason, ...(silent ? {} : { message: MESSAGE }) },
  };
}

export const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
