import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { ADA, type CompanyIds, SAM, settleCompany } from './company.js';
import { type GraphqlAnswer, OPERATOR, type Served, serve } from './served.js';

/** Whatever would tell an attacker about our insides. */
const INSIDES =
  /select |insert |update .* set |from "?users|node_modules|\bat .*\.[jt]s|sqlite|mysql|stack|hunter2/i;

const FAILURE = new Error(
  'SQLITE_ERROR: SELECT * FROM users WHERE password = "hunter2" at /srv/app/node_modules/x.js',
);

describeEachDatabase('errors', (database) => {
  let served: Served;
  let ids: CompanyIds;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    ids = await settleCompany(served.gateway.store);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => served.close());

  const incidentOf = ({ errors }: GraphqlAnswer<unknown>) => {
    expect(errors).toHaveLength(1);
    expect(errors?.[0].extensions).toEqual({
      code: 'INTERNAL',
      details: { incident: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(JSON.stringify(errors)).not.toMatch(INSIDES);
    return errors?.[0].extensions.details?.incident;
  };

  it('of a resolver that fails tell an incident, and the log tells the rest', async () => {
    jest.spyOn(served.gateway.store.reader, 'usersByIds').mockRejectedValue(FAILURE);
    const answer = await served.ask(ADA, '{ user(name: "lin") { name email } }');
    const incident = incidentOf(answer);
    expect(answer.data).toEqual({ user: { name: 'lin', email: null } });
    expect(served.logged.filter(({ fields }) => fields.incident === incident)).toEqual([
      {
        level: 'error',
        fields: expect.objectContaining({ err: FAILURE }),
        message: expect.anything(),
      },
    ]);
  });

  it('of a mutation that fails tell an incident, and nothing was changed', async () => {
    const before = await served.gateway.store.reader.revision();
    jest.spyOn(served.gateway.store, 'transact').mockRejectedValue(FAILURE);
    const answer = await served.ask(
      ADA,
      'mutation { createGroup(input: { name: "x" }) { revision } }',
    );
    incidentOf(answer);
    expect(answer.data).toEqual({ createGroup: null });
    expect(await served.gateway.store.reader.revision()).toBe(before);
  });

  it('of a sign-in that fails on our side tell an incident and no more', async () => {
    jest.spyOn(served.gateway.store.reader, 'password').mockRejectedValue(FAILURE);
    const answer = await served.send({
      as: { name: 'max', password: 'correct horse' },
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ viewer { name } }"}',
    });
    expect(answer.status).toBe(500);
    incidentOf(JSON.parse(answer.text));
  });

  it('that are no errors at all are incidents too', async () => {
    jest.spyOn(served.gateway.store.reader, 'usersByIds').mockImplementation(() => {
      throw 'hunter2';
    });
    incidentOf(await served.ask(ADA, '{ user(name: "lin") { email } }'));
  });

  it('of one answer leave the other answers whole', async () => {
    const { data, errors } = await served.ask(
      ADA,
      '{ a: user(name: "lin") { name check(permission: "NOTHING") } b: user(name: "max") { name check(permission: "ADMIN") } }',
    );
    expect(data).toEqual({ a: { name: 'lin', check: null }, b: { name: 'max', check: false } });
    expect(errors).toMatchObject([
      { path: ['a', 'check'], extensions: { code: 'UNKNOWN_PERMISSION' } },
    ]);
  });

  it('of the request itself name a code and hold no details of ours', async () => {
    for (const [query, code] of [
      ['{', 'GRAPHQL_PARSE_FAILED'],
      ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['query($id: ID!) { node(id: $id) { id } }', 'BAD_USER_INPUT'],
      ['query($n: Int) { users(first: $n) { totalCount } }', null],
    ] as const) {
      const { errors } = await served.ask(SAM, query);
      expect(errors?.[0].extensions ?? null).toEqual(code === null ? null : { code });
      expect(JSON.stringify(errors ?? [])).not.toMatch(INSIDES);
    }
  });

  it.each([
    { name: 'a name that ends with a space', field: 'name: "x "', code: 'NAME_INVALID' },
    { name: 'a name that is taken', field: 'name: "LIN"', code: 'NAME_TAKEN' },
    {
      name: 'a text that is too long',
      field: `name: "y", email: "${'e'.repeat(256)}"`,
      code: 'INPUT_INVALID',
    },
    { name: 'an empty password', field: 'name: "y", password: ""', code: 'INPUT_INVALID' },
    { name: 'a directory that is none', field: 'name: "y", directory: "?"', code: 'NOT_FOUND' },
  ])('say what is wrong with $name', async ({ field, code }) => {
    const query = `mutation { createUser(input: { ${field} }) { revision } }`;
    expect(await served.codeOf(ADA, query)).toBe(code);
  });

  it('never repeat a password', async () => {
    const secret = 'hunter2-and-more';
    const answers = [
      await served.ask(
        ADA,
        `mutation { createUser(input: { name: "LIN", password: "${secret}" }) { revision } }`,
      ),
      await served.ask(
        ADA,
        `mutation { changeUser(id: "${ids.users.sam}", input: { password: "${secret}" }) { revision } }`,
      ),
      await served.ask(
        SAM,
        'mutation($input: AddApplicationInput!) { addApplication(input: $input) { revision } }',
        { input: { name: 'a:b', password: secret, remoteAddresses: [] } },
      ),
      await served.ask({ name: 'lin', password: secret }, '{ viewer { name } }'),
      await served.ask({ ...OPERATOR, password: secret }, '{ viewer { name } }'),
    ];
    for (const { errors } of answers) {
      expect(errors).toHaveLength(1);
      expect(JSON.stringify(errors)).not.toContain(secret);
    }
    expect(JSON.stringify(served.logged)).not.toContain(secret);
  });
});
