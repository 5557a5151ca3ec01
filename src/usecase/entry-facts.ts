import {
  GatehouseError,
  type GroupFacts,
  MAX_FACT_LENGTH,
  requireName,
  type UserFacts,
} from '../domain/index.js';

/** What whoever enters a user must keep to. @throws GatehouseError `NAME_INVALID`, `INPUT_INVALID`. */
export function requireUserFacts(facts: UserFacts): void {
  requireName('user', facts.name);
  for (const field of ['displayName', 'firstName', 'lastName', 'email'] as const) {
    requireFact(field, facts[field]);
  }
}

/** The same for a group, but for its name. */
export function requireGroupFacts({ description }: GroupFacts): void {
  requireFact('description', description);
}

function requireFact(field: string, text: string): void {
  if (text.length <= MAX_FACT_LENGTH && text.isWellFormed()) return;
  const reason = `must be well-formed text of at most ${MAX_FACT_LENGTH} characters`;
  throw new GatehouseError('INPUT_INVALID', { field, reason });
}
