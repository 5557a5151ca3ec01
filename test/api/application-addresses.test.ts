import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { idOf } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

describeEachDatabase('the addresses of an application', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
  });
  afterAll(() => served.close());

  const add = (name: string, remoteAddresses: readonly string[], confirm = '') =>
    served.ask<{ addApplication: { application: { id: string; remoteAddresses: string[] } } }>(
      OPERATOR,
      `mutation($input: AddApplicationInput!) { addApplication(input: $input${confirm}) { application { id remoteAddresses } } }`,
      { input: { name, password: 'p', remoteAddresses } },
    );
  const change = (id: string, input: object, confirm = '') =>
    served.ask<{ changeApplication: { application: { remoteAddresses: string[] } } }>(
      OPERATOR,
      `mutation($id: ID!, $input: ChangeApplicationInput!) { changeApplication(id: $id, input: $input${confirm}) { application { remoteAddresses } } }`,
      { id, input },
    );
  const CONFIRMED = ', confirm: [ADMITS_EVERYBODY]';

  describe.each([
    { written: '0.0.0.0/0', range: '0.0.0.0/0' },
    { written: '10.1.2.3/0', range: '0.0.0.0/0' },
    { written: '*.*.*.*', range: '0.0.0.0/0' },
    { written: '::ffff:0:0/96', range: '0.0.0.0/0' },
    { written: '::/0', range: '::/0' },
    { written: '2001:db8::1/0', range: '::/0' },
  ])('that are all there are, written $written', ({ written, range }) => {
    const name = written.replaceAll(':', '.');

    it('are refused when the application is added, unless confirmed', async () => {
      const refused = await add(name, ['192.0.2.1', written]);
      expect(refused.errors).toMatchObject([
        { extensions: { code: 'ADMITS_EVERYBODY', details: { range } } },
      ]);
      expect((await add(name, [written], ', confirm: [NO_SYS_ADMIN_LEFT]')).errors).toHaveLength(1);
      const { data } = await add(name, ['192.0.2.1', written], CONFIRMED);
      expect(data.addApplication.application.remoteAddresses).toEqual(['192.0.2.1', range]);
    });

    it('are refused when the application is changed, unless confirmed', async () => {
      const { data } = await add(`narrow ${name}`, ['192.0.2.1']);
      const { id } = data.addApplication.application;
      const refused = await change(id, { remoteAddresses: [written] });
      expect(refused.errors).toMatchObject([
        { extensions: { code: 'ADMITS_EVERYBODY', details: { range } } },
      ]);
      const changed = await change(id, { remoteAddresses: [written] }, CONFIRMED);
      expect(changed.data.changeApplication.application.remoteAddresses).toEqual([range]);
      // What says nothing about addresses needs no word about them.
      expect((await change(id, { active: false })).errors).toBeUndefined();
    });
  });

  it('may be half of all without being confirmed', async () => {
    expect((await add('half', ['128.0.0.0/1', '8000::/1'])).errors).toBeUndefined();
  });

  const wouldAdmit = async (application: string, address: string) => {
    const { data } = await served.ask<{ wouldAdmit: object }>(
      OPERATOR,
      'query($application: ID!, $address: String!) { wouldAdmit(application: $application, address: $address) { admitted address rule } }',
      { application, address },
    );
    return data.wouldAdmit;
  };

  it('tell beforehand whether an address would be let in, and by which rule', async () => {
    const { data } = await add('asked', ['10.0.0.0/8', '10.1.2.3', '2001:db8::/32']);
    const { id } = data.addApplication.application;
    const asked = async (address: string) => wouldAdmit(id, address);
    const answer = (admitted: boolean, address: string | null, rule: string | null) => ({
      admitted,
      address,
      rule,
    });
    expect(await asked('10.1.2.3')).toEqual(answer(true, '10.1.2.3', '10.0.0.0/8'));
    // The one that admits, although another comes closer.
    expect(await asked('10.1.2.2')).toEqual(answer(true, '10.1.2.2', '10.0.0.0/8'));
    expect(await asked('::ffff:10.9.9.9')).toEqual(answer(true, '10.9.9.9', '10.0.0.0/8'));
    expect(await asked(' 2001:DB8::1%eth0 ')).toEqual(answer(true, '2001:db8::1', '2001:db8::/32'));
    expect(await asked('11.0.0.1')).toEqual(answer(false, '11.0.0.1', '10.0.0.0/8'));
    expect(await asked('2001:db9::')).toEqual(answer(false, '2001:db9::', '2001:db8::/32'));
    expect(await asked('build.example.org')).toEqual(answer(false, null, null));
    expect(await asked('')).toEqual(answer(false, null, null));
    expect(await asked('x'.repeat(100_000))).toEqual(answer(false, null, null));
  });

  it('tell of no rule where none is of the kind, and admit nobody while inactive', async () => {
    const { data } = await add('off', ['::1']);
    const { id } = data.addApplication.application;
    expect(await wouldAdmit(id, '127.0.0.1')).toMatchObject({ admitted: false, rule: null });
    expect(await wouldAdmit(id, '::1')).toMatchObject({ admitted: true, rule: '::1' });
    await change(id, { active: false });
    expect(await wouldAdmit(id, '::1')).toMatchObject({ admitted: false, rule: '::1' });
  });

  it('are not told of an application that is not there', async () => {
    const query = 'query($id: ID!) { wouldAdmit(application: $id, address: "::1") { admitted } }';
    for (const id of ['', '?', idOf('Application', 9_999), idOf('User', 1)]) {
      expect(await served.codeOf(OPERATOR, query, { id })).toBe('NOT_FOUND');
    }
  });
});
