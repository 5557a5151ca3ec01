import type { ApplicationId } from './ids.js';

/** A downstream caller of the user server. Its password is kept as a hash and is write-only. */
export interface Application {
  readonly id: ApplicationId;
  /** Case-sensitive, as Jira documents. */
  readonly name: string;
  readonly active: boolean;
  /** Canonical single addresses and CIDR ranges, IPv4 and IPv6. An empty list admits nobody. */
  readonly remoteAddresses: readonly string[];
}
