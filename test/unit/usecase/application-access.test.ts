import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APPLICATION_DEFAULTS, asId, type DirectoryId } from '../../../src/domain/index.js';
import type { Gateway } from '../../../src/usecase/index.js';
import {
  addApplication,
  authenticateApplication,
  CredentialMemory,
  changeApplication,
  listApplications,
  removeApplication,
} from '../../../src/usecase/index.js';
import { openTestGateway, StandingClock, type TestGateway } from '../../support/gateway.js';

/** Counts the passwords that had to be hashed and were right. */
class CountingMemory extends CredentialMemory {
  remembered = 0;

  override remember(owner: string, password: string, forMs: number): void {
    this.remembered++;
    super.remember(owner, password, forMs);
  }
}

const clock = new StandingClock();
const credentials = new CountingMemory(clock);
let opened: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  opened = await openTestGateway({ clock });
  gateway = { ...opened.gateway, credentials };
});
afterAll(() => opened.close());

/** Of `password`, as passlib documents it. */
const IMPORTED = '{PKCS5S2}DQIXJU038u4P7FdsuFTY/+35bm41kfjZa57UrdxHp2Mu3qF2uy+ooD+jF5t1tb8J';

const invalid = (field: string) => ({ code: 'INPUT_INVALID', details: { field } });

describe('applications', () => {
  it('are added, changed, listed by name and removed', async () => {
    const { operator } = opened;
    const stash = await addApplication(gateway, operator, {
      name: 'stash',
      password: 'secret',
      remoteAddresses: ['192.168.10.1/16', '172.16.*.*', '::ffff:192.168.0.0/112'],
    });
    const remoteAddresses = ['192.168.0.0/16', '172.16.0.0/16'];
    const added = { ...APPLICATION_DEFAULTS, previousPasswordUntil: null, remoteAddresses };
    expect(stash.value).toEqual({ ...added, id: stash.value.id, name: 'stash', active: true });
    const { value: wiki } = await addApplication(gateway, operator, {
      name: 'Wiki',
      password: 'secret',
      remoteAddresses: [],
    });
    const { id } = stash.value;
    await changeApplication(gateway, operator, { id, name: 'Stash', active: false });
    expect(await listApplications(gateway, operator)).toEqual([
      { ...added, id, name: 'Stash', active: false },
      wiki,
    ]);
    await removeApplication(gateway, operator, id);
    await removeApplication(gateway, operator, wiki.id);
    expect(await listApplications(gateway, operator)).toEqual([]);
    await expect(removeApplication(gateway, operator, id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each([
    { name: 'a colon in the name', input: { name: 'a:b' }, error: invalid('name') },
    { name: 'an empty name', input: { name: '' }, error: { code: 'NAME_INVALID' } },
    { name: 'a space before the name', input: { name: ' a' }, error: { code: 'NAME_INVALID' } },
    { name: 'an empty password', input: { password: '' }, error: invalid('password') },
    {
      name: 'a password of 1025 characters',
      input: { password: 'x'.repeat(1_025) },
      error: invalid('password'),
    },
    {
      name: 'a host name',
      input: { remoteAddresses: ['localhost'] },
      error: invalid('remoteAddresses'),
    },
    {
      name: 'a description of 256 characters',
      input: { description: 'x'.repeat(256) },
      error: invalid('description'),
    },
    { name: 'no password', input: { password: undefined }, error: invalid('password') },
    {
      name: 'a hash of another kind',
      input: { password: undefined, passwordHash: '{SSHA}c2VjcmV0' },
      error: invalid('passwordHash'),
    },
    {
      name: 'a password and a hash',
      input: { passwordHash: IMPORTED },
      error: invalid('passwordHash'),
    },
    {
      name: 'a directory that is not there',
      input: { directories: [{ directoryId: asId<DirectoryId>(4711), permissions: [] }] },
      error: { code: 'NOT_FOUND' },
    },
    {
      name: 'a list of directories and all of them',
      input: { directories: [], everyDirectory: [] },
      error: invalid('everyDirectory'),
    },
  ])('are not added with $name', async ({ input, error }) => {
    const good = { name: 'good', password: 'secret', remoteAddresses: ['::1'] };
    const adding = addApplication(gateway, opened.operator, { ...good, ...input });
    await expect(adding).rejects.toMatchObject(error);
    expect(await listApplications(gateway, opened.operator)).toEqual([]);
  });

  it('keep their password when a form sends an empty one', async () => {
    const { operator } = opened;
    const { value } = await addApplication(gateway, operator, {
      name: 'kept',
      password: 'x'.repeat(1_024),
      remoteAddresses: ['::1'],
    });
    await changeApplication(gateway, operator, { id: value.id, password: '', active: true });
    const access = await authenticateApplication(gateway, {
      name: 'kept',
      password: 'x'.repeat(1_024),
      address: '::1',
    });
    expect(access).toMatchObject({ outcome: 'ADMITTED', caller: { application: value } });
    await removeApplication(gateway, operator, value.id);
  });
});

describe('a right password', () => {
  it('is hashed once in five minutes, and again after a change', async () => {
    const { value } = await addApplication(gateway, opened.operator, {
      name: 'warm',
      password: 'secret',
      remoteAddresses: ['10.0.0.0/8'],
    });
    const login = (password = 'secret', address: string | null = '10.0.0.1') =>
      authenticateApplication(gateway, { name: 'warm', password, address });
    const hashesOf = async (work: () => Promise<unknown>) => {
      const before = credentials.remembered;
      await work();
      return credentials.remembered - before;
    };
    expect(await hashesOf(login)).toBe(1);
    expect(await hashesOf(login)).toBe(0);
    clock.advance(5 * 60_000 - 1);
    expect(await hashesOf(login)).toBe(0);
    clock.advance(1);
    expect(await hashesOf(login)).toBe(1);

    expect(await login('wrong')).toEqual({ outcome: 'NOT_AUTHENTICATED' });
    // A remembered password does not make up for a wrong address, or none.
    expect(await login('secret', '11.0.0.1')).toEqual({
      outcome: 'FORBIDDEN',
      address: '11.0.0.1',
      nearestRule: '10.0.0.0/8',
    });
    expect(await login('secret', null)).toEqual({
      outcome: 'FORBIDDEN',
      address: null,
      nearestRule: null,
    });

    await changeApplication(gateway, opened.operator, { id: value.id, password: 'another' });
    expect(await login()).toEqual({ outcome: 'NOT_AUTHENTICATED' });
    expect(await hashesOf(() => login('another'))).toBe(1);
    await changeApplication(gateway, opened.operator, { id: value.id, password: 'secret' });
    // The same password again is another hash.
    expect(await hashesOf(login)).toBe(1);
    await removeApplication(gateway, opened.operator, value.id);
    expect(await login()).toEqual({ outcome: 'NOT_AUTHENTICATED' });
  });
});

describe('a password that was changed', () => {
  it('is good for as long as was said, and not after the next change', async () => {
    const { value } = await addApplication(gateway, opened.operator, {
      name: 'rotating',
      password: 'first',
      remoteAddresses: ['10.0.0.0/8'],
    });
    const change = (password: string, overlapMinutes?: number) =>
      changeApplication(gateway, opened.operator, { id: value.id, password, overlapMinutes });
    const isLetIn = async (password: string) => {
      const address = '10.0.0.1';
      const { outcome } = await authenticateApplication(gateway, {
        name: 'rotating',
        password,
        address,
      });
      return outcome === 'ADMITTED';
    };
    expect(await isLetIn('first')).toBe(true);
    await change('second', 10);
    expect([await isLetIn('first'), await isLetIn('second')]).toEqual([true, true]);
    expect(await isLetIn('third')).toBe(false);
    clock.advance(10 * 60_000);
    expect([await isLetIn('first'), await isLetIn('second')]).toEqual([false, true]);

    await change('third', 10);
    await change('fourth');
    const after = [await isLetIn('second'), await isLetIn('third'), await isLetIn('fourth')];
    expect(after).toEqual([false, false, true]);
    await removeApplication(gateway, opened.operator, value.id);
  });

  it.each([-1, 0.5, 7 * 24 * 60 + 1])('is not good besides for %p minutes', async (minutes) => {
    const change = changeApplication(gateway, opened.operator, {
      id: asId(1),
      password: 'x',
      overlapMinutes: minutes,
    });
    await expect(change).rejects.toMatchObject(invalid('overlapMinutes'));
  });
});

describe('a hash that was imported', () => {
  it('lets its password in, and gives way to a hash of ours then', async () => {
    const { value } = await addApplication(gateway, opened.operator, {
      name: 'moved',
      passwordHash: IMPORTED,
      remoteAddresses: ['10.0.0.0/8'],
    });
    const kept = async () => (await gateway.store.reader.applicationByName('moved'))?.passwordHash;
    const login = async (password: string) => {
      const address = '10.0.0.1';
      return (await authenticateApplication(gateway, { name: 'moved', password, address })).outcome;
    };
    expect(await login('Password')).toBe('NOT_AUTHENTICATED');
    expect(await kept()).toBe(IMPORTED);
    const { revision } = gateway.live.index;
    expect(await login('password')).toBe('ADMITTED');
    expect(await kept()).toMatch(/^scrypt:/);
    // What is remembered of it is the new one: the next cold login has nothing to replace.
    expect((await gateway.rows.application('moved'))?.passwordHash).toMatch(/^scrypt:/);
    expect(await gateway.store.reader.revision()).toBe(revision);
    expect(await login('password')).toBe('ADMITTED');
    expect(await login('Password')).toBe('NOT_AUTHENTICATED');
    await removeApplication(gateway, opened.operator, value.id);
  });
});
