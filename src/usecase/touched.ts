import {
  type Change,
  type Directory,
  type DirectoryId,
  type GroupId,
  type LoggedChange,
  type NameKey,
  nameKey,
  type Revision,
  type UserId,
} from '../domain/index.js';
import { TouchedNames } from './touched-names.js';

/** An edge between a group and a user or group in it, by name. */
export interface TouchedEdge {
  readonly group: NameKey;
  readonly member: NameKey;
  /** The directories in which it came or went; true: it also came. */
  readonly cameIn: Map<DirectoryId, boolean>;
}

/** What a stretch of the log is about, in the directories that count. */
export interface Touched {
  readonly users: TouchedNames<UserId>;
  readonly groups: TouchedNames<GroupId>;
  readonly memberships: Iterable<TouchedEdge>;
  readonly nestings: Iterable<TouchedEdge>;
}

/**
 * Gathers what the changes are about. What happens in a directory that is switched off is seen by
 * nobody and is left out. `null` when one of them cannot be told by naming users and groups: what
 * there is to see is then put together in another way, or the log does not say what it was.
 * @param directories as they are after the changes.
 */
export function gatherTouched(
  changes: readonly LoggedChange[],
  directories: readonly Directory[],
): Touched | null {
  const active = new Set(directories.filter((each) => each.active).map(({ id }) => id));
  const users = new TouchedNames<UserId>();
  const groups = new TouchedNames<GroupId>();
  const memberships = new Map<string, TouchedEdge>();
  const nestings = new Map<string, TouchedEdge>();
  const endRevision = () => {
    users.endRevision();
    groups.endRevision();
  };
  let current: Revision | null = null;
  for (const { revision, change } of changes) {
    if (movesTheView(change)) return null;
    if (revision !== current) endRevision();
    current = revision;
    switch (change.kind) {
      case 'UserAdded':
        if (active.has(change.user.directoryId)) users.add(change.user);
        break;
      case 'UserRemoved':
        if (active.has(change.user.directoryId)) users.remove(change.user);
        break;
      case 'UserChanged':
        if (active.has(change.after.directoryId)) users.change(change.before, change.after);
        break;
      case 'UserAttributesChanged':
        if (active.has(change.user.directoryId)) users.change(change.user, change.user);
        break;
      case 'GroupAdded':
        if (active.has(change.group.directoryId)) groups.add(change.group);
        break;
      case 'GroupRemoved':
        if (active.has(change.group.directoryId)) groups.remove(change.group);
        break;
      case 'GroupChanged':
        if (active.has(change.after.directoryId)) groups.change(change.before, change.after);
        break;
      case 'GroupAttributesChanged':
        if (active.has(change.group.directoryId)) groups.change(change.group, change.group);
        break;
      case 'MembershipAdded':
      case 'MembershipRemoved': {
        if (!active.has(change.directoryId)) break;
        const came = change.kind === 'MembershipAdded';
        touchEdge(memberships, change.group, change.user, change.directoryId, came);
        break;
      }
      case 'NestingAdded':
      case 'NestingRemoved': {
        if (!active.has(change.directoryId)) break;
        const came = change.kind === 'NestingAdded';
        touchEdge(nestings, change.parent, change.child, change.directoryId, came);
        break;
      }
    }
  }
  endRevision();
  return { users, groups, memberships: memberships.values(), nestings: nestings.values() };
}

/** Whether other users, groups and edges than the ones it names may be seen after a change. */
function movesTheView(change: Change): boolean {
  switch (change.kind) {
    case 'DirectoryAdded':
    case 'DirectoryRemoved':
    case 'DirectoryReloaded':
    case 'DirectoriesReordered':
    case 'MembershipModeChanged':
      return true;
    case 'DirectoryChanged': {
      const { before, after } = change;
      return before.active !== after.active || before.nestedGroups !== after.nestedGroups;
    }
    default:
      return false;
  }
}

function touchEdge(
  edges: Map<string, TouchedEdge>,
  groupName: string,
  memberName: string,
  directoryId: DirectoryId,
  came: boolean,
): void {
  const [group, member] = [nameKey(groupName), nameKey(memberName)];
  // No name holds this character.
  const place = `${group}\0${member}`;
  const edge = edges.get(place) ?? { group, member, cameIn: new Map<DirectoryId, boolean>() };
  edges.set(place, edge);
  edge.cameIn.set(directoryId, came || edge.cameIn.get(directoryId) === true);
}
