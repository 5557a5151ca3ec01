import { describe, expect, test } from '@jest/globals';
import { openStore } from '../../src/store/index.js';
import { parseStoreUrl } from '../../src/store/typeorm/store-url.js';

describe('the URL of a database', () => {
  test.each([
    {
      name: 'a relative path',
      url: 'sqlite:data/a b.db',
      read: { dialect: 'sqlite', path: 'data/a b.db' },
    },
    {
      name: 'an absolute path',
      url: 'sqlite:/var/lib/g.db',
      read: { dialect: 'sqlite', path: '/var/lib/g.db' },
    },
    {
      name: 'a server',
      url: 'mysql://sam:p%40ss%3A@db.example.com:3307/gate',
      read: {
        dialect: 'mysql',
        host: 'db.example.com',
        port: 3307,
        username: 'sam',
        password: 'p@ss:',
        database: 'gate',
      },
    },
    {
      name: 'a server at an IPv6 address, without password and port',
      url: 'mysql://sam@[::1]/gate',
      read: {
        dialect: 'mysql',
        host: '::1',
        port: 3306,
        username: 'sam',
        password: '',
        database: 'gate',
      },
    },
  ])('$name', ({ url, read }) => {
    expect(parseStoreUrl(url)).toEqual(read);
  });

  test.each([
    { name: 'nothing', url: '' },
    { name: 'another database', url: 'postgres://sam:secret@host/gate' },
    { name: 'memory', url: 'sqlite::memory:' },
    { name: 'no file', url: 'sqlite:' },
    { name: 'no database', url: 'mysql://sam:secret@host' },
    { name: 'a path below the database', url: 'mysql://sam:secret@host/a/b' },
    { name: 'parameters', url: 'mysql://sam:secret@host/gate?ssl=true' },
    { name: 'a stray per cent sign', url: 'mysql://sam:secret%zz@host/gate' },
  ])('refused: $name', async ({ url }) => {
    const refusal = await openStore({ url, secretKey: null }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'INPUT_INVALID', details: { field: 'DATABASE_URL' } });
    expect(String(refusal)).not.toContain('secret');
  });
});
