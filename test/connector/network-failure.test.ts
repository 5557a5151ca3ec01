import { describe, expect, it } from '@jest/globals';
import { networkFailure } from '../../src/connector/crowd/network-failure.js';
import { ServerFaults } from '../../src/connector/crowd/server-faults.js';

const SERVER = 'https://jira.example.org';
const CONNECTION = {
  serverUrl: SERVER,
  applicationName: 'gatehouse',
  incremental: true,
  intervalMinutes: 60,
  connectTimeoutMs: 5000,
  requestTimeoutMs: 30000,
  mostRemovedPercent: 100,
  mostRemovedUsers: 1_000,
  onlyUsers: [],
  onlyGroups: [],
  onUserRemoved: 'DELETE' as const,
  tombstoneDays: 7,
};

function translate(error: unknown): unknown {
  return networkFailure(error, 'BEFORE_ANSWER', CONNECTION, new ServerFaults(SERVER, []));
}

function withCode(code: string): Error {
  return Object.assign(new Error('raw text with 10.0.0.1:443'), { code });
}

describe('failures of the network', () => {
  it.each([
    { code: 'CERT_HAS_EXPIRED', reason: 'its certificate has expired' },
    { code: 'CERT_NOT_YET_VALID', reason: 'its certificate is not valid yet' },
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', reason: 'its certificate is for another host name' },
    {
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
      reason: 'its certificate comes from an authority that is not trusted here',
    },
    {
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      reason:
        'its certificate comes from an unknown authority, or an intermediate certificate is left out',
    },
    {
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      reason: 'the TLS handshake failed with ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    },
    { code: 'EPROTO', reason: 'the TLS handshake failed with EPROTO' },
  ])('of TLS: $code', ({ code, reason }) => {
    expect(translate(withCode(code))).toMatchObject({
      code: 'TLS',
      details: { server: SERVER, reason },
    });
  });

  it.each([
    { code: 'EHOSTUNREACH', reason: 'there is no route to the host' },
    { code: 'EAI_AGAIN', reason: 'the host name cannot be resolved at present' },
    { code: 'UND_ERR_CONNECT_TIMEOUT', reason: 'no connection within 5000 ms' },
    { code: 'UND_ERR_BODY_TIMEOUT', reason: 'no complete answer came in time' },
    { code: 'EPIPE', reason: 'the connection was closed without an answer' },
    { code: 'ESOMETHINGNEW', reason: 'the connection failed with ESOMETHINGNEW' },
  ])('of the way to the server: $code', ({ code, reason }) => {
    expect(translate(withCode(code))).toMatchObject({
      code: 'UNREACHABLE',
      details: { server: SERVER, reason },
    });
  });

  it('do not hide our own mistakes', () => {
    const mistake = new TypeError('x is not a function');
    expect(translate(mistake)).toBe(mistake);
    const misuse = withCode('UND_ERR_INVALID_ARG');
    expect(translate(misuse)).toBe(misuse);
  });
});
