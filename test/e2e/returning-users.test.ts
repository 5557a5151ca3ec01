import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  asAdmin,
  companyDatabase,
  connectCompany,
  serve,
  synchronise,
} from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';

interface State {
  readonly grants: {
    readonly nodes: readonly { readonly subjectType: string; readonly subjectName: string }[];
  };
  readonly setAsideGrants: { readonly nodes: readonly { readonly userName: string }[] };
  readonly deletedUsers: { readonly nodes: readonly { readonly name: string }[] };
  readonly directory: { readonly latestRun: { readonly counts: { readonly usersRead: number } } };
}

const STATE = `query ($id: ID!) { grants { nodes { subjectType subjectName } } setAsideGrants { nodes { userName } }
  deletedUsers(directory: $id) { nodes { name } } directory(id: $id) { latestRun { counts { usersRead } } } }`;

describeEachDatabase(
  "a gateway whose company's people are renamed, leave and return",
  (database) => {
    let company: GatewayProcess;
    let gateway: GatewayProcess;
    let directory: string;

    beforeAll(async () => {
      company = await serve(await companyDatabase(database));
      gateway = await serve(await database.create());
      directory = await connectCompany(gateway, company.url);
      expect(await synchronise(gateway, directory)).toEqual({ outcome: 'SUCCEEDED', reason: null });
    }, 120_000);

    afterAll(async () => {
      await Promise.all([company.stop(), gateway.stop()]);
    });

    const follow = async () => {
      expect(await synchronise(gateway, directory)).toEqual({ outcome: 'SUCCEEDED', reason: null });
      const state = await asAdmin(gateway).ask<State>(STATE, { id: directory });
      return {
        granted: state.grants.nodes.flatMap(({ subjectType, subjectName }) =>
          subjectType === 'USER' ? [subjectName] : [],
        ),
        setAside: state.setAsideGrants.nodes.map(({ userName }) => userName),
        deleted: state.deletedUsers.nodes.map(({ name }) => name),
        all: state.directory.latestRun.counts.usersRead > 1_000,
      };
    };
    const grant = (name: string) =>
      asAdmin(gateway).ask(
        'mutation ($name: String!) { grantPermission(permission: "PROJECT_CREATE", subject: { type: USER, name: $name }) { revision } }',
        { name },
      );
    const idAtCompany = async (name: string) => {
      const query = 'query ($name: String!) { user(name: $name) { id } }';
      return (await asAdmin(company).ask<{ user: { id: string } }>(query, { name })).user.id;
    };
    const rename = async (name: string, newName: string) =>
      asAdmin(company).ask(
        'mutation ($id: ID!, $input: ChangeUserInput!) { changeUser(id: $id, input: $input) { revision } }',
        { id: await idAtCompany(name), input: { name: newName } },
      );
    const remove = async (name: string) =>
      asAdmin(company).ask('mutation ($id: ID!) { removeUser(id: $id) { revision } }', {
        id: await idAtCompany(name),
      });
    const create = (name: string) =>
      asAdmin(company).ask(
        'mutation ($input: CreateUserInput!) { createUser(input: $input) { revision } }',
        { input: { name } },
      );

    it.each([
      { how: 'by events', all: false, people: ['dev-0100', 'dev-0101'] },
      { how: 'reading everything', all: true, people: ['dev-0102', 'dev-0103'] },
    ])('does the same $how', async ({ all, people: [renamed, replaced] }) => {
      await asAdmin(gateway).ask(
        'mutation ($id: ID!, $incremental: Boolean!) { editDirectory(id: $id, input: { connection: { incremental: $incremental } }) { revision } }',
        { id: directory, incremental: !all },
      );
      const before = await follow();
      await grant(renamed);
      await grant(replaced);
      await rename(renamed, `new-${renamed}`);
      await remove(replaced);
      const gone = await follow();
      expect(gone).toEqual({
        granted: [...before.granted, replaced, `new-${renamed}`].sort(),
        setAside: before.setAside,
        deleted: [replaced, ...before.deleted],
        all,
      });
      await create(replaced);
      expect(await follow()).toEqual({
        ...gone,
        granted: gone.granted.filter((name) => name !== replaced),
        setAside: [replaced, ...before.setAside],
      });
    });
  },
);
