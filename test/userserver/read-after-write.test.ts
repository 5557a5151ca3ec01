import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Application } from '../../src/domain/index.js';
import { changeApplication } from '../../src/usecase/index.js';
import { describeEachDatabase, describeSharedDatabase } from '../support/databases.js';
import { USER_PASSWORD } from './company.js';
import { type Asking, JSON_ONLY, type Served, serve } from './served.js';
import { addWriter, settle } from './written-company.js';

/** What is read before a write, so that it may be remembered, and again after it. */
interface Case {
  readonly does: string;
  /** Method and path. */
  readonly write: string;
  readonly body?: object;
  readonly read: string;
  readonly readBody?: object;
  /** The status, or a piece of the body with status 200. */
  readonly before: number | string;
  readonly after: number | string;
}

const ANN = { name: 'ann', 'first-name': 'A', 'last-name': 'B', active: true };
const ZOE = { ...ANN, name: 'zoe', password: { value: 'a new password' } };
const colour = (...values: string[]) => ({ attributes: [{ name: 'colour', values }] });

const CASES: readonly Case[] = [
  {
    does: 'a user that is added',
    write: 'POST /user',
    body: ZOE,
    read: 'GET /user?username=zoe',
    before: 404,
    after: '"name":"zoe"',
  },
  {
    does: 'the details of a user',
    write: 'PUT /user?username=ann',
    body: ANN,
    read: 'GET /user?username=ann',
    before: '"display-name":"Ann Lee"',
    after: '"display-name":"A B"',
  },
  {
    does: 'the old name of a user',
    write: 'POST /user/rename?username=bob',
    body: { 'new-name': 'rob' },
    read: 'GET /user?username=bob',
    before: '"name":"bob"',
    after: 404,
  },
  {
    does: 'the new name of a user',
    write: 'POST /user/rename?username=bob',
    body: { 'new-name': 'rob' },
    read: 'GET /user?username=rob',
    before: 404,
    after: '"name":"rob"',
  },
  {
    does: 'a user that is removed',
    write: 'DELETE /user?username=bob',
    read: 'GET /user?username=bob',
    before: '"name":"bob"',
    after: 404,
  },
  {
    does: 'an attribute of a user',
    write: 'POST /user/attribute?username=ann',
    body: colour('red'),
    read: 'GET /user?username=ann&expand=attributes',
    before: '"attributes":[]',
    after: '"values":["red"]',
  },
  {
    does: 'a group that is added',
    write: 'POST /group',
    body: { name: 'qa', type: 'GROUP', active: true },
    read: 'GET /group?groupname=qa',
    before: 404,
    after: '"name":"qa"',
  },
  {
    does: 'the description of a group',
    write: 'PUT /group?groupname=devs',
    body: { name: 'devs', type: 'GROUP', active: true, description: 'they build' },
    read: 'GET /group?groupname=devs',
    before: '"description":"developers"',
    after: '"description":"they build"',
  },
  {
    does: 'an attribute of a group',
    write: 'POST /group/attribute?groupname=devs',
    body: colour('blue'),
    read: 'GET /group?groupname=devs&expand=attributes',
    before: '"attributes":[]',
    after: '"values":["blue"]',
  },
  {
    does: 'a group that is removed',
    write: 'DELETE /group?groupname=juniors',
    read: 'GET /group?groupname=juniors',
    before: '"name":"juniors"',
    after: 404,
  },
  {
    does: 'a member of a group',
    write: 'POST /group/user/direct?groupname=juniors',
    body: { name: 'bob' },
    read: 'GET /group/user/nested?groupname=devs&username=bob',
    before: 404,
    after: '"name":"bob"',
  },
  {
    does: 'a member that has gone',
    write: 'DELETE /group/user/direct?groupname=devs&username=ann',
    read: 'GET /group/user/nested?groupname=devs&username=ann',
    before: '"name":"ann"',
    after: 404,
  },
  {
    does: 'memberships, when there is another member',
    write: 'POST /group/user/direct?groupname=juniors',
    body: { name: 'bob' },
    read: 'GET /group/membership',
    before: '<membership group="juniors"><users></users>',
    after: '<membership group="juniors"><users><user name="bob"/></users>',
  },
  {
    does: 'memberships, when a group comes and others move',
    write: 'POST /group',
    body: { name: 'a-group', type: 'GROUP', active: true },
    read: 'GET /group/membership',
    before: '<memberships><membership group="admins"><users><user name="root"/></users>',
    after: '<memberships><membership group="a-group"><users></users>',
  },
  {
    does: 'memberships, when a member has another name',
    write: 'POST /user/rename?username=ann',
    body: { 'new-name': 'zed' },
    read: 'GET /group/membership',
    before: '<membership group="devs"><users><user name="ann"/></users>',
    after: '<membership group="devs"><users><user name="zed"/></users>',
  },
];

/** Another process forgets it by a listener that it starts with. */
const PASSWORD: Case = {
  does: 'the password of a user',
  write: 'PUT /user/password?username=ann',
  body: { value: 'another password' },
  read: 'POST /authentication?username=ann',
  readBody: { value: USER_PASSWORD },
  before: '"name":"ann"',
  after: 400,
};

async function told(served: Served, request: string, body?: object) {
  const [method, path] = request.split(' ');
  const asking: Asking = {
    method,
    headers: { ...JSON_ONLY, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  };
  return served.ask(path, asking);
}

async function expectTold(served: Served, { read, readBody }: Case, expected: number | string) {
  const answer = await told(served, read, readBody);
  if (typeof expected === 'number') expect(answer.status).toBe(expected);
  else {
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(expected);
  }
}

async function makeWrite(served: Served, { write, body }: Case) {
  expect((await told(served, write, body)).status).toBeLessThan(300);
}

describeEachDatabase('the very next answer after a write tells', (database) => {
  let served: Served;
  let application: Application;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    application = await addWriter(served);
  });
  afterAll(() => served.close());
  beforeEach(async () => {
    await settle(served, application);
  });

  it.each([...CASES, PASSWORD])('$does', async (found) => {
    await expectTold(served, found, found.before);
    await expectTold(served, found, found.before);
    await makeWrite(served, found);
    await expectTold(served, found, found.after);
  });
});

describeSharedDatabase('another process, once it has followed the log, tells', (database) => {
  let served: Served;
  let other: Served;
  let application: Application;

  beforeAll(async () => {
    const url = await database.create();
    served = await serve({ url });
    other = await serve({ url });
    application = await addWriter(served);
  });
  afterAll(async () => {
    await other.close();
    await served.close();
  });
  beforeEach(async () => {
    await settle(served, application);
    await other.gateway.live.catchUp();
  });

  it.each(CASES)('$does', async (found) => {
    await expectTold(other, found, found.before);
    await makeWrite(served, found);
    // What each process does every quarter of a second.
    await other.gateway.live.catchUp();
    await expectTold(other, found, found.after);
  });

  const isLetIn = async () => (await other.ask('/user?username=ann')).status;

  it.each([
    { does: 'is switched off', patch: { active: false } },
    { does: 'is admitted from elsewhere', patch: { remoteAddresses: ['10.0.0.1'] } },
  ])('that an application $does', async ({ patch }) => {
    const { gateway, operator } = served;
    const { id, active, remoteAddresses } = application;
    expect(await isLetIn()).toBe(200);
    await changeApplication(gateway, operator, { id, ...patch });
    await other.gateway.live.catchUp();
    expect(await isLetIn()).toBe(403);
    await changeApplication(gateway, operator, { id, active, remoteAddresses });
    await other.gateway.live.catchUp();
    expect(await isLetIn()).toBe(200);
  });

  it('that an application sees nothing any more', async () => {
    expect(await isLetIn()).toBe(200);
    await changeApplication(served.gateway, served.operator, {
      id: application.id,
      directories: [],
    });
    await other.gateway.live.catchUp();
    expect(await isLetIn()).toBe(404);
  });
});
