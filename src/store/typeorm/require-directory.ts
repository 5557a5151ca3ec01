import { type DirectoryId, GatehouseError } from '../../domain/index.js';
import type { Rows } from './entities.js';
import type { Session } from './session.js';

/** @throws GatehouseError `NOT_FOUND`. */
export async function requireDirectory(
  session: Session,
  id: DirectoryId,
): Promise<Rows['directory']> {
  const row = await session.rows('directory').findOneBy({ id });
  if (!row) throw new GatehouseError('NOT_FOUND', { kind: 'directory', name: String(id) });
  return row;
}
