import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatehouseError } from '../../src/domain/index.js';
import { JIRA_HEADERS, XML_HEADERS } from '../support/crowd-answers.js';
import { APPLICATION, connectTo, IMPATIENT, PASSWORD } from '../support/crowd-connection.js';
import { type Behaviour, type LocalServer, startServer } from '../support/misbehaving-server.js';

const USER_PASSWORD = 'of-ann-and-nobody-else';
const BASIC = Buffer.from(`${APPLICATION}:${PASSWORD}`).toString('base64');
const SECRETS = [PASSWORD, USER_PASSWORD, BASIC];
const ALL = SECRETS.join(' ');

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

function echo(status: number, headers: Record<string, string>, body = ''): Behaviour {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

describe('a server that repeats what it was sent', () => {
  it.each([
    { name: 'in its version', behaviour: echo(200, { 'X-Embedded-Crowd-Version': ALL }) },
    { name: 'as an old Jira', behaviour: echo(200, { 'X-Embedded-Crowd-Version': `JIRA/${ALL}` }) },
    { name: 'in its type', behaviour: echo(200, { ...JIRA_HEADERS, 'Content-Type': ALL }) },
    { name: 'in its encoding', behaviour: echo(200, { ...XML_HEADERS, 'Content-Encoding': ALL }) },
    {
      name: 'in its character set',
      behaviour: echo(200, { ...JIRA_HEADERS, 'Content-Type': `text/xml; charset="${ALL}"` }),
    },
    { name: 'in its root', behaviour: echo(200, XML_HEADERS, `<${USER_PASSWORD}/>`) },
    {
      name: 'in the declaration',
      behaviour: echo(200, XML_HEADERS, `<?xml version="1.0" encoding="${PASSWORD}"?><user/>`),
    },
    {
      name: 'in a field',
      behaviour: echo(200, XML_HEADERS, `<user name="ann"><active>${ALL}</active></user>`),
    },
    {
      name: 'in its reason',
      behaviour: echo(400, XML_HEADERS, `<error><reason>${ALL}</reason></error>`),
    },
    {
      name: 'in its message',
      behaviour: echo(403, XML_HEADERS, `<error><message>${ALL}</message></error>`),
    },
    {
      name: 'on its page',
      behaviour: echo(403, { ...JIRA_HEADERS, 'Content-Type': 'text/html' }, `<p>${ALL}</p>`),
    },
    {
      name: 'in its text, past the end of what is shown',
      behaviour: echo(
        403,
        { ...JIRA_HEADERS, 'Content-Type': 'text/plain' },
        `${'x'.repeat(190)}${PASSWORD}`,
      ),
    },
    { name: 'in a redirect', behaviour: echo(302, { Location: `/${PASSWORD}/${USER_PASSWORD}` }) },
    { name: 'and says no more', behaviour: () => {} },
    {
      name: 'as something that is no HTTP',
      behaviour: ((_request, response) => {
        response.socket?.end(`${ALL}\r\n\r\n`);
      }) satisfies Behaviour,
    },
  ])('$name does not get it into an error', async ({ behaviour }) => {
    server.behave(behaviour);
    const remote = connectTo(server.url, IMPATIENT);
    const error = await remote
      .authenticate('ann', USER_PASSWORD)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GatehouseError);
    // The cause and the stack go to the log, which is no place for a password either.
    const told = inspect(error, { depth: 10, showHidden: true, maxStringLength: null });
    for (const secret of [...SECRETS, PASSWORD.slice(0, 10)]) expect(told).not.toContain(secret);
  });

  it('does not get it into an error by spelling it in another way on its page', async () => {
    const password = "ann's  own";
    server.behave(
      echo(
        403,
        { ...JIRA_HEADERS, 'Content-Type': 'text/html' },
        '<p>No: ann&#x27;s  own, ann&#X27;s own, ann&#39;s <b>own</b></p>',
      ),
    );
    const error = await connectTo(server.url)
      .authenticate('ann', password)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'ADDRESS_REFUSED',
      details: { says: 'No: ***, ***, ***' },
    });
  });

  it('does not get line breaks, control characters or direction marks into an error', async () => {
    server.behave(
      echo(
        403,
        { ...JIRA_HEADERS, 'Content-Type': 'text/html' },
        'a\r\nb\u0000c\u202Ed\u2028e\u200Bf',
      ),
    );
    const error = await connectTo(server.url)
      .identify()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ADDRESS_REFUSED', details: { says: 'a b c d e f' } });
  });
});
