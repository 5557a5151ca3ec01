import { describe, expect, it } from '@jest/globals';
import { type RemoteDirectory, reuseRemoteDirectories } from '../../src/connector/index.js';
import { CONNECTION_DEFAULTS } from '../../src/domain/index.js';

const connection = { ...CONNECTION_DEFAULTS, serverUrl: 'http://127.0.0.1', applicationName: 'a' };

describe('remote directories are reused', () => {
  const connect = () =>
    reuseRemoteDirectories(() => ({
      ordinary: {} as RemoteDirectory,
      insistent: {} as RemoteDirectory,
      isLeftAlone: () => false,
    })).connect;

  it('for the same settings and password', () => {
    const reuse = connect();
    const turned = Object.fromEntries(Object.entries(connection).reverse()) as typeof connection;
    expect(reuse({ ...connection }, 'x')).toBe(reuse({ ...connection }, 'x'));
    expect(reuse(turned, 'x')).toBe(reuse(connection, 'x'));
  });

  it('in two kinds, for ordinary and for insistent callers', () => {
    const reuse = connect();
    const insistent = reuse(connection, 'x', 'insistent');
    expect(insistent).not.toBe(reuse(connection, 'x'));
    expect(reuse(connection, 'x', 'insistent')).toBe(insistent);
    expect(reuse(connection, 'x', 'ordinary')).toBe(reuse(connection, 'x'));
  });

  it('but not for another password or another setting', () => {
    const reuse = connect();
    const first = reuse(connection, 'x');
    expect(reuse(connection, 'y')).not.toBe(first);
    expect(reuse({ ...connection, applicationName: 'A' }, 'x')).not.toBe(first);
  });

  it('and the one not used for longest goes first', () => {
    const reuse = connect();
    const first = reuse(connection, '0');
    const second = reuse(connection, '1');
    for (let i = 2; i < 100; i++) reuse(connection, String(i));
    expect(reuse(connection, '0')).toBe(first);
    reuse(connection, '100');
    expect(reuse(connection, '0')).toBe(first);
    expect(reuse(connection, '1')).not.toBe(second);
  });

  it('and a server is left alone as of the latest password', () => {
    const { connect: reuse, isLeftAlone } = reuseRemoteDirectories((_connection, password) => ({
      ordinary: {} as RemoteDirectory,
      insistent: {} as RemoteDirectory,
      isLeftAlone: () => password === 'wrong',
    }));
    expect(isLeftAlone(connection)).toBe(false);
    reuse(connection, 'wrong');
    expect(isLeftAlone({ ...connection })).toBe(true);
    expect(isLeftAlone({ ...connection, applicationName: 'A' })).toBe(false);
    reuse(connection, 'right');
    expect(isLeftAlone(connection)).toBe(false);
  });
});
