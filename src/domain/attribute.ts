import { GatehouseError } from './errors.js';
import { MAX_FACT_LENGTH } from './user.js';

/**
 * What an application keeps with a user or a group under a name. Names are compared as they are
 * spelt. It is no right and says nothing to anybody but applications.
 */
export interface Attribute {
  readonly name: string;
  /** In the order in which they were given. */
  readonly values: readonly string[];
}

/** Longest name and longest value of an attribute in UTF-16 units (Crowd REST API, attributes). */
export const MAX_ATTRIBUTE_LENGTH = MAX_FACT_LENGTH;

/**
 * Checks that attributes can be kept and given back as they are.
 * @throws GatehouseError `INPUT_INVALID` for an empty name, a name that is given twice, and a name or
 *   value that is too long or no text.
 */
export function requireAttributes(attributes: readonly Attribute[]): void {
  const names = new Set<string>();
  for (const { name, values } of attributes) {
    if (name === '') throw unfit('name', 'is empty');
    if (names.has(name)) throw unfit('name', 'is that of two attributes');
    names.add(name);
    requireText('name', name);
    for (const value of values) requireText('value', value);
  }
}

function requireText(field: string, text: string): void {
  if (text.length > MAX_ATTRIBUTE_LENGTH) {
    throw unfit(field, `must be at most ${MAX_ATTRIBUTE_LENGTH} characters long`);
  }
  if (!text.isWellFormed() || text.includes('\0')) throw unfit(field, 'must be well-formed text');
}

function unfit(field: string, reason: string): GatehouseError {
  return new GatehouseError('INPUT_INVALID', { field: `attribute ${field}`, reason });
}
