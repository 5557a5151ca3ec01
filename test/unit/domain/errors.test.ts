import { describe, expect, it } from '@jest/globals';
import {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  GatehouseError,
  isGatehouseError,
  type NameFault,
} from '../../../src/domain/index.js';

/** One example of each refusal: a code without one does not compile. */
const EXAMPLES: ErrorDetails = {
  NAME_INVALID: { kind: 'user', name: ' ann', fault: 'OUTER_SPACE' },
  NAME_TAKEN: { kind: 'group', name: 'admins' },
  INPUT_INVALID: { field: 'email', reason: 'is too long' },
  PAGE_INVALID: { reason: 'ask for between 1 and 1000 items' },
  UNKNOWN_PERMISSION: { permission: 'REPO_CREATE', known: ['ADMIN', 'SYS_ADMIN'] },
  NOT_FOUND: { kind: 'grant', name: '7' },
  MEMBERSHIP_EXISTS: { group: 'admins', member: 'ann' },
  MEMBERSHIP_NOT_FOUND: { group: 'admins', member: 'ann' },
  MEMBERSHIP_CYCLE: { group: 'admins', member: 'staff' },
  GRANT_EXISTS: { permission: 'ADMIN', subject: 'admins' },
  REVISION_CONFLICT: { expected: 4, actual: 5 },
  REVISION_NOT_REACHABLE: { revision: 4, oldest: 5, reason: 'DIRECTORY_RELOADED' },
  REVISION_NOT_REACHED: { revision: 9, reached: 8 },
  DIRECTORY_READ_ONLY: { directory: 'staff' },
  NO_WRITABLE_DIRECTORY: {},
  NESTED_GROUPS_OFF: { directory: 'staff' },
  DIRECTORY_STILL_ACTIVE: { directory: 'staff' },
  LAST_INTERNAL_DIRECTORY: { directory: 'staff' },
  DIRECTORY_ORDER_INCOMPLETE: { missing: ['staff'], unknown: [], repeated: ['partners'] },
  UNAUTHENTICATED: {},
  TOO_MANY_ATTEMPTS: { retryAfterSeconds: 30 },
  PERMISSION_DENIED: { needed: 'ADMIN' },
  TARGET_OUTRANKS_VIEWER: { target: 'ann' },
  WOULD_REMOVE_SELF: {},
  WOULD_LOCK_OUT_VIEWER: { lost: 'SYS_ADMIN' },
  NO_SYS_ADMIN_LEFT: {},
  ADMITS_EVERYBODY: { range: '0.0.0.0/0' },
  APPLICATION_PERMISSION_DENIED: {
    application: 'Bitbucket',
    permission: 'ADD_USER',
    directory: 'staff',
  },
  EMAIL_INVALID: { reason: 'is missing' },
  TOO_MANY_MAILS: { retryAfterSeconds: 600 },
  MAIL_HOOK_MISSING: {},
  RESET_TOKEN_INVALID: {},
  SECRET_KEY_MISSING: {},
  SECRET_UNREADABLE: { directory: 'staff' },
  UNREACHABLE: { server: 'http://127.0.0.1', reason: 'connection refused' },
  TLS: { server: 'https://127.0.0.1', reason: 'self-signed certificate' },
  AUTH: { server: 'http://127.0.0.1' },
  ADDRESS_REFUSED: { server: 'http://127.0.0.1', says: null },
  PROTOCOL: { server: 'http://127.0.0.1', field: 'user.name', reason: 'is missing' },
  NOT_SYNCHRONISABLE: { directory: 'staff' },
  SYNCHRONISATION_RUNNING: { directory: 'staff' },
  RUN_SUPERSEDED: { directory: 'staff' },
  PROCESS_ENDED: {},
  REMOVALS_HELD: { directory: 'jira', removed: 30, held: 100 },
  EMPTIED_GROUPS_HELD: { directory: 'jira', groups: ['devs', 'leads'] },
  ADMINISTRATORS_HELD: { directory: 'jira' },
  RUN_CANCELLED: { directory: 'staff' },
  RUN_TOO_LONG: { directory: 'staff', minutes: 120 },
  RUN_NOT_RUNNING: { run: '17' },
  RUN_NOT_HELD: { run: '17' },
  STORE_BUSY: { waitedMs: 10_000 },
  REQUEST_TOO_LARGE: { limit: '1 MiB' },
  SHUTTING_DOWN: {},
  INTERNAL: { incident: '1a2b' },
};

const FAULTS: Readonly<Record<NameFault, true>> = {
  EMPTY: true,
  TOO_LONG: true,
  OUTER_SPACE: true,
  CONTROL_CHARACTER: true,
  BIDI_MARK: true,
  UNPAIRED_SURROGATE: true,
  NONCHARACTER: true,
};

function example(code: ErrorCode): GatehouseError {
  return new GatehouseError(code, EXAMPLES[code]);
}

describe('the refusals', () => {
  it('are exactly the codes that are listed', () => {
    expect([...ERROR_CODES].sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it.each(ERROR_CODES.map((code) => ({ code })))('say $code in a sentence', ({ code }) => {
    const { message } = example(code);
    expect(message).not.toMatch(/undefined|\bnull\b|\bNaN\b|\[object|\n|\.$/);
    expect(message.length).toBeGreaterThan(10);
  });

  it.each(ERROR_CODES.map((code) => ({ code })))('tell every fact of $code', ({ code }) => {
    const { message } = example(code);
    const told: Partial<Record<ErrorCode, string[]>> = {
      NAME_INVALID: ['kind'],
      ADDRESS_REFUSED: ['server'],
      REVISION_NOT_REACHABLE: ['revision', 'oldest'],
    };
    const facts = Object.entries(EXAMPLES[code])
      .filter(([field]) => told[code]?.includes(field) ?? true)
      .flatMap(([, fact]) => fact);
    for (const fact of facts) expect(message).toContain(String(fact));
  });

  it.each(Object.keys(FAULTS).map((fault) => ({ fault })))('word the fault $fault', ({ fault }) => {
    const details = { kind: 'user', name: 'x', fault: fault as NameFault } as const;
    const { message } = new GatehouseError('NAME_INVALID', details);
    expect(message).not.toContain('undefined');
  });

  it('word the faults apart', () => {
    const messages = Object.keys(FAULTS).map(
      (fault) =>
        new GatehouseError('NAME_INVALID', { kind: 'user', name: 'x', fault: fault as NameFault })
          .message,
    );
    expect(new Set(messages).size).toBe(messages.length);
  });

  it('name every directory of an incomplete order', () => {
    expect(example('DIRECTORY_ORDER_INCOMPLETE').message).toContain('`staff`');
    expect(example('DIRECTORY_ORDER_INCOMPLETE').message).toContain('`partners`');
  });

  it('carry code, facts and cause', () => {
    const cause = new Error('socket closed');
    const error = new GatehouseError('NAME_TAKEN', EXAMPLES.NAME_TAKEN, { cause });
    expect(error).toMatchObject({ code: 'NAME_TAKEN', details: EXAMPLES.NAME_TAKEN, cause });
    expect(error.message).not.toContain('socket');
  });
});

describe('isGatehouseError', () => {
  it.each([
    { name: 'any code', error: example('AUTH'), codes: [], is: true },
    { name: 'the code asked for', error: example('AUTH'), codes: ['TLS', 'AUTH'], is: true },
    { name: 'another code', error: example('AUTH'), codes: ['TLS'], is: false },
    { name: 'an error of somebody else', error: new Error('AUTH'), codes: [], is: false },
    { name: 'something that looks like one', error: { code: 'AUTH' }, codes: ['AUTH'], is: false },
    { name: 'nothing', error: null, codes: [], is: false },
  ] satisfies { name: string; error: unknown; codes: ErrorCode[]; is: boolean }[])(
    'knows $name',
    ({ error, codes, is }) => {
      expect(isGatehouseError(error, ...codes)).toBe(is);
    },
  );
});
