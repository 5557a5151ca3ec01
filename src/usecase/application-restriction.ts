import { compareNameKeys, GatehouseError, nameKey } from '../domain/index.js';

export const MATCH_MODES = [
  'EXACTLY_MATCHES',
  'CONTAINS',
  'STARTS_WITH',
  'ENDS_WITH',
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
  'NULL',
] as const;
export type MatchMode = (typeof MATCH_MODES)[number];

/** Which users or groups a search finds. `null` finds all; AND of nothing finds all, OR nothing. */
export type Restriction = null | CombinedRestriction | PropertyRestriction;

export interface CombinedRestriction {
  readonly combine: 'AND' | 'OR';
  readonly parts: readonly Restriction[];
}

export interface PropertyRestriction {
  readonly property: string;
  readonly match: MatchMode;
  /** Ignored by `NULL`. */
  readonly value: string;
  /** Whether a name of no property is that of an attribute. */
  readonly orAttribute?: boolean;
}

/** Deepest nesting of combined restrictions. */
export const MAX_RESTRICTION_DEPTH = 50;
/** Most nodes of one restriction: each may be tried on each user. */
export const MAX_RESTRICTION_NODES = 10_000;

export type PropertyType = 'TEXT' | 'FLAG';
/** `null` is an unknown text, and the same as an empty one. */
type Read<Property extends string> = (property: Property) => string | boolean | null;
/** The values of an attribute; none where it is not there. */
type ReadAttribute = (name: string) => readonly string[];
/** What one entry is compared by: keys of its text, and flags. */
type Compared<Property extends string> = Partial<Record<Property, string | boolean>>;
type Test<Property extends string> = (
  compared: Compared<Property>,
  valuesOf: ReadAttribute,
) => boolean;

export interface CompiledRestriction<Property extends string> {
  /** When nothing but any of these names is asked for, they can be looked up; else `null`. */
  readonly exactNames: readonly string[] | null;
  /** Whether everything fits. */
  readonly fitsAll: boolean;
  /** Whether anything but the name is read. */
  readonly readsMoreThanName: boolean;
  readonly readsAttributes: boolean;
  /** @param valuesOf is asked where attributes are read. */
  matches(read: Read<Property>, valuesOf?: ReadAttribute): boolean;
}

const NO_VALUES: ReadAttribute = () => [];

/** Both texts are keys. */
const TEXT_MATCHES: Readonly<Record<MatchMode, (text: string, wanted: string) => boolean>> = {
  EXACTLY_MATCHES: (text, wanted) => text === wanted,
  CONTAINS: (text, wanted) => text.includes(wanted),
  STARTS_WITH: (text, wanted) => text.startsWith(wanted),
  ENDS_WITH: (text, wanted) => text.endsWith(wanted),
  LESS_THAN: (text, wanted) => compareNameKeys(text, wanted) < 0,
  LESS_THAN_OR_EQUAL: (text, wanted) => compareNameKeys(text, wanted) <= 0,
  GREATER_THAN: (text, wanted) => compareNameKeys(text, wanted) > 0,
  GREATER_THAN_OR_EQUAL: (text, wanted) => compareNameKeys(text, wanted) >= 0,
  NULL: (text) => text === '',
};

/**
 * Checks a restriction against the properties there are and makes it ready for many comparisons.
 * Text is compared without regard to case, as names are. `NULL` finds what is empty. Of an attribute
 * one value that fits is enough.
 * @throws GatehouseError `INPUT_INVALID` for an unknown property, a flag that is not matched
 *   exactly, and for more than the limits of depth and size.
 */
export function compileRestriction<Property extends string>(
  restriction: Restriction,
  properties: Readonly<Record<Property, PropertyType>>,
): CompiledRestriction<Property> {
  requireBounds(restriction);
  const used = new Set<Property>();
  const attributes = new Set<string>();
  const test = compile(restriction, properties, { used, attributes });
  const readsAttributes = attributes.size > 0;
  return {
    exactNames: exactNames(restriction),
    fitsAll: restriction === null,
    readsMoreThanName: readsAttributes || [...used].some((property) => property !== 'name'),
    readsAttributes,
    matches(read, valuesOf = NO_VALUES) {
      // Keys are worked out once for each entry, not once for each condition.
      const compared: Compared<Property> = {};
      for (const property of used) {
        const value = read(property) ?? '';
        compared[property] = typeof value === 'string' ? nameKey(value) : value;
      }
      return test(compared, valuesOf);
    },
  };
}

function requireBounds(restriction: Restriction): void {
  let nodes = 0;
  const visit = (part: Restriction, depth: number): void => {
    nodes++;
    if (nodes > MAX_RESTRICTION_NODES) {
      throw invalid(`holds more than ${MAX_RESTRICTION_NODES} conditions`);
    }
    if (depth > MAX_RESTRICTION_DEPTH) {
      throw invalid(`nests conditions deeper than ${MAX_RESTRICTION_DEPTH}`);
    }
    if (part && 'combine' in part) for (const inner of part.parts) visit(inner, depth + 1);
  };
  visit(restriction, 1);
}

function compile<Property extends string>(
  restriction: Restriction,
  properties: Readonly<Record<Property, PropertyType>>,
  found: { readonly used: Set<Property>; readonly attributes: Set<string> },
): Test<Property> {
  if (restriction === null) return () => true;
  if ('combine' in restriction) {
    const parts = restriction.parts.map((part) => compile(part, properties, found));
    return restriction.combine === 'AND'
      ? (...entry) => parts.every((part) => part(...entry))
      : (...entry) => parts.some((part) => part(...entry));
  }
  if (restriction.orAttribute && !Object.hasOwn(properties, restriction.property)) {
    found.attributes.add(restriction.property);
    return compileAttribute(restriction);
  }
  const property = requireProperty(restriction.property, properties);
  found.used.add(property);
  return properties[property] === 'FLAG'
    ? compileFlag(property, restriction)
    : compileText(property, restriction);
}

function requireProperty<Property extends string>(
  name: string,
  properties: Readonly<Record<Property, PropertyType>>,
): Property {
  if (Object.hasOwn(properties, name)) return name as Property;
  throw invalid(
    `names the property \`${name.slice(0, 64)}\`; there are ${Object.keys(properties).join(', ')}`,
  );
}

function compileFlag<Property extends string>(
  property: Property,
  { match, value }: PropertyRestriction,
): Test<Property> {
  if (match === 'NULL') return () => false;
  if (match !== 'EXACTLY_MATCHES') throw invalid(`can match \`${property}\` exactly only`);
  // Crowd reads every other word as false.
  const wanted = value.trim().toLowerCase() === 'true';
  return (compared) => compared[property] === wanted;
}

function compileText<Property extends string>(
  property: Property,
  { match, value }: PropertyRestriction,
): Test<Property> {
  const wanted = nameKey(value);
  const holds = TEXT_MATCHES[match];
  return (compared) => holds(String(compared[property]), wanted);
}

function compileAttribute({
  property,
  match,
  value,
}: PropertyRestriction): (compared: unknown, valuesOf: ReadAttribute) => boolean {
  if (match === 'NULL') return (_, valuesOf) => valuesOf(property).length === 0;
  const wanted = nameKey(value);
  const holds = TEXT_MATCHES[match];
  return (_, valuesOf) => valuesOf(property).some((text) => holds(nameKey(text), wanted));
}

function exactNames(restriction: Restriction): string[] | null {
  if (restriction === null) return null;
  if (!('combine' in restriction)) {
    const { property, match, value } = restriction;
    return property === 'name' && match === 'EXACTLY_MATCHES' ? [value] : null;
  }
  if (restriction.combine === 'AND' && restriction.parts.length !== 1) return null;
  const names: string[] = [];
  for (const part of restriction.parts) {
    const ofPart = exactNames(part);
    if (ofPart === null) return null;
    for (const name of ofPart) names.push(name);
  }
  return names;
}

function invalid(reason: string): GatehouseError {
  return new GatehouseError('INPUT_INVALID', { field: 'restriction', reason });
}
