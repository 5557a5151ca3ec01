import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SynchronisationRun } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import {
  asAdmin,
  companyDatabase,
  connectCompany,
  connectServer,
  serve,
  synchronise,
} from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { type NamedContents, namedContents } from '../sync/named-contents.js';

/** What happens at the server, by its administrator over GraphQL. */
class Server {
  private readonly gateway: GatewayProcess;

  constructor(gateway: GatewayProcess) {
    this.gateway = gateway;
  }

  addUser(name: string): Promise<unknown> {
    return this.ask('createUser(input: { name: $name }) { revision }', { name });
  }

  async changeUser(user: string, input: object): Promise<void> {
    await this.ask('changeUser(id: $id, input: $input) { revision }', {
      id: await this.idOf('user', user),
      input,
    });
  }

  async removeUser(user: string): Promise<void> {
    await this.ask('removeUser(id: $id) { revision }', { id: await this.idOf('user', user) });
  }

  addGroup(name: string): Promise<unknown> {
    return this.ask('createGroup(input: { name: $name }) { revision }', { name });
  }

  async renameGroup(group: string, name: string): Promise<void> {
    await this.ask('changeGroup(id: $id, input: $input) { revision }', {
      id: await this.idOf('group', group),
      input: { name },
    });
  }

  async removeGroup(group: string): Promise<void> {
    await this.ask('removeGroup(id: $id) { revision }', { id: await this.idOf('group', group) });
  }

  async member(
    what: 'addMember' | 'removeMember',
    group: string,
    type: 'USER' | 'GROUP',
    name: string,
  ): Promise<void> {
    await this.ask(`${what}(group: $id, member: $input) { revision }`, {
      id: await this.idOf('group', group),
      input: { type, name },
    });
  }

  private async idOf(kind: 'user' | 'group', name: string): Promise<string> {
    const answer = await asAdmin(this.gateway).ask<Record<string, { id: string }>>(
      `query ($name: String!) { ${kind}(name: $name) { id } }`,
      { name },
    );
    return answer[kind].id;
  }

  private ask(field: string, variables: Record<string, unknown>): Promise<unknown> {
    const types: Readonly<Record<string, string>> = {
      name: 'String!',
      id: 'ID!',
      input: /member:/.test(field)
        ? 'SubjectInput!'
        : /changeUser/.test(field)
          ? 'ChangeUserInput!'
          : 'ChangeGroupInput!',
    };
    const declared = Object.keys(variables).map((name) => `$${name}: ${types[name]}`);
    return asAdmin(this.gateway).ask(`mutation (${declared.join(', ')}) { ${field} }`, variables);
  }
}

interface Step {
  readonly name: string;
  readonly at: (server: Server) => Promise<unknown>;
}

/** One after the other, on what the ones before have left. */
const STEPS: readonly Step[] = [
  {
    name: 'somebody new, in a group',
    at: async (server) => {
      await server.addUser('Nora');
      await server.member('addMember', 'bitbucket-users', 'USER', 'Nora');
    },
  },
  { name: 'a rename', at: (server) => server.changeUser('Nora', { name: 'Nora-Lee' }) },
  {
    name: 'a change of letter case',
    at: (server) => server.changeUser('nora-lee', { name: 'NORA-LEE' }),
  },
  {
    name: 'other facts',
    at: (server) => server.changeUser('nora-lee', { displayName: 'Nora Lee' }),
  },
  { name: 'a deactivation', at: (server) => server.changeUser('nora-lee', { active: false }) },
  {
    name: 'a new group in a group and out again',
    at: async (server) => {
      await server.addGroup('guild');
      await server.member('addMember', 'bitbucket-users', 'GROUP', 'guild');
      await server.member('addMember', 'guild', 'USER', 'nora-lee');
    },
  },
  {
    name: 'a renamed group keeps its members',
    at: (server) => server.renameGroup('guild', 'Guild of builders'),
  },
  {
    name: 'a nesting that goes',
    at: (server) => server.member('removeMember', 'bitbucket-users', 'GROUP', 'guild of builders'),
  },
  { name: 'a deletion', at: (server) => server.removeUser('nora-lee') },
  {
    name: 'the name of somebody deleted for somebody else',
    at: async (server) => {
      await server.addUser('nora-lee');
      await server.member('addMember', 'guild of builders', 'USER', 'nora-lee');
    },
  },
  {
    name: 'a deletion and the name for somebody else at once',
    at: async (server) => {
      await server.removeUser('nora-lee');
      await server.addUser('Nora-Lee');
    },
  },
  {
    name: 'two who change names',
    at: async (server) => {
      await server.addUser('one');
      await server.addUser('two');
      await server.member('addMember', 'guild of builders', 'USER', 'one');
      await server.changeUser('one', { name: 'three' });
      await server.changeUser('two', { name: 'one' });
      await server.changeUser('three', { name: 'two' });
    },
  },
  { name: 'a group that goes', at: (server) => server.removeGroup('guild of builders') },
  { name: 'nothing', at: async () => undefined },
];

describeEachDatabase('a copy over the wire', (database) => {
  let company: GatewayProcess;
  let companyUrl: string;
  let gateway: GatewayProcess;
  let store: GatehouseStore;
  /** Of the same server: by its events, and in full at each run. */
  let following: string;
  let reading: string;

  beforeAll(async () => {
    companyUrl = await companyDatabase(database);
    company = await serve(companyUrl);
    const url = await database.create();
    gateway = await serve(url);
    following = await connectCompany(gateway, company.url);
    reading = await connectServer(gateway, 'The same in full', {
      serverUrl: company.url,
      incremental: false,
    });
    store = await database.open({ url });
    await both();
  }, 120_000);

  afterAll(async () => {
    await store.close();
    await Promise.all([company.stop(), gateway.stop()]);
  });

  /** Runs both. @returns what they hold then, and the record of the run that follows. */
  const both = async (): Promise<{
    followed: NamedContents;
    read: NamedContents;
    run: SynchronisationRun;
  }> => {
    for (const directory of [following, reading]) {
      expect(await synchronise(gateway, directory)).toEqual({ outcome: 'SUCCEEDED', reason: null });
    }
    const [first, second] = (await store.reader.directories()).filter(
      ({ connection }) => connection,
    );
    const [run] = await store.runs.latest([first.id]);
    return {
      followed: namedContents(await store.reader.contents(first.id)),
      read: namedContents(await store.reader.contents(second.id)),
      run,
    };
  };

  it.each(STEPS)('follows $name', async ({ at }) => {
    await at(new Server(company));
    const { followed, read, run } = await both();
    expect(run).toMatchObject({ kind: 'INCREMENTAL', fullCause: null });
    expect(followed).toEqual(read);
  });

  it('goes on by events after both were restarted, and the server was killed', async () => {
    const port = Number(new URL(company.url).port);
    await company.kill();
    expect(await synchronise(gateway, following)).toEqual({
      outcome: 'FAILED',
      reason: 'UNREACHABLE',
    });
    company = await serve(companyUrl, { PORT: String(port) });
    await new Server(company).addUser('late');
    const { followed, read, run } = await both();
    expect(run).toMatchObject({ kind: 'INCREMENTAL', counts: { usersAdded: 1 } });
    expect(followed).toEqual(read);
  });

  it('reads everything when the server does not know the place any more, and says why', async () => {
    await asAdmin(company).ask(
      'mutation { addDirectory(input: { name: "Later", type: INTERNAL }) { revision } }',
    );
    const { followed, read, run } = await both();
    expect(run).toMatchObject({ kind: 'FULL', fullCause: 'TOKEN_EXPIRED' });
    expect(followed).toEqual(read);
    expect((await both()).run).toMatchObject({ kind: 'INCREMENTAL' });
  });
});
