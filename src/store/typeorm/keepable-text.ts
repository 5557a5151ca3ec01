import { GatehouseError, MAX_FACT_LENGTH } from '../../domain/index.js';

/**
 * A fact as both databases give it back. @throws GatehouseError `INPUT_INVALID` when it is too long.
 */
export function keepableFact(field: string, text: string): string {
  if (text.length > MAX_FACT_LENGTH) {
    const reason = `must be at most ${MAX_FACT_LENGTH} characters long`;
    throw new GatehouseError('INPUT_INVALID', { field, reason });
  }
  return keepableText(text);
}

/** UTF-8 cannot spell half a surrogate pair, and SQLite's driver ends a text at a zero. */
export function keepableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
