import type { Format, Offer } from '../support/conformance-format.js';
import { ALWAYS, DECLARATION, refusal, type Told, TYPES } from './conformance-answer.js';
import { APPLICATION_PASSWORD } from './conformance-company.js';
import { Values } from './conformance-values.js';
import type { Asking } from './served.js';

/** A request and what must be answered to it. */
export interface Asked extends Asking {
  /** Below the base. */
  readonly path: string;
  readonly expected: Told | ((told: Told) => void);
}

/** Something that is the same at every resource that it concerns. */
export interface Rule {
  readonly says: string;
  /** Section of the protocol's sheet, or what else it rests on. */
  readonly source: string;
  /** None where the rule does not concern the resource. */
  ask(offer: Offer, format: Format): readonly Asked[];
}

/** Stands for a token or an id that nobody was given. */
const UNKNOWN = 'unknown';

const login = (name: string, password: string = APPLICATION_PASSWORD) => ({ name, password });

const CHALLENGE: Told = {
  status: 401,
  headers: {
    ...ALWAYS,
    'content-type': 'text/plain;charset=UTF-8',
    'www-authenticate': 'BASIC realm="Crowd REST Service"',
  },
  body: 'Application failed to authenticate',
};

/** A page that names the caller's address and the application, and has the sentence of Tomcat's. */
function forbidden(application: string) {
  return ({ status, headers, body }: Told) => {
    const text = String(body);
    const says = [
      '127.0.0.1',
      `"${application}"`.replaceAll('"', '&quot;'),
      'The server understood the request but refuses to authorize it.',
    ];
    const missing = says.filter((words) => !text.includes(words));
    const type = headers['content-type'];
    if (status === 403 && type === 'text/html;charset=UTF-8' && missing.length === 0) return;
    throw new Error(`status ${status}, ${type}, without ${missing.join(', ')}: ${text}`);
  };
}

const withoutLogin: Rule = {
  says: 'a request without credentials is challenged',
  source: '2, the 401 of an application; the challenge is for clients that send nothing before',
  ask: (offer, format) => [{ ...example(offer, format), login: null, expected: CHALLENGE }],
};

const wrongPassword: Rule = {
  says: 'a wrong application password is a 401',
  source: '2, step 5',
  ask: (offer, format) => [
    { ...example(offer, format), login: login('Guessed', 'wrong'), expected: CHALLENGE },
  ],
};

const unknownApplication: Rule = {
  says: 'an unknown application is answered like a wrong password',
  source: '2, step 2',
  // The answer has no format, and each costs a hash.
  ask: (offer, format) =>
    format === 'JSON'
      ? []
      : [{ ...example(offer, format), login: login('stash'), expected: CHALLENGE }],
};

const wrongAddress: Rule = {
  says: 'from another address it is a 403, whatever the password',
  source: '2, step 3 is before step 5',
  ask: (offer, format) =>
    [APPLICATION_PASSWORD, 'wrong'].map((password) => ({
      ...example(offer, format),
      login: login('Elsewhere', password),
      expected: forbidden('Elsewhere'),
    })),
};

const switchedOff: Rule = {
  says: 'an application that is switched off is answered 403',
  source: '2, step 3',
  ask: (offer, format) => [
    { ...example(offer, format), login: login('Off'), expected: forbidden('Off') },
  ],
};

const notPermitted: Rule = {
  says: 'a change that the application may not make is a 403 with its reason',
  source: '5 and 6, APPLICATION_PERMISSION_DENIED',
  ask: (offer, format) =>
    offer.may === undefined ? [] : [{ ...harmless(offer, format), expected: denied(format) }],
};

const otherMedia: Rule = {
  says: 'a body that is neither XML nor JSON in UTF-8 is a 415',
  source: '3, request types; the reason is of our choice, because JAX-RS answers an empty page',
  ask: (offer, format) =>
    offer.body === undefined
      ? []
      : ['text/plain', '', `${TYPES[format]}; charset=iso-8859-1`].map((type) => ({
          ...harmless(offer, format, { 'content-type': type }),
          expected: refusal(415, 'ILLEGAL_ARGUMENT', format),
        })),
};

const malformed: Rule = {
  says: 'a body without sense is a 400',
  source: '5, ILLEGAL_ARGUMENT for a missing body field; 7.1, empty body',
  ask: (offer, format) =>
    offer.body === undefined
      ? []
      : ['', '<', '{', '[]', '<unknown/>'].map((body) => ({
          ...example(offer, format),
          body,
          expected: refusal(400, 'ILLEGAL_ARGUMENT', format),
        })),
};

const missingParameter: Rule = {
  says: 'a parameter that is missing or empty is a 400',
  source: '5, ILLEGAL_ARGUMENT for a missing mandatory parameter',
  ask: (offer, format) =>
    (offer.needs ?? []).flatMap((name) =>
      [null, ''].map((value) => {
        const parameters = new URLSearchParams(offer.query);
        if (value === null) parameters.delete(name);
        else parameters.set(name, value);
        return {
          ...example({ ...offer, query: parameters.toString() }, format),
          expected: refusal(400, 'ILLEGAL_ARGUMENT', format),
        };
      }),
    ),
};

const brokenQuery: Rule = {
  says: 'a broken percent code in the query is a 400',
  source:
    '1, encoding; the sheet is silent about broken ones, and no name can be guessed from them',
  ask: (offer, format) => [
    {
      ...example({ ...offer, query: `${offer.query ?? ''}&x=%zz` }, format),
      expected: refusal(400, 'ILLEGAL_ARGUMENT', format),
    },
  ],
};

const otherAccept: Rule = {
  says: 'whoever accepts something else, or says nothing, is answered in XML',
  source:
    '3, XML is named first; 406 is nowhere seen, and clients read XML whatever they asked for',
  ask: (offer, format) =>
    ['image/png', '', '*/*'].map((accept) => ({
      ...harmless(offer, format, { accept }),
      expected: offer.may === undefined ? told(offer, 'XML') : denied('XML'),
    })),
};

const head: Rule = {
  says: 'HEAD is answered as GET is, without the body',
  source: 'RFC 9110 9.3.2; the sheet is silent',
  ask: (offer, format) =>
    offer.method !== 'GET'
      ? []
      : [{ ...example(offer, format), method: 'HEAD', expected: told(offer, format, true) }],
};

/** What an example is answered with, as far as the table of resources says it. */
function told({ status, told: always, type }: Offer, format: Format, headOnly = false) {
  const due = type === undefined || status >= 300 ? TYPES[always ?? format] : type;
  return (answer: Told) => {
    const given = answer.headers['content-type'];
    const isDocument = String(answer.body).startsWith(DECLARATION);
    const isRight =
      answer.status === status &&
      given === (status === 204 ? undefined : due) &&
      (headOnly ? answer.body === '' : isDocument === (given === TYPES.XML));
    if (!isRight) throw new Error(`status ${answer.status}, ${given}: ${answer.body}`);
  };
}

export const RULES: readonly Rule[] = [
  withoutLogin,
  wrongPassword,
  unknownApplication,
  wrongAddress,
  switchedOff,
  notPermitted,
  otherMedia,
  malformed,
  missingParameter,
  brokenQuery,
  otherAccept,
  head,
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const;
/** Methods that no resource offers. */
const NOWHERE = ['OPTIONS', 'PATCH'];

/** Every method that a path does not offer, with the list of those that it does. */
export function askOtherMethods(
  path: string,
  offers: readonly Offer[],
  format: Format,
): readonly Asked[] {
  const offered = new Set<string>(offers.map(({ method }) => method));
  if (offered.has('GET')) offered.add('HEAD');
  const headers = { allow: METHODS.filter((method) => offered.has(method)).join(', ') };
  const others = [...METHODS, ...NOWHERE].filter((method) => !offered.has(method));
  return others.map((method) => {
    const expected = refusal(405, 'UNSUPPORTED_OPERATION', format, { headers });
    return {
      method,
      path: path.replace('*', UNKNOWN),
      headers: { accept: TYPES[format] },
      expected: method === 'HEAD' ? { ...expected, body: '' } : expected,
    };
  });
}

/** The example of a resource, which would be answered as the table says. */
function example(
  { path, method, query, body }: Offer,
  format: Format,
  headers: Readonly<Record<string, string>> = {},
): Omit<Asked, 'expected'> {
  const sent = {
    accept: TYPES[format],
    ...(body && { 'content-type': TYPES[format] }),
    ...headers,
  };
  const value = body && new Values({}, {}).body(body, format);
  return {
    method,
    path: `${path.replace('*', UNKNOWN)}${query === undefined ? '' : `?${query}`}`,
    // An empty one is not sent.
    headers: Object.fromEntries(Object.entries(sent).filter(([, text]) => text !== '')),
    body: format === 'XML' || value === undefined ? (value as string) : JSON.stringify(value),
    login: login('Stash'),
  };
}

/** The same by an application that may change nothing. */
function harmless(...[offer, format, headers]: Parameters<typeof example>) {
  const asked = example(offer, format, headers);
  return offer.may === undefined ? asked : { ...asked, login: login('Reader') };
}

function denied(format: Format): Told {
  return refusal(403, 'APPLICATION_PERMISSION_DENIED', format);
}
