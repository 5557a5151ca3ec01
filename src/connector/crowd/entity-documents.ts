import type { GroupFacts, UserFacts } from '../../domain/index.js';
import { ownCopy } from './own-copy.js';
import { readOnlyRecord, readRecords, type XmlRecord } from './record-document.js';
import type { ServerFaults } from './server-faults.js';

type Body = AsyncIterable<Uint8Array>;

/** Reads one kind of list document. */
export type ReadList<Entity> = (body: Body, faults: ServerFaults) => Promise<Entity[]>;

/** `<users>`: the entries in the server's order. One without a name comes with the name ''. */
export const readUserList: ReadList<UserFacts> = (body, faults) =>
  readRecords(body, 'users', 'user', faults, userOf);

/** `<groups>`, as `readUserList`. */
export const readGroupList: ReadList<GroupFacts> = (body, faults) =>
  readRecords(body, 'groups', 'group', faults, groupOf);

/** `<user>` as the whole document, the answer of `/authentication`. */
export async function readUserDocument(body: Body, faults: ServerFaults): Promise<UserFacts> {
  return userOf(await readOnlyRecord(body, 'user', faults), faults);
}

/**
 * `<events>` of `/event`: the token, or `null` when the server says that it keeps no events. Both facts are
 * attributes of the root.
 */
export async function readEventToken(body: Body, faults: ServerFaults): Promise<string | null> {
  const { attributes } = await readOnlyRecord(body, 'events', faults);
  if (attributes.incrementalSynchronisationAvailable === 'false') return null;
  const token = attributes.newEventToken;
  if (!token) throw faults.protocol('newEventToken', 'is missing');
  return token;
}

/** A `<user>` element. @throws GatehouseError `PROTOCOL` (`active`). */
export function userOf(record: XmlRecord, faults: ServerFaults): UserFacts {
  const text = (field: string) => ownCopy(record.fields.get(field) ?? '');
  return {
    name: nameOf(record),
    displayName: text('display-name'),
    firstName: text('first-name'),
    lastName: text('last-name'),
    email: text('email'),
    active: activeOf(record, faults),
    // Servers before keys were introduced, and users without an external id, have none.
    externalId: text('key') || null,
  };
}

/** A `<group>` element, as `userOf`. */
export function groupOf(record: XmlRecord, faults: ServerFaults): GroupFacts {
  return {
    name: nameOf(record),
    description: ownCopy(record.fields.get('description') ?? ''),
    active: activeOf(record, faults),
  };
}

function nameOf({ attributes }: XmlRecord): string {
  return ownCopy(attributes.name ?? '');
}

/** Absent means active, as Crowd itself reads its entities. */
function activeOf({ fields }: XmlRecord, faults: ServerFaults): boolean {
  const value = (fields.get('active') ?? 'true').trim();
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw faults.protocol('active', `is \`${faults.quote(value)}\`, neither true nor false`);
}
