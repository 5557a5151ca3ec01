import { GatehouseError } from '../domain/index.js';
import type { ConnectionInput as Settings } from '../usecase/index.js';
import { given } from './mutation-arguments.js';
import type { ConnectionInput } from './types/directory-inputs.js';

/**
 * Settings of a new connection, for which nothing is there that could stay.
 * @throws GatehouseError `INPUT_INVALID` for a field that is needed and was left out.
 */
export function wholeConnection(input: ConnectionInput): Settings {
  const { serverUrl, applicationName, ...rest } = given(input);
  if (serverUrl === undefined) throw needed('serverUrl');
  if (applicationName === undefined) throw needed('applicationName');
  return { serverUrl, applicationName, ...rest };
}

function needed(field: string): GatehouseError {
  return new GatehouseError('INPUT_INVALID', { field, reason: 'is needed' });
}
