import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openCrowd, reuseRemoteDirectories } from '../../src/connector/index.js';
import type { DirectoryId } from '../../src/domain/index.js';
import {
  addDirectory,
  createUser,
  readRemoteUsers,
  runSynchronisation,
  signIn,
  synchroniseNow,
  testStoredDirectory,
} from '../../src/usecase/index.js';
import { codeOf } from '../store/builders.js';
import { companyServer } from '../support/company-server.js';
import { xml } from '../support/crowd-answers.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';
import { remoteGroup, remoteMembers, remoteUser } from '../support/scripted-remote.js';
import { letDateGoOn, stopDate } from '../support/standing-date.js';

const PASSWORD = 'a-password-for-tests';
const WORKS = companyServer({
  users: [remoteUser('ann'), remoteUser('bob')],
  groups: [remoteGroup('devs')],
  memberships: [remoteMembers('devs', ['ann', 'bob'])],
});
const DOWN = xml('<error/>', 503);
const UNREACHABLE = { outcome: 'REFUSED', reason: 'UNREACHABLE' };

let server: LocalServer;
let test: TestGateway;
let id: DirectoryId;

/** A server's directory above one that is kept here; `ann` is in both. */
beforeEach(async () => {
  server = await startServer(WORKS);
  test = await openTestGateway({ connect: reuseRemoteDirectories(openCrowd).connect });
  const { gateway, operator } = test;
  const remote = await addDirectory(gateway, operator, {
    name: 'Jira',
    type: 'JIRA',
    nestedGroups: true,
    connection: { serverUrl: server.url, applicationName: 'gatehouse' },
    applicationPassword: PASSWORD,
  });
  id = remote.value.id;
  const here = await addDirectory(gateway, operator, {
    name: 'Here',
    type: 'INTERNAL',
    nestedGroups: true,
    connection: null,
    applicationPassword: null,
  });
  for (const name of ['ann', 'cat']) {
    await createUser(gateway, operator, {
      name,
      password: PASSWORD,
      directoryId: here.value.id,
    });
  }
  expect(await synchroniseNow(gateway, operator, id)).toMatchObject({ outcome: 'SUCCEEDED' });
  stopDate();
});
afterEach(async () => {
  letDateGoOn();
  await test.close();
  await server.close();
});

const enter = (name: string) => signIn(test.gateway, { name, password: PASSWORD, address: null });

/** The server goes down, and somebody notices. */
async function leftAlone(): Promise<void> {
  server.behave(DOWN);
  for (let i = 0; i < 3; i++) expect(await enter('ann')).toEqual(UNREACHABLE);
}

it('a server that is left alone costs no request, and nobody gets in by a lower directory', async () => {
  await leftAlone();
  server.behave(WORKS);
  const asked = server.requests.length;
  const { gateway, operator } = test;
  expect(await enter('ann')).toEqual(UNREACHABLE);
  expect(await enter('bob')).toEqual(UNREACHABLE);
  expect(await codeOf(readRemoteUsers(gateway, operator, id, ['ann']))).toBe('UNREACHABLE');
  expect(await runSynchronisation(gateway, id)).toMatchObject({
    outcome: 'FAILED',
    reason: 'UNREACHABLE',
  });
  expect(server.requests).toHaveLength(asked);
  expect(await enter('cat')).toMatchObject({ outcome: 'SIGNED_IN' });
});

it('an administrator who tests it has it asked, and it is taken up again when all is well', async () => {
  await leftAlone();
  const { gateway, operator } = test;
  const outcome = async () =>
    (await testStoredDirectory(gateway, operator, id)).steps.map((step) => step.outcome);
  expect((await outcome())[0]).toBe('FAILED');
  expect(await enter('ann')).toEqual(UNREACHABLE);
  server.behave(WORKS);
  expect(await outcome()).toEqual(['OK', 'OK', 'OK', 'OK', 'OK', 'OK']);
  expect(await enter('ann')).toMatchObject({ outcome: 'SIGNED_IN' });
});

it('an administrator who synchronises it has it asked', async () => {
  await leftAlone();
  server.behave(WORKS);
  const { gateway, operator } = test;
  expect(await synchroniseNow(gateway, operator, id)).toMatchObject({ outcome: 'SUCCEEDED' });
  expect(await enter('bob')).toMatchObject({ outcome: 'SIGNED_IN' });
});
