import type { User } from '../domain/index.js';
import type { Done } from '../usecase/index.js';
import { momentAfter, told } from './mutation-arguments.js';
import type { RequestContext } from './request-context.js';
import type { UserPayload } from './types/payloads.js';
import { toUser } from './types/user.js';

/** What a mutation of one user answers with. */
export async function userPayload(context: RequestContext, done: Done<User>): Promise<UserPayload> {
  const at = momentAfter(context, done);
  const { value } = done;
  const entries = await at.ask((index) => index.userEntries(value.name));
  const entry = entries.find(({ directory }) => directory.id === value.directoryId);
  return { ...told(done), user: entry ? toUser(entry, at, value) : null };
}
