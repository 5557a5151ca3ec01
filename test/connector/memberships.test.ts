import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { byResource, replay, sendXml, XML_HEADERS, xml } from '../support/crowd-answers.js';
import { allOf, connectTo, failureOf } from '../support/crowd-connection.js';
import { listOf, numbered } from '../support/crowd-lists.js';
import {
  type Behaviour,
  type LocalServer,
  startServer,
  writeAll,
} from '../support/misbehaving-server.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

const MEMBERS = numbered('user-with-a-long-name', 250)
  .map((name) => `<user name="${name}"/>`)
  .join('');

/** One group of about 10 kB. */
function membership(index: number): string {
  return `<membership group="group-${index}"><users>${MEMBERS}</users><groups/></membership>`;
}

function* memberships(count: number, written: (characters: number) => void = () => {}) {
  for (let index = 0; index < count; index++) {
    const piece = membership(index);
    yield piece;
    written(piece.length);
  }
}

describe('the membership document', () => {
  it('is never further ahead of its reader than the buffers on the way', async () => {
    const groups = 5000;
    let written = 0;
    server.behave(async (_request, response) => {
      response.writeHead(200, XML_HEADERS);
      response.write('<memberships>');
      const count = (characters: number) => {
        written += characters;
      };
      await writeAll(response, memberships(groups, count));
      response.end('</memberships>');
    });
    let consumed = 0;
    let seen = 0;
    let longestLead = 0;
    for await (const { group } of connectTo(server.url).readMemberships()) {
      expect(group).toBe(`group-${seen}`);
      consumed += membership(seen).length;
      seen += 1;
      longestLead = Math.max(longestLead, written - consumed);
      // A turn of the event loop for each group: a reader that did not hold the server back would have
      // received nearly everything by the middle.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toBe(groups);
    expect(written).toBeGreaterThan(50e6);
    expect(longestLead).toBeLessThan(16e6);
  });

  it('is closed by a reader that stops early', async () => {
    const closed = new Promise<boolean>((resolve) => {
      server.behave(async (_request, response) => {
        response.on('close', () => resolve(response.writableFinished));
        response.writeHead(200, XML_HEADERS);
        response.write('<memberships>');
        await writeAll(response, memberships(Number.POSITIVE_INFINITY));
      });
    });
    for await (const { group } of connectTo(server.url).readMemberships()) {
      expect(group).toBe('group-0');
      break;
    }
    expect(await closed).toBe(false);
  });

  it('gives the groups that came before it broke off, and then fails', async () => {
    server.behave((_request, response) => {
      response.writeHead(200, XML_HEADERS);
      response.end(`<memberships>${membership(0)}<membership group="half"><users><user na`);
    });
    const groups: string[] = [];
    const read = async () => {
      for await (const { group } of connectTo(server.url).readMemberships()) groups.push(group);
    };
    expect(await failureOf(read())).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field: 'body', reason: 'ends before the document is closed' },
    });
    expect(groups).toEqual(['group-0']);
  });

  it('passes over what it does not know and keeps nameless entries', async () => {
    server.behave(
      xml(
        '<memberships><note/><membership><owners><user name="x"/></owners><users><user/><robot name="r"/>' +
          '<user name="ann"><user name="inner"/></user></users></membership></memberships>',
      ),
    );
    expect(await allOf(connectTo(server.url).readMemberships())).toEqual([
      { group: '', users: ['', 'ann'], childGroups: [] },
    ]);
  });
});

describe('a server without the membership document', () => {
  const members: Record<string, { users: string[]; groups: string[] }> = {
    devs: { users: numbered('user', 1200), groups: ['juniors'] },
    empty: { users: [], groups: [] },
    'R & D': { users: ['ann'], groups: [] },
    juniors: { users: ['bob'], groups: [] },
    qa: { users: ['carol'], groups: [] },
    ops: { users: ['ann', 'bob'], groups: ['qa'] },
  };
  const membersOf = (entry: 'user' | 'group'): Behaviour => {
    return (request, response) => {
      const group = members[request.query.get('groupname') ?? ''];
      if (!group) return replay('jira-9-group-not-found')(request, response);
      return listOf(entry, entry === 'user' ? group.users : group.groups)(request, response);
    };
  };

  it('is asked group by group', async () => {
    server.behave(
      byResource({
        '/search': listOf('group', Object.keys(members)),
        '/group/user/direct': membersOf('user'),
        '/group/child-group/direct': membersOf('group'),
      }),
    );
    expect(await allOf(connectTo(server.url).readMemberships())).toEqual(
      Object.entries(members).map(([group, { users, groups }]) => ({
        group,
        users,
        childGroups: groups,
      })),
    );
  });

  it('may lose a group meanwhile, and name groups that cannot be asked for', async () => {
    server.behave(
      byResource({
        '/search': listOf('group', ['gone', '', 'a'.repeat(256), 'ops']),
        '/group/user/direct': membersOf('user'),
        '/group/child-group/direct': membersOf('group'),
      }),
    );
    expect(await allOf(connectTo(server.url).readMemberships())).toEqual([
      { group: 'ops', users: ['ann', 'bob'], childGroups: ['qa'] },
    ]);
  });

  it('may lose a member between two pages', async () => {
    const staff = numbered('user', 250);
    let held = staff;
    const shrinking: Behaviour = (request, response) => {
      listOf('user', held, 100)(request, response);
      held = staff.slice(1);
    };
    server.behave(
      byResource({
        '/search': listOf('group', ['staff']),
        '/group/user/direct': shrinking,
        '/group/child-group/direct': xml('<groups/>'),
      }),
    );
    expect(await allOf(connectTo(server.url).readMemberships())).toEqual([
      { group: 'staff', users: staff, childGroups: [] },
    ]);
  });

  it('may know no groups in groups', async () => {
    server.behave(
      byResource({
        '/search': listOf('group', ['ops']),
        '/group/user/direct': membersOf('user'),
        '/group/child-group/direct': xml(
          '<error><reason>NESTED_GROUPS_NOT_SUPPORTED</reason></error>',
          400,
        ),
      }),
    );
    expect(await allOf(connectTo(server.url).readMemberships())).toEqual([
      { group: 'ops', users: ['ann', 'bob'], childGroups: [] },
    ]);
  });

  it('is never asked for more than four groups at a time', async () => {
    let underWay = 0;
    let most = 0;
    const counted: Behaviour = (_request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      response.on('finish', () => {
        underWay -= 1;
      });
      setImmediate(() => sendXml(response, 200, '<users/>'));
    };
    server.behave(
      byResource({
        '/search': listOf('group', numbered('group', 50)),
        '/group/user/direct': counted,
        '/group/child-group/direct': xml('<groups/>'),
      }),
    );
    expect(await allOf(connectTo(server.url).readMemberships())).toHaveLength(50);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('fails the whole when one group fails', async () => {
    server.behave(
      byResource({
        '/search': listOf('group', Object.keys(members)),
        '/group/user/direct': membersOf('user'),
        '/group/child-group/direct': xml('', 503),
      }),
    );
    expect(await failureOf(allOf(connectTo(server.url).readMemberships()))).toEqual({
      code: 'UNREACHABLE',
      details: { server: server.url, reason: 'answers 503' },
    });
  });
});
