import { badInput } from './errors.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws GatehouseError `INPUT_INVALID` for what is no JSON object. */
export function parseJsonObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badInput('body', 'is not JSON');
  }
  return requireObject(value, 'body');
}

/** @throws GatehouseError `INPUT_INVALID`. */
export function requireObject(value: unknown, field: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badInput(field, 'must be a JSON object');
  }
  return value as JsonObject;
}

/** Text, or a boolean or number as text: clients send both. `null` for everything else. */
export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value.toWellFormed();
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : null;
}
