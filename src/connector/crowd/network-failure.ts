import { errors } from 'undici';
import { type DirectoryConnection, GatehouseError } from '../../domain/index.js';
import type { ServerFaults } from './server-faults.js';
import { WaitedTooLong } from './waiting-budget.js';

/** How far an exchange had come when it failed. */
export type ExchangePhase = 'BEFORE_ANSWER' | 'WITHIN_ANSWER';

const CUT_REASONS: Readonly<Record<ExchangePhase, string>> = {
  BEFORE_ANSWER: 'the connection was closed without an answer',
  WITHIN_ANSWER: 'the answer broke off in the middle',
};

/** Codes of Node (errno, DNS) that need no more words than these. */
const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be resolved at present',
  ECONNREFUSED: 'nothing accepts connections at this port',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  EADDRNOTAVAIL: 'the address cannot be used from here',
  EACCES: 'this machine does not permit the connection',
  EPERM: 'this machine does not permit the connection',
  EMFILE: 'this process has too many open connections',
};

/** Codes of Node's TLS and OpenSSL's certificate verification. */
const TLS_REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an unknown authority, or an intermediate certificate is left out',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  HOSTNAME_MISMATCH: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the port does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the port does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'the port does not speak TLS',
};

const TLS_CODE = /^(?:ERR_SSL_|ERR_TLS_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|INVALID_|PATH_LENGTH_)/;

const CONNECT_TIMED_OUT = 'UND_ERR_CONNECT_TIMEOUT';
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

const CUT_OFF = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** The promised error for what the network or the HTTP client threw; anything else comes back unchanged. */
export function networkFailure(
  error: unknown,
  phase: ExchangePhase,
  connection: DirectoryConnection,
  faults: ServerFaults,
): unknown {
  if (error instanceof GatehouseError) return error;
  // One wording for silence and for dripping: which of the two limits ends first is chance.
  if (error instanceof WaitedTooLong) return faults.unreachable('no complete answer came in time');
  // undici's parser carries the bytes it stumbled over, so its error is not passed on as a cause.
  if (error instanceof errors.HTTPParserError) {
    return phase === 'WITHIN_ANSWER'
      ? faults.unreachable(CUT_REASONS[phase])
      : faults.protocol('HTTP', 'was not spoken at this port; check the scheme of the URL');
  }
  const code = codeOf(error);
  if (code === null || code === 'UND_ERR_INVALID_ARG') return error;
  if (TIMED_OUT.has(code)) return faults.unreachable('no complete answer came in time', error);
  if (code === CONNECT_TIMED_OUT) {
    const reason = `no connection within ${connection.connectTimeoutMs} ms`;
    return faults.unreachable(reason, error);
  }
  if (CUT_OFF.has(code)) return faults.unreachable(CUT_REASONS[phase], error);
  const network = NETWORK_REASONS[code];
  if (network !== undefined) return faults.unreachable(network, error);
  if (isTlsCode(code)) {
    const tls = TLS_REASONS[code] ?? `the TLS handshake failed with ${faults.quote(code)}`;
    return faults.tls(tls, error);
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return faults.protocol('headers', 'are larger than 16 KiB');
  }
  return faults.unreachable(`the connection failed with ${faults.quote(code)}`, error);
}

/** Whether this is the promised error for a connection that was cut, by a reset for example. */
export function wasCut(error: unknown): boolean {
  if (!(error instanceof GatehouseError) || error.code !== 'UNREACHABLE') return false;
  return CUT_OFF.has(codeOf(error.cause) ?? '');
}

/** Whether a code of Node or undici says that something took too long. */
export function isTimeOut(code: string): boolean {
  return code === CONNECT_TIMED_OUT || TIMED_OUT.has(code);
}

/** Whether it says that there was no encrypted connection that can be trusted. */
export function isTlsCode(code: string): boolean {
  return TLS_REASONS[code] !== undefined || code === 'EPROTO' || TLS_CODE.test(code);
}

/** The code that an error of Node or undici bears; `null` without one. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
