import {
  type GroupFacts,
  MAX_FACT_LENGTH,
  type SetAsideReason,
  type UserFacts,
} from '../domain/index.js';
import type { ReadTally } from './read-tally.js';

/** Why a value cannot be kept, or `null`. */
function factFault(value: string): SetAsideReason | null {
  if (value.length > MAX_FACT_LENGTH) return 'FACT_TOO_LONG';
  // JSON may escape what no text holds; databases would give it back changed, and the user would
  // differ from the remote side at every run.
  return value.isWellFormed() && !value.includes('\0') ? null : 'FACT_IS_NO_TEXT';
}

/**
 * The record without the values that cannot be kept. Only the value is left out, never the record:
 * who somebody is and what they may do does not hang on the length of a display name.
 */
export function withKeepableFacts<Facts extends UserFacts | GroupFacts>(
  kind: 'user' | 'group',
  record: Facts,
  tally: ReadTally,
): Facts {
  let kept = record;
  for (const [fact, value] of Object.entries(record)) {
    if (typeof value !== 'string' || fact === 'name') continue;
    const reason = factFault(value);
    if (reason !== null) tally.setAside({ kind, name: record.name, fact, reason });
    if (fact === 'externalId') {
      // An empty id identifies nobody.
      if (reason !== null || value === '') kept = { ...kept, externalId: null };
    } else if (reason !== null) {
      kept = { ...kept, [fact]: '' };
    }
  }
  return kept;
}
