import { GatehouseError } from '../../domain/index.js';

/** Longest piece of a server's own words in a reason, in UTF-16 units. */
const MAX_QUOTE_LENGTH = 100;

// Line breaks, control characters and direction marks would let a server forge what an admin reads.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;

/** What a cut in the middle of a character leaves. */
const HALF_CHARACTER = /[\uD800-\uDBFF]$/;

/** What one exchange tells about its server: what was wrong with it, `null` when it works. */
export type ServerTrouble = GatehouseError<'UNREACHABLE' | 'TLS'> | null;

/**
 * Makes the errors of one server. What the server said itself passes through `quote`, which takes
 * out the secrets that went there: a server may echo them, and errors are shown to people.
 */
export class ServerFaults {
  readonly #secrets: readonly string[];

  /** `server` is scheme, host and port. `secrets` may never appear in a quote. */
  constructor(
    readonly server: string,
    secrets: readonly string[],
  ) {
    // What comes from a page has no two spaces in a row.
    const spellings = secrets.flatMap((secret) => [secret, secret.replace(/\s+/g, ' ').trim()]);
    // Longest first: a secret that holds another must go as a whole.
    this.#secrets = [...new Set(spellings)].filter(Boolean).sort((a, b) => b.length - a.length);
  }

  /** The same server, with one secret more to hide. */
  hiding(secret: string): ServerFaults {
    return new ServerFaults(this.server, [...this.#secrets, secret]);
  }

  /** A server's words on one line, without secrets, cut to `length` UTF-16 units. */
  quote(text: string, length = MAX_QUOTE_LENGTH): string {
    let said = text;
    for (const secret of this.#secrets) said = said.replaceAll(secret, '***');
    return said
      .replace(UNPRINTABLE, ' ')
      .trim()
      .slice(0, length)
      .replace(HALF_CHARACTER, '')
      .trimEnd();
  }

  /** The answer is not what the protocol promises: `field` is what was wrong, `reason` continues it. */
  protocol(field: string, reason: string, cause?: unknown): GatehouseError<'PROTOCOL'> {
    return new GatehouseError('PROTOCOL', { server: this.server, field, reason }, { cause });
  }

  unreachable(reason: string, cause?: unknown): GatehouseError<'UNREACHABLE'> {
    return new GatehouseError('UNREACHABLE', { server: this.server, reason }, { cause });
  }

  tls(reason: string, cause?: unknown): GatehouseError<'TLS'> {
    return new GatehouseError('TLS', { server: this.server, reason }, { cause });
  }

  /** The application name or its password was refused. */
  application(): GatehouseError<'AUTH'> {
    return new GatehouseError('AUTH', { server: this.server });
  }

  addressRefused(says: string | null): GatehouseError<'ADDRESS_REFUSED'> {
    return new GatehouseError('ADDRESS_REFUSED', { server: this.server, says });
  }
}
