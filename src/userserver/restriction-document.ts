import {
  MATCH_MODES,
  MAX_RESTRICTION_DEPTH,
  type MatchMode,
  type PropertyRestriction,
  type Restriction,
} from '../usecase/index.js';
import { badInput } from './errors.js';
import { asText, type JsonObject, parseJsonObject, requireObject } from './json-value.js';
import type { RequestBody } from './request-body.js';
import { child, parseXml, type XmlElement } from './xml-element.js';

/** One node in either format, not yet checked. */
interface Node {
  readonly type: string | null;
  readonly logic: string | null;
  /** `null` when the wrapper `restrictions` is missing. */
  readonly parts: readonly Node[] | null;
  readonly property: { readonly name: string | null; readonly type: string | null } | null;
  readonly match: string | null;
  readonly value: string | null;
}

const PROPERTY_TYPES: readonly string[] = ['STRING', 'BOOLEAN', 'DATE'];
const matchModes: ReadonlySet<string> = new Set(MATCH_MODES);

/**
 * Reads the body of a search: a restriction in XML or JSON. Words are read without regard to case,
 * names of properties exactly. Text under a name of no property is that of an attribute.
 * @throws GatehouseError `INPUT_INVALID` for anything else, an empty body included.
 */
export function readRestrictionDocument({ format, text }: RequestBody): Restriction {
  if (text.trim() === '')
    throw badInput('body', 'is empty; send <null-search-restriction/> for all');
  const root = format === 'XML' ? xmlNode(parseXml(text), 1) : jsonNode(parseJsonObject(text), 1);
  return toRestriction(root);
}

function toRestriction(node: Node): Restriction {
  switch (node.type) {
    case 'null-search-restriction':
      return null;
    case 'boolean-search-restriction': {
      const combine = node.logic?.toUpperCase();
      if (combine !== 'AND' && combine !== 'OR')
        throw badInput('boolean-logic', 'must be and or or');
      if (!node.parts) throw badInput('restrictions', 'is missing');
      return { combine, parts: node.parts.map(toRestriction) };
    }
    case 'property-search-restriction':
      return toPropertyRestriction(node);
    default:
      throw badInput('restriction', `cannot be \`${(node.type ?? '').slice(0, 64)}\``);
  }
}

function toPropertyRestriction({ property, match, value }: Node): PropertyRestriction {
  if (!property?.name) throw badInput('property', 'has no name');
  if (property.type !== null && !PROPERTY_TYPES.includes(property.type.toUpperCase())) {
    throw badInput('type', `must be one of ${PROPERTY_TYPES.join(', ')}`);
  }
  const mode = match?.toUpperCase() ?? '';
  if (!isMatchMode(mode)) throw badInput('match-mode', `must be one of ${MATCH_MODES.join(', ')}`);
  if (value === null && mode !== 'NULL') throw badInput('value', 'is missing');
  const orAttribute = property.type?.toUpperCase() === 'STRING';
  return { property: property.name, match: mode, value: value ?? '', orAttribute };
}

function isMatchMode(word: string): word is MatchMode {
  return matchModes.has(word);
}

function xmlNode(element: XmlElement, depth: number): Node {
  requireDepth(depth);
  const restrictions = child(element, 'restrictions');
  const property = child(element, 'property');
  return {
    type: element.name,
    logic: element.attributes['boolean-logic'] ?? null,
    parts: restrictions?.children.map((part) => xmlNode(part, depth + 1)) ?? null,
    property: property ? { name: wordOf(property, 'name'), type: wordOf(property, 'type') } : null,
    match: wordOf(element, 'match-mode'),
    value: child(element, 'value')?.text ?? null,
  };
}

function wordOf(element: XmlElement, name: string): string | null {
  return child(element, name)?.text.trim() ?? null;
}

function jsonNode(object: JsonObject, depth: number): Node {
  requireDepth(depth);
  const { restrictions, property } = object;
  const named = property === undefined ? null : requireObject(property, 'property');
  return {
    type: asText(object['restriction-type']),
    logic: asText(object['boolean-logic']),
    parts: Array.isArray(restrictions)
      ? restrictions.map((part) => jsonNode(requireObject(part, 'restrictions'), depth + 1))
      : null,
    property: named && { name: asText(named.name), type: asText(named.type) },
    match: asText(object['match-mode']),
    value: asText(object.value),
  };
}

/** Checked while reading, so that no recursion goes deeper than the use case permits. */
function requireDepth(depth: number): void {
  if (depth <= MAX_RESTRICTION_DEPTH) return;
  throw badInput('restriction', `nests conditions deeper than ${MAX_RESTRICTION_DEPTH}`);
}
