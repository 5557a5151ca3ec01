import { describe, expect, it } from '@jest/globals';
import { compileScheme, type PermissionScheme } from '../../../src/domain/index.js';
import { BITBUCKET_SCHEME } from '../../support/scenario-scheme.js';

function schemeOf(implications: Readonly<Record<string, readonly string[]>>): PermissionScheme {
  const permissions = Object.entries(implications).map(([key, implies]) => ({
    key,
    title: key,
    description: '',
    implies,
  }));
  const [{ key: first }] = permissions;
  return {
    key: 'test',
    title: 'Test',
    permissions,
    seat: first,
    administration: first,
    systemAdministration: first,
  };
}

describe('compileScheme', () => {
  it("gives each of Bitbucket's permissions all those before it", () => {
    const scheme = compileScheme(BITBUCKET_SCHEME);
    const given = BITBUCKET_SCHEME.permissions.map(({ key }) => scheme.keysOf(scheme.maskOf(key)));
    expect(given).toEqual([
      ['LICENSED_USER'],
      ['LICENSED_USER', 'PROJECT_CREATE'],
      ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN'],
      ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN', 'SYS_ADMIN'],
    ]);
  });

  it('numbers permissions in the order of the scheme', () => {
    const scheme = compileScheme(BITBUCKET_SCHEME);
    expect(BITBUCKET_SCHEME.permissions.map(({ key }) => scheme.bitOf(key))).toEqual([0, 1, 2, 3]);
    expect(scheme.keysOf(0)).toEqual([]);
  });

  it('closes implications over several steps, whatever the order they are written in', () => {
    const scheme = compileScheme(
      schemeOf({ top: ['middle'], middle: ['low'], low: [], other: [] }),
    );
    expect(scheme.keysOf(scheme.maskOf('top'))).toEqual(['top', 'middle', 'low']);
    expect(scheme.keysOf(scheme.maskOf('other'))).toEqual(['other']);
  });

  it('lets permissions branch and join', () => {
    const scheme = compileScheme(
      schemeOf({ use: [], write: ['use'], audit: ['use'], all: ['write', 'audit'] }),
    );
    expect(scheme.keysOf(scheme.maskOf('all'))).toEqual(['use', 'write', 'audit', 'all']);
    expect(scheme.keysOf(scheme.maskOf('audit'))).toEqual(['use', 'audit']);
  });

  it('makes permissions that imply each other equal', () => {
    const scheme = compileScheme(schemeOf({ one: ['other'], other: ['one'] }));
    expect(scheme.maskOf('one')).toBe(scheme.maskOf('other'));
  });

  it('holds thirty permissions apart, and no more', () => {
    const keys = Array.from({ length: 30 }, (_, i) => `p${i}`);
    const scheme = compileScheme(schemeOf(Object.fromEntries(keys.map((key) => [key, []]))));
    for (const key of keys) expect(scheme.keysOf(scheme.maskOf(key))).toEqual([key]);
    const tooMany = schemeOf(Object.fromEntries([...keys, 'p30'].map((key) => [key, []])));
    expect(() => compileScheme(tooMany)).toThrow();
  });

  it.each([
    { name: 'asked for', ask: () => compileScheme(BITBUCKET_SCHEME).maskOf('REPO_CREATE') },
    { name: 'asked for by bit', ask: () => compileScheme(BITBUCKET_SCHEME).bitOf('REPO_CREATE') },
    { name: 'in another case', ask: () => compileScheme(BITBUCKET_SCHEME).bitOf('admin') },
    { name: 'implied', ask: () => compileScheme(schemeOf({ one: ['REPO_CREATE'] })) },
  ])('knows no permission that the scheme lacks: $name', ({ ask }) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'UNKNOWN_PERMISSION' }));
  });
});
