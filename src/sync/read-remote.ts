import type { RemoteDirectory, RemoteMembership } from '../connector/index.js';
import { type GroupFacts, nameFault, type UserFacts } from '../domain/index.js';
import { EdgeColumns, type EdgeSlots } from './edges.js';
import { giveWay, isTimeToLook } from './give-way.js';
import { withKeepableFacts } from './keepable-facts.js';
import { NameSlots } from './name-slots.js';
import type { ReadTally } from './read-tally.js';

/** What a remote directory holds, checked and compact. Edges name users and groups by slot. */
export interface RemotePicture {
  /** No two of one name key, no two of one external id. */
  readonly users: readonly UserFacts[];
  /** No two of one name key. */
  readonly groups: readonly GroupFacts[];
  /** Users in groups, each once. */
  readonly memberships: EdgeSlots;
  /** Groups in groups, each once. Read whether or not the directory honours them. */
  readonly nestings: EdgeSlots;
}

/** What of a remote directory is read in full. */
export type RemoteLists = Pick<RemoteDirectory, 'readUsers' | 'readGroups' | 'readMemberships'>;

/** Is told where the reading stands: a phase begins, or so many of its rows are read. */
export type OnRead = (phase: 'USERS' | 'GROUPS' | 'MEMBERSHIPS', rows: number) => void;

/**
 * Reads everything the directory has. What cannot be kept is set aside in `tally` and never fails
 * the read; an error of the remote side does.
 */
export async function readRemote(
  remote: RemoteLists,
  tally: ReadTally,
  onRead: OnRead = () => undefined,
): Promise<RemotePicture> {
  onRead('USERS', 0);
  const { users, slots: userSlots } = await readUsers(remote, tally, onRead);
  onRead('GROUPS', 0);
  const { groups, slots: groupSlots } = await readGroups(remote, tally, onRead);
  onRead('MEMBERSHIPS', 0);
  const reader = new MembershipReader(groupSlots, userSlots, tally);
  for await (const record of remote.readMemberships()) {
    await reader.read(record);
    onRead('MEMBERSHIPS', tally.membershipsRead);
  }
  return { users, groups, memberships: reader.users.columns(), nestings: reader.groups.columns() };
}

async function readUsers(remote: RemoteLists, tally: ReadTally, onRead: OnRead) {
  const users: UserFacts[] = [];
  const slots = new NameSlots();
  const bearers = new Map<string, number>();
  for await (const page of remote.readUsers()) {
    for (const record of page) {
      tally.usersRead += 1;
      if (!claimName('user', record.name, slots, tally)) continue;
      const user = withKeepableFacts('user', record, tally);
      const bearer = user.externalId === null ? undefined : bearers.get(user.externalId);
      if (bearer === undefined) {
        if (user.externalId !== null) bearers.set(user.externalId, users.length);
        users.push(user);
        continue;
      }
      // An id that two users bear tells neither from the other. Were it left to whoever comes first,
      // the order of a page would decide who is renamed; without it both are known by their names.
      tally.setAside({
        kind: 'user',
        name: user.name,
        fact: 'externalId',
        reason: 'DUPLICATE_EXTERNAL_ID',
      });
      users[bearer] = { ...users[bearer], externalId: null };
      users.push({ ...user, externalId: null });
    }
    onRead('USERS', tally.usersRead);
    await giveWay();
  }
  return { users, slots };
}

async function readGroups(remote: RemoteLists, tally: ReadTally, onRead: OnRead) {
  const groups: GroupFacts[] = [];
  const slots = new NameSlots();
  for await (const page of remote.readGroups()) {
    for (const record of page) {
      tally.groupsRead += 1;
      if (!claimName('group', record.name, slots, tally)) continue;
      groups.push(withKeepableFacts('group', record, tally));
    }
    onRead('GROUPS', tally.groupsRead);
    await giveWay();
  }
  return { groups, slots };
}

/** Of two records of one name the first is kept. */
function claimName(
  kind: 'user' | 'group',
  name: string,
  slots: NameSlots,
  tally: ReadTally,
): boolean {
  const fault = nameFault(name);
  const reason = fault ?? (slots.claim(name) ? null : 'DUPLICATE_NAME');
  if (reason !== null) tally.setAside({ kind, name, reason });
  return reason === null;
}

/**
 * Turns records of names into edges. The remote side streams memberships after users and groups
 * without holding them still, so members that are known nowhere are ordinary
 * (Crowd's `MembershipsController` writes while others write).
 */
class MembershipReader {
  readonly users = new EdgeColumns();
  readonly groups = new EdgeColumns();
  readonly #groupSlots: NameSlots;
  readonly #userSlots: NameSlots;
  readonly #tally: ReadTally;
  /** By slot: the number of the record in which the member was seen last. */
  readonly #userSeen: Uint32Array;
  readonly #groupSeen: Uint32Array;
  readonly #groupRead: Uint8Array;
  #record = 0;

  constructor(groupSlots: NameSlots, userSlots: NameSlots, tally: ReadTally) {
    this.#groupSlots = groupSlots;
    this.#userSlots = userSlots;
    this.#tally = tally;
    this.#userSeen = new Uint32Array(userSlots.size);
    this.#groupSeen = new Uint32Array(groupSlots.size);
    this.#groupRead = new Uint8Array(groupSlots.size);
  }

  async read(record: RemoteMembership): Promise<void> {
    const rows = record.users.length + record.childGroups.length;
    this.#tally.membershipsRead += rows;
    const group = this.#groupSlots.find(record.group);
    if (group === null || this.#groupRead[group] === 1) {
      const reason = group === null ? 'UNKNOWN_GROUP' : 'DUPLICATE_NAME';
      if (rows > 0) {
        this.#tally.setAside({ kind: 'membership', name: record.group, reason, rows });
      }
      return;
    }
    this.#groupRead[group] = 1;
    this.#record += 1;
    for (const name of record.users) {
      if (isTimeToLook()) await giveWay();
      const slot = this.#userSlots.find(name);
      if (this.#keeps(record.group, name, slot, this.#userSeen, 'UNKNOWN_USER')) {
        this.users.push(group, slot as number);
      }
    }
    for (const name of record.childGroups) {
      if (isTimeToLook()) await giveWay();
      const slot = this.#groupSlots.find(name);
      if (this.#keeps(record.group, name, slot, this.#groupSeen, 'UNKNOWN_GROUP')) {
        this.groups.push(group, slot as number);
      }
    }
  }

  #keeps(
    group: string,
    member: string,
    slot: number | null,
    seen: Uint32Array,
    unknown: 'UNKNOWN_USER' | 'UNKNOWN_GROUP',
  ): boolean {
    if (slot !== null && seen[slot] !== this.#record) {
      seen[slot] = this.#record;
      return true;
    }
    const reason = slot === null ? unknown : 'DUPLICATE_MEMBER';
    this.#tally.setAside({ kind: 'membership', name: group, member, reason });
    return false;
  }
}
