import type { ValidationFactor } from '../usecase/index.js';
import { badInput } from './errors.js';
import { asText, type JsonObject, parseJsonObject, requireObject } from './json-value.js';
import type { RequestBody } from './request-body.js';
import { child, parseXml, type XmlElement } from './xml-element.js';

/** Who signs in, as `POST /session` sends it. */
export interface AuthenticationContext {
  readonly name: string;
  /** `null` when none was sent. */
  readonly password: string | null;
  readonly factors: readonly ValidationFactor[];
}

/** `<authentication-context>` or its JSON. @throws GatehouseError `INPUT_INVALID`. */
export function readAuthenticationContext({ format, text }: RequestBody): AuthenticationContext {
  const context =
    format === 'XML' ? xmlContext(parseXml(text)) : jsonContext(parseJsonObject(text));
  const { name } = context;
  if (name === null || name === '') throw badInput('username', 'is missing');
  return { ...context, name };
}

/**
 * `<validation-factors>` or its JSON; an npm client posts `{}` for none.
 * @throws GatehouseError `INPUT_INVALID`.
 */
export function readValidationFactors({ format, text }: RequestBody): readonly ValidationFactor[] {
  if (format === 'JSON') return jsonFactors(parseJsonObject(text));
  const root = parseXml(text);
  if (root.name !== 'validation-factors') throw badInput('validation-factors', 'is missing');
  return xmlFactors(root);
}

type Context = Omit<AuthenticationContext, 'name'> & { readonly name: string | null };

function xmlContext(root: XmlElement): Context {
  if (root.name !== 'authentication-context') {
    throw badInput('authentication-context', 'is missing');
  }
  const factors = child(root, 'validation-factors');
  return {
    name: child(root, 'username')?.text ?? null,
    password: child(root, 'password')?.text ?? null,
    factors: factors ? xmlFactors(factors) : [],
  };
}

/** One of the Python clients follows the documents of a later server, which say `userName`. */
function jsonContext(context: JsonObject): Context {
  const factors = context['validation-factors'] ?? context.validationFactors ?? {};
  return {
    name: asText(context.username ?? context.userName),
    password: asText(context.password),
    factors: jsonFactors(requireObject(factors, 'validation-factors')),
  };
}

function xmlFactors({ children }: XmlElement): ValidationFactor[] {
  return children
    .filter(({ name }) => name === 'validation-factor')
    .map((factor) =>
      requireFactor(child(factor, 'name')?.text ?? null, child(factor, 'value')?.text ?? null),
    );
}

function jsonFactors(factors: JsonObject): ValidationFactor[] {
  const list = factors.validationFactors ?? factors.validationFactor ?? [];
  if (!Array.isArray(list)) throw badInput('validationFactors', 'must be a list');
  return list.map((entry) => {
    const { name, value } = requireObject(entry, 'validationFactors');
    return requireFactor(asText(name), asText(value));
  });
}

function requireFactor(name: string | null, value: string | null): ValidationFactor {
  if (name === null || value === null) {
    throw badInput('validation-factor', 'must have a name and a value');
  }
  return { name, value };
}
