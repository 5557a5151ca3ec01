import type { ValidationFactor } from '../usecase/index.js';
import { type Fields, readEntity, readListEntity } from './body-fields.js';
import { badInput } from './errors.js';
import type { RequestBody } from './request-body.js';

/** Who signs in, as `POST /session` sends it. */
export interface AuthenticationContext {
  readonly name: string;
  /** `null` when none was sent. */
  readonly password: string | null;
  readonly factors: readonly ValidationFactor[];
}

/**
 * `<authentication-context>` or its JSON. One of the Python clients follows the documents of a later
 * server, which write its names without hyphens.
 * @throws GatehouseError `INPUT_INVALID`.
 */
export function readAuthenticationContext(body: RequestBody): AuthenticationContext {
  const context = readEntity(body, 'authentication-context');
  const name = context.text('username', 'userName') ?? '';
  if (name === '') throw badInput('username', 'is missing');
  const factors =
    body.format === 'XML'
      ? xmlFactors(context)
      : jsonFactors(context.inner('validation-factors') ?? context.inner('validationFactors'));
  return { name, password: context.text('password'), factors };
}

/**
 * `<validation-factors>` or its JSON; an npm client posts `{}` for none.
 * @throws GatehouseError `INPUT_INVALID`.
 */
export function readValidationFactors(body: RequestBody): readonly ValidationFactor[] {
  const fields = readListEntity(body, 'validation-factors');
  return body.format === 'XML' ? xmlFactors(fields) : jsonFactors(fields);
}

function xmlFactors(within: Fields): readonly ValidationFactor[] {
  return within.list('validation-factors', 'validation-factor').map(requireFactor);
}

function jsonFactors(factors: Fields | null): readonly ValidationFactor[] {
  return (factors?.list('validationFactors', 'validationFactor') ?? []).map(requireFactor);
}

function requireFactor(factor: Fields): ValidationFactor {
  const name = factor.text('name');
  const value = factor.text('value');
  if (name === null || value === null) {
    throw badInput('validation-factor', 'must have a name and a value');
  }
  return { name, value };
}
