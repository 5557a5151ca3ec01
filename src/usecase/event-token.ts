import { asId, type Revision } from '../domain/index.js';
import type { StoreReader } from '../store/index.js';

/** Characters of the log's footing that a token holds: 128 bits. */
const FOOTING_LENGTH = 32;
/** For a revision of which the log holds nothing: there is nothing to tell one log from another. */
const NO_FOOTING = 'empty';

const TOKEN = /^(\d{1,15})-([0-9a-f]{32}|empty)$/;

/**
 * A place in the change log as followers are given it: the revision, and by what this log is known at
 * it. It is good in a path as it stands, and the same for as long as nothing is logged.
 */
export async function eventTokenAt(reader: StoreReader, revision: Revision): Promise<string> {
  const footing = await reader.footing(revision);
  return `${revision}-${footing?.slice(0, FOOTING_LENGTH) ?? NO_FOOTING}`;
}

/** The revision a token speaks of, which this log need not have; `null` when it is no token of ours. */
export function revisionOfToken(token: string): Revision | null {
  const [, revision] = TOKEN.exec(token) ?? [];
  return revision === undefined ? null : asId<Revision>(Number(revision));
}
