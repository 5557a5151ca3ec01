import type { RemoteDirectory, RemoteMembership } from '../connector/index.js';
import { type GroupFacts, nameFault, type UserFacts } from '../domain/index.js';
import { pace } from '../pace/index.js';
import { EdgeColumns, type EdgeSlots } from './edges.js';
import { ExternalIds } from './external-ids.js';
import { withKeepableFacts } from './keepable-facts.js';
import { NameSlots } from './name-slots.js';
import { PackedFacts } from './packed-facts.js';
import type { ReadTally } from './read-tally.js';

/** What a remote directory holds, checked and compact. Edges name users and groups by slot. */
export interface RemotePicture {
  /** No two of one name key, no two of one external id. */
  readonly users: PackedFacts<UserFacts>;
  readonly userSlots: NameSlots;
  readonly externalIds: ExternalIds;
  /** No two of one name key. */
  readonly groups: PackedFacts<GroupFacts>;
  readonly groupSlots: NameSlots;
  /** Users in groups, each once, those of a group side by side. */
  readonly memberships: EdgeSlots;
  /** Groups in groups, likewise. Read whether or not the directory honours them. */
  readonly nestings: EdgeSlots;
}

/** The picture without what names and ids are found by. */
export type PictureRows = Pick<RemotePicture, 'users' | 'groups' | 'memberships' | 'nestings'>;

/** Users, groups and edges together. */
export function pictureRows({ users, groups, memberships, nestings }: PictureRows): number {
  return users.length + groups.length + memberships.groups.length + nestings.groups.length;
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
  const people = await readUsers(remote, tally, onRead);
  onRead('GROUPS', 0);
  const named = await readGroups(remote, tally, onRead);
  onRead('MEMBERSHIPS', 0);
  const reader = new MembershipReader(named.groupSlots, people.userSlots, tally);
  for await (const record of remote.readMemberships()) {
    await reader.read(record);
    onRead('MEMBERSHIPS', tally.membershipsRead);
  }
  const { users: memberships, groups: nestings } = reader;
  return {
    ...people,
    ...named,
    memberships: memberships.columns(),
    nestings: nestings.columns(),
  };
}

async function readUsers(remote: RemoteLists, tally: ReadTally, onRead: OnRead) {
  const users = PackedFacts.ofUsers();
  const userSlots = new NameSlots();
  const externalIds = new ExternalIds();
  for await (const page of remote.readUsers()) {
    for (const record of page) {
      if (pace.isTimeToLook()) await pace.standBack();
      tally.usersRead += 1;
      if (!claimName('user', record.name, userSlots, tally)) continue;
      const user = withKeepableFacts('user', record, tally);
      const fate =
        user.externalId === null ? 'KEEPS' : externalIds.bear(user.externalId, users.length);
      if (fate === 'KEEPS') {
        users.add(user);
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
      if (fate !== 'LOSES') {
        users.replace(fate.losesToo, { ...users.at(fate.losesToo), externalId: null });
      }
      users.add({ ...user, externalId: null });
    }
    onRead('USERS', tally.usersRead);
  }
  return { users, userSlots, externalIds };
}

async function readGroups(remote: RemoteLists, tally: ReadTally, onRead: OnRead) {
  const groups = PackedFacts.ofGroups();
  const groupSlots = new NameSlots();
  for await (const page of remote.readGroups()) {
    for (const record of page) {
      if (pace.isTimeToLook()) await pace.standBack();
      tally.groupsRead += 1;
      if (!claimName('group', record.name, groupSlots, tally)) continue;
      groups.add(withKeepableFacts('group', record, tally));
    }
    onRead('GROUPS', tally.groupsRead);
  }
  return { groups, groupSlots };
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
      if (pace.isTimeToLook()) await pace.standBack();
      const slot = this.#userSlots.find(name);
      if (this.#keeps(record.group, name, slot, this.#userSeen, 'UNKNOWN_USER')) {
        this.users.push(group, slot as number);
      }
    }
    for (const name of record.childGroups) {
      if (pace.isTimeToLook()) await pace.standBack();
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
