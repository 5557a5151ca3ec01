import { describe, expect, it } from '@jest/globals';
import {
  CONNECTION_DEFAULTS,
  type DirectoryConnection,
  type ErrorCode,
  GatehouseError,
} from '../../src/domain/index.js';
import {
  DIRECTORY_TEST_STEPS,
  type DirectoryTestStep,
  type DirectoryTestStepName,
  testDirectory,
} from '../../src/sync/index.js';
import {
  type ReadPoint,
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
  ScriptedRemote,
} from '../support/scripted-remote.js';

const SERVER = 'https://jira.example.org';

const CONNECTION: DirectoryConnection = {
  ...CONNECTION_DEFAULTS,
  serverUrl: SERVER,
  applicationName: 'gatehouse',
};

const FLAT: RemoteDocument = {
  users: [remoteUser('sam'), remoteUser('kim'), remoteUser('lee')],
  groups: [remoteGroup('devs')],
  memberships: [remoteMembers('devs', ['sam', 'kim'])],
};

const NESTED: RemoteDocument = {
  ...FLAT,
  memberships: [...FLAT.memberships, remoteMembers('staff', [], ['devs'])],
};

const UNREACHABLE = new GatehouseError('UNREACHABLE', { server: SERVER, reason: 'no such host' });

interface Trial {
  readonly document?: RemoteDocument;
  readonly script?: Script;
  readonly serverUrl?: string;
  readonly nestedGroups?: boolean;
}

async function trial({ document = FLAT, script, serverUrl, nestedGroups = true }: Trial) {
  const connection = { ...CONNECTION, ...(serverUrl === undefined ? {} : { serverUrl }) };
  const steps = await testDirectory(new ScriptedRemote(document, script), connection, nestedGroups);
  expect(steps.map(({ step }) => step)).toEqual(DIRECTORY_TEST_STEPS);
  for (const { outcome, code, message } of steps) {
    expect(code === null).toBe(outcome !== 'FAILED');
    // Sentences that can be shown as they are.
    expect(message).toMatch(/^(?:\p{Lu}|https?:\/\/).*\.$/su);
  }
  return steps;
}

function outcomes(steps: readonly DirectoryTestStep[]): string {
  return steps.map(({ outcome }) => outcome).join(' ');
}

function stepOf(steps: readonly DirectoryTestStep[], name: DirectoryTestStepName) {
  return steps.find(({ step }) => step === name) as DirectoryTestStep;
}

/** Fails at one place of the reading. */
function failingAt(at: ReadPoint, error: Error): Script {
  return {
    before: (point) => {
      if (point.stream === at.stream && point.step === at.step) throw error;
    },
  };
}

describe('the test of a directory', () => {
  it('tells what worked', async () => {
    const steps = await trial({ document: NESTED });
    expect(outcomes(steps)).toBe('OK OK OK OK OK OK');
    expect(stepOf(steps, 'ADDRESS').message).toContain('jira.example.org');
    expect(stepOf(steps, 'CREDENTIALS').message).toContain('`gatehouse`');
    expect(stepOf(steps, 'VERSION').message).toContain('JIRA 9.12.0');
    expect(stepOf(steps, 'FIRST_PAGE').message).toContain('2 users and 1 group.');
  });

  it.each<{ name: string; error: GatehouseError; outcomes: string; code: ErrorCode }>([
    {
      name: 'a server that cannot be reached',
      error: UNREACHABLE,
      outcomes: 'FAILED SKIPPED SKIPPED SKIPPED SKIPPED SKIPPED',
      code: 'UNREACHABLE',
    },
    {
      name: 'a certificate that is not trusted',
      error: new GatehouseError('TLS', { server: SERVER, reason: 'its certificate has expired' }),
      outcomes: 'OK FAILED SKIPPED SKIPPED SKIPPED SKIPPED',
      code: 'TLS',
    },
    {
      name: 'a refused application',
      error: new GatehouseError('AUTH', { server: SERVER }),
      outcomes: 'OK OK FAILED SKIPPED SKIPPED SKIPPED',
      code: 'AUTH',
    },
    {
      name: 'a refused address',
      error: new GatehouseError('ADDRESS_REFUSED', { server: SERVER, says: null }),
      outcomes: 'OK OK FAILED SKIPPED SKIPPED SKIPPED',
      code: 'ADDRESS_REFUSED',
    },
    {
      name: 'another product, of whose opinion on the password nothing is known',
      error: new GatehouseError('PROTOCOL', {
        server: SERVER,
        field: 'X-Embedded-Crowd-Version',
        reason: 'is missing',
      }),
      outcomes: 'OK OK SKIPPED FAILED SKIPPED SKIPPED',
      code: 'PROTOCOL',
    },
  ])('stops at $name', async ({ error, outcomes: expected, code }) => {
    const steps = await trial({
      script: {
        identify: () => {
          throw error;
        },
      },
    });
    expect(outcomes(steps)).toBe(expected);
    expect(steps.find(({ outcome }) => outcome === 'FAILED')?.code).toBe(code);
  });

  it('tells a refused address from a wrong password, in the words of the server', async () => {
    const refused = (says: string | null) =>
      trial({
        script: {
          identify: () => {
            throw new GatehouseError('ADDRESS_REFUSED', { server: SERVER, says });
          },
        },
      });
    const told = stepOf(await refused('Client with address 10.1.2.3 is forbidden'), 'CREDENTIALS');
    expect(told.message).toContain('`Client with address 10.1.2.3 is forbidden`');
    expect(told.message).toContain("this gateway's address");
    expect(stepOf(await refused(null), 'CREDENTIALS').message).not.toContain('null');
  });

  it.each([
    { serverUrl: 'https://jira.example.org', outcome: 'OK' },
    { serverUrl: 'http://jira.example.org/jira', outcome: 'WARNING' },
    { serverUrl: 'http://10.0.0.7:8080', outcome: 'WARNING' },
    { serverUrl: 'http://localhost.example.org', outcome: 'WARNING' },
    { serverUrl: 'http://127.0.0.1.example.org', outcome: 'WARNING' },
    { serverUrl: 'http://localhost:8080', outcome: 'OK' },
    { serverUrl: 'http://jira.localhost', outcome: 'OK' },
    { serverUrl: 'http://127.0.0.1:8080', outcome: 'OK' },
    { serverUrl: 'http://[::1]:8080', outcome: 'OK' },
  ])('judges the encryption of $serverUrl: $outcome', async ({ serverUrl, outcome }) => {
    expect(stepOf(await trial({ serverUrl }), 'TLS').outcome).toBe(outcome);
  });

  it.each([
    { name: 'seen and switched on', document: NESTED, nestedGroups: true, outcome: 'OK' },
    { name: 'seen and switched off', document: NESTED, nestedGroups: false, outcome: 'WARNING' },
    { name: 'not seen and switched on', document: FLAT, nestedGroups: true, outcome: 'OK' },
    { name: 'not seen and switched off', document: FLAT, nestedGroups: false, outcome: 'OK' },
  ])('compares nesting with the switch: $name', async ({ document, nestedGroups, outcome }) => {
    expect(stepOf(await trial({ document, nestedGroups }), 'NESTED_GROUPS').outcome).toBe(outcome);
  });

  it('reads memberships only as far as it must', async () => {
    const flat = Array.from({ length: 2_000 }, (_, i) => remoteMembers(`g${i}`, ['sam']));
    const nestedAt = (place: number) => {
      const memberships = [...flat];
      memberships[place] = remoteMembers('outer', [], ['inner']);
      return memberships;
    };
    const lastRead = async (memberships: RemoteDocument['memberships']) => {
      let last = 0;
      const before = ({ stream, step }: ReadPoint) => {
        if (stream === 'memberships') last = step;
      };
      const steps = await trial({ document: { ...FLAT, memberships }, script: { before } });
      return { last, message: stepOf(steps, 'NESTED_GROUPS').message };
    };
    const early = await lastRead(nestedAt(9));
    expect(early.last).toBe(10);
    expect(early.message).toContain('`outer` holds `inner`');
    const late = await lastRead(nestedAt(1_000));
    expect(late.last).toBe(1_000);
    expect(late.message).toContain('the first 1000 groups');
  });

  it('reads one page of users and one of groups', async () => {
    const points: string[] = [];
    await trial({
      script: {
        before: ({ stream, step }) => {
          if (stream !== 'memberships') points.push(`${stream} ${step}`);
        },
      },
    });
    expect(points).toEqual(['users 1', 'groups 1']);
  });

  it.each([
    { missing: 'users', document: { ...FLAT, users: [] } },
    { missing: 'groups', document: { ...FLAT, groups: [] } },
  ])('warns when there are no $missing', async ({ missing, document }) => {
    const step = stepOf(await trial({ document }), 'FIRST_PAGE');
    expect(step.outcome).toBe('WARNING');
    expect(step.message).toContain(`should be ${missing}`);
  });

  it.each<{ at: ReadPoint; outcomes: string }>([
    { at: { stream: 'memberships', step: 1 }, outcomes: 'OK OK OK OK FAILED SKIPPED' },
    { at: { stream: 'memberships', step: 2 }, outcomes: 'OK OK OK OK FAILED SKIPPED' },
    { at: { stream: 'users', step: 1 }, outcomes: 'OK OK OK OK OK FAILED' },
    { at: { stream: 'groups', step: 1 }, outcomes: 'OK OK OK OK OK FAILED' },
  ])(
    'reports a failure while reading $at.stream ($at.step)',
    async ({ at, outcomes: expected }) => {
      const steps = await trial({ script: failingAt(at, UNREACHABLE) });
      expect(outcomes(steps)).toBe(expected);
      expect(steps.find(({ outcome }) => outcome === 'FAILED')?.code).toBe('UNREACHABLE');
    },
  );

  it('does not wait for ever for a server that says a little again and again', async () => {
    const never = new Promise<void>(() => undefined);
    const remote = new ScriptedRemote(FLAT, { before: () => never });
    const steps = await testDirectory(remote, CONNECTION, true, { listsWithinMs: 20 });
    expect(outcomes(steps)).toBe('OK OK OK OK FAILED SKIPPED');
    expect(stepOf(steps, 'NESTED_GROUPS').code).toBe('UNREACHABLE');
  });

  it.each<{ name: string; script: Script }>([
    {
      name: 'the first request',
      script: {
        identify: () => {
          throw new TypeError('a fault of ours');
        },
      },
    },
    {
      name: 'the reading',
      script: failingAt({ stream: 'users', step: 1 }, new TypeError('a fault of ours')),
    },
  ])('reports no fault of our own as one of the server: $name', async ({ script }) => {
    await expect(trial({ script })).rejects.toThrow(TypeError);
  });
});
