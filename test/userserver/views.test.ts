import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Application, ApplicationDirectory, DirectoryId } from '../../src/domain/index.js';
import {
  authenticateApplication,
  changeApplication,
  directMemberships,
} from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { APPLICATION, addApplication, addMany, buildCompany, USER_PASSWORD } from './company.js';
import { tokenOf } from './events.js';
import { namesIn, reasonIn, type Served, serve } from './served.js';

const DIRECTORIES = ['first', 'second'] as const;
/** More groups than are told at a time. */
const MANY = 6_000;

describeEachDatabase('an application that sees some directories', (database) => {
  let served: Served;
  let application: Application;
  let ids: readonly DirectoryId[];

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    await buildCompany(served.gateway);
    application = await addApplication(served.gateway);
    const found = await served.gateway.store.reader.directories();
    ids = DIRECTORIES.map((name) => found.find((directory) => directory.name === name)!.id);
  });
  afterAll(() => served.close());
  beforeEach(() => see('first', 'second'));

  async function see(...names: (typeof DIRECTORIES)[number][]): Promise<void> {
    const directories = names.map((name): ApplicationDirectory => {
      return { directoryId: ids[DIRECTORIES.indexOf(name)], permissions: [] };
    });
    const { id } = application;
    await changeApplication(served.gateway, served.operator, { id, directories });
  }

  const userNames = async () => namesIn(await served.ask('/search?entity-type=user&max-results=5'));
  const signIn = (name: string) =>
    served.ask(`/authentication?username=${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ value: USER_PASSWORD }),
    });

  it('sees them in its own order', async () => {
    expect(await userNames()).toEqual(['ann', 'Bob', 'cid', 'éva']);
    await see('second', 'first');
    expect(await userNames()).toEqual(['ANN', 'Bob', 'cid', 'éva']);
    await see('second');
    expect(await userNames()).toEqual(['ANN', 'cid']);
    await see();
    expect(await userNames()).toEqual([]);
  });

  it('does not know users and groups of others', async () => {
    await see('second');
    expect((await served.ask('/user?username=bob')).status).toBe(404);
    expect((await served.ask('/group?groupname=juniors')).status).toBe(404);
    expect((await served.ask('/user?username=cid')).status).toBe(200);
    const { body } = await served.ask('/group/membership');
    expect(body).toContain('<membership group="ops"><users><user name="ANN"/></users>');
  });

  it('checks passwords of those alone', async () => {
    expect((await signIn('cid')).status).toBe(200);
    await see('first');
    expect(reasonIn(await signIn('cid'))).toBe('USER_NOT_FOUND');
  });

  it('has to read everything once it sees others', async () => {
    const token = await tokenOf(served);
    expect((await served.ask(`/event/${token}`)).status).toBe(200);
    await see('second', 'first');
    expect((await served.ask(`/event/${token}`)).status).toBe(410);
    const later = await tokenOf(served);
    const { id } = application;
    await changeApplication(served.gateway, served.operator, { id, description: 'the same view' });
    expect((await served.ask(`/event/${later}`)).status).toBe(200);
  });

  it('is told a list to its end although something changes meanwhile', async () => {
    const { gateway, operator } = served;
    await addMany(gateway, { users: 1, groups: MANY });
    const found = await gateway.store.reader.directories();
    const many = found.find(({ name }) => name === 'many')!;
    const directories = [many.id, ...ids.toReversed()].map((directoryId) => ({
      directoryId,
      permissions: [],
    }));
    await changeApplication(gateway, operator, { id: application.id, directories });
    const access = await authenticateApplication(gateway, { ...APPLICATION, address: '127.0.0.1' });
    if (access.outcome !== 'ADMITTED') throw new Error(access.outcome);
    const lines: string[] = [];
    let parts = 0;
    for await (const { names, groups } of directMemberships(gateway, access.caller)) {
      parts++;
      await gateway.store.transact({ type: 'OPERATOR' }, (transaction) =>
        transaction.setLicenceLimit(100 + parts),
      );
      for (const { group, users } of groups) {
        lines.push(
          `${names.groups[group]}: ${Array.from(users, (at) => names.users[at]).join(' ')}`,
        );
      }
    }
    expect(parts).toBeGreaterThan(1);
    expect(lines).toHaveLength(MANY + 4);
    expect(lines.filter((line) => !/^g\d+: $/.test(line))).toEqual([
      'DEVS: Bob cid',
      'Empty & <odd>: ',
      'juniors: éva',
      'ops: ANN',
    ]);
  });
});
