import { isGatehouseError } from '../domain/index.js';
import { Refusal } from './errors.js';

/**
 * What the address names and cannot be found is a 404, what the body names is a 400 with the same
 * reason: clients tell the two apart by nothing else.
 */
export async function namedInBody<Result>(
  kind: 'user' | 'group',
  name: string,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isGatehouseError(error, 'NOT_FOUND')) throw error;
    if (error.details.kind !== kind || error.details.name !== name) throw error;
    const reason = kind === 'user' ? 'USER_NOT_FOUND' : 'GROUP_NOT_FOUND';
    throw new Refusal({ status: 400, reason }, error.message);
  }
}
