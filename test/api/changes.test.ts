import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { ADA, idOf, SAM, settleCompany } from './company.js';
import { settleCopy } from './copied-directory.js';
import { OPERATOR, type Served, serve } from './served.js';

describeEachDatabase('changes', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    await settleCompany(served.gateway.store);
    await settleCopy(served.gateway.store);
  });
  afterAll(() => served.close());

  it('say with each change at which revision it can be seen', async () => {
    const { createUser } = await served.read<{
      createUser: { revision: number; user: { id: string; name: string; email: string | null } };
    }>(
      ADA,
      'mutation { createUser(input: { name: "Zed", email: "zed@example.org" }) { revision user { id name displayName email directory { name } } } }',
    );
    expect(createUser).toMatchObject({
      revision: await served.gateway.store.reader.revision(),
      user: {
        name: 'Zed',
        displayName: 'Zed',
        email: 'zed@example.org',
        directory: { name: 'Staff' },
      },
    });
    const { id } = createUser.user;
    const changed = await served.read(
      ADA,
      'mutation($id: ID!) { changeUser(id: $id, input: { name: "zoe", email: null, firstName: "Zoë" }) { user { id name email firstName } } }',
      { id },
    );
    expect(changed).toEqual({
      changeUser: { user: { id, name: 'zoe', email: 'zed@example.org', firstName: 'Zoë' } },
    });
    expect(
      await served.read(ADA, 'mutation($id: ID!) { removeUser(id: $id) { removedId } }', { id }),
    ).toEqual({
      removeUser: { removedId: id },
    });
    expect(await served.read(ADA, '{ user(name: "zoe") { id } }')).toEqual({ user: null });
  });

  it('follow a group through its life', async () => {
    const { createGroup } = await served.read<{ createGroup: { group: { id: string } } }>(
      ADA,
      'mutation { createGroup(input: { name: "guests", description: "for a day" }) { group { id description directories { name } } } }',
    );
    const { id } = createGroup.group;
    const steps = await served.read(
      ADA,
      `mutation($id: ID!) {
        user: addMember(group: $id, member: { type: USER, name: "NIL" }) { group { members { totalCount } } }
        group: addMember(group: $id, member: { type: GROUP, name: "visitors" }) { group { childGroups { nodes { name } } } }
        grant: grantPermission(permission: "LICENSED_USER", subject: { type: GROUP, name: "guests" }) { grant { subjectName } }
        rename: changeGroup(id: $id, input: { description: "for a week" }) { group { name description effectivePermissions } }
        out: removeMember(group: $id, member: { type: GROUP, name: "visitors" }) { group { childGroups { totalCount } } }
        gone: removeGroup(id: $id) { removedId }
        back: revokePermission(permission: "LICENSED_USER", subject: { type: GROUP, name: "GUESTS" }) { grant { permission } }
      }`,
      { id },
    );
    expect(steps).toEqual({
      user: { group: { members: { totalCount: 1 } } },
      group: { group: { childGroups: { nodes: [{ name: 'visitors' }] } } },
      grant: { grant: { subjectName: 'guests' } },
      rename: {
        group: {
          name: 'guests',
          description: 'for a week',
          effectivePermissions: ['LICENSED_USER'],
        },
      },
      out: { group: { childGroups: { totalCount: 0 } } },
      gone: { removedId: id },
      back: { grant: { permission: 'LICENSED_USER' } },
    });
  });

  it('follow a directory and an application through their lives', async () => {
    const { addDirectory: added } = await served.read<{
      addDirectory: { directory: { id: string } };
    }>(
      SAM,
      `mutation { addDirectory(input: { name: "Crowd", type: CROWD, applicationPassword: "secret",
        connection: { serverUrl: "https://crowd.example.org/crowd/", applicationName: "gatehouse" } })
        { directory { id position connection { serverUrl intervalMinutes } } } }`,
    );
    expect(added.directory).toMatchObject({
      position: 3,
      connection: { serverUrl: 'https://crowd.example.org/crowd', intervalMinutes: 60 },
    });
    const { id } = added.directory;
    const edit = (input: string) =>
      served.ask(
        SAM,
        `mutation($id: ID!) { editDirectory(id: $id, input: ${input}) { directory { name nestedGroups connection { serverUrl applicationName intervalMinutes } } } }`,
        { id },
      );
    expect(
      (await edit('{ name: "Crowd 2", nestedGroups: true, connection: { intervalMinutes: 5 } }'))
        .data,
    ).toEqual({
      editDirectory: {
        directory: {
          name: 'Crowd 2',
          nestedGroups: true,
          connection: {
            serverUrl: 'https://crowd.example.org/crowd',
            applicationName: 'gatehouse',
            intervalMinutes: 5,
          },
        },
      },
    });
    const moved = await edit('{ connection: { serverUrl: "https://elsewhere.example.org" } }');
    expect(moved.errors?.[0].extensions).toMatchObject({
      code: 'INPUT_INVALID',
      details: { field: 'applicationPassword' },
    });
    expect(
      (await edit('{ connection: { serverUrl: "ftp://x" } }')).errors?.[0].extensions.code,
    ).toBe('INPUT_INVALID');
    const gone = await served.read(
      SAM,
      `mutation($id: ID!) {
        off: disableDirectory(id: $id) { directory { active } }
        on: enableDirectory(id: $id) { directory { active } }
        again: disableDirectory(id: $id) { directory { active } }
        removeDirectory(id: $id) { removedId }
      }`,
      { id },
    );
    expect(gone).toEqual({
      off: { directory: { active: false } },
      on: { directory: { active: true } },
      again: { directory: { active: false } },
      removeDirectory: { removedId: id },
    });
    await served.read(
      SAM,
      'mutation { addApplication(input: { name: "Bitbucket", password: "p", remoteAddresses: ["10.1.2.3/8"] }) { revision } }',
    );
    const changed = await served.read(
      SAM,
      `mutation($id: ID!) {
        changeApplication(id: $id, input: { active: false, remoteAddresses: ["10.0.0.1", "::1"] }) { application { name active remoteAddresses } }
        removeApplication(id: $id) { removedId }
      }`,
      { id: idOf('Application', (await served.gateway.store.reader.applications())[0].id) },
    );
    expect(changed).toMatchObject({
      changeApplication: {
        application: { name: 'Bitbucket', active: false, remoteAddresses: ['10.0.0.1', '::1'] },
      },
    });
  });

  it('change with the membership mode', async () => {
    const set = (mode: string) =>
      served.read(OPERATOR, `mutation { setMembershipMode(mode: ${mode}) { membershipMode } }`);
    expect(await set('ALL_DIRECTORIES')).toEqual({
      setMembershipMode: { membershipMode: 'ALL_DIRECTORIES' },
    });
    expect(await served.read(ADA, '{ membershipMode }')).toEqual({
      membershipMode: 'ALL_DIRECTORIES',
    });
    // Now every active directory has a say about everybody.
    const query = '{ effectivePermissions(user: "ada") { dataAsOf } }';
    const { effectivePermissions } = await served.read<{
      effectivePermissions: { dataAsOf: string | null };
    }>(ADA, query);
    expect(effectivePermissions.dataAsOf).not.toBeNull();
    await set('FIRST_DIRECTORY');
  });
});
