import type { Change, DirectoryId, DirectorySnapshot, MembershipMode } from '../domain/index.js';
import {
  addDirectory,
  changeDirectory,
  reloadDirectory,
  removeDirectory,
  reorderDirectories,
} from './change-directories.js';
import {
  addGrant,
  addGroup,
  addMembership,
  addNesting,
  addUser,
  changeEntries,
  removeGrant,
  removeGroup,
  removeMembership,
  removeNesting,
  removeUser,
} from './change-entries.js';
import { membershipEnds, nestingEnds } from './edge-ends.js';
import { entryStepFrom } from './entry-changes.js';
import type { Facts } from './facts.js';

/** Directories that a `DirectoryReloaded` change in the same list refers to. */
export type Reloaded = ReadonlyMap<DirectoryId, DirectorySnapshot>;

/** Applies changes in order. A change that does not fit the facts leaves them as they are. */
export function applyChanges(facts: Facts, changes: readonly Change[], reloaded: Reloaded): void {
  facts.version++;
  for (let i = 0; i < changes.length; ) {
    const step = entryStepFrom(changes, i);
    if (step.length > 0) {
      changeEntries(facts, step.changes);
      i += step.length;
    } else {
      applyOne(facts, changes[i++], reloaded);
    }
  }
}

export function setMembershipMode(facts: Facts, mode: MembershipMode): void {
  if (facts.mode === mode) return;
  facts.mode = mode;
  facts.dirt.everything = true;
}

function applyOne(facts: Facts, change: Change, reloaded: Reloaded): void {
  switch (change.kind) {
    case 'DirectoryAdded':
      addDirectory(facts, change.directory);
      break;
    case 'DirectoryRemoved':
      removeDirectory(facts, change.directory.id);
      break;
    case 'DirectoriesReordered':
      reorderDirectories(facts, change.after);
      break;
    case 'DirectoryReloaded': {
      const snapshot = reloaded.get(change.directoryId);
      if (!snapshot) throw new Error('a reloaded directory needs its snapshot');
      reloadDirectory(facts, snapshot);
      break;
    }
    case 'DirectoryChanged':
      changeDirectory(facts, change.after);
      break;
    case 'UserAdded':
      addUser(facts, change.user);
      break;
    case 'UserRemoved':
      removeUser(facts, change.user);
      break;
    case 'GroupAdded':
      addGroup(facts, change.group);
      break;
    case 'GroupRemoved':
      removeGroup(facts, change.group);
      break;
    case 'MembershipAdded':
      addMembership(facts, ...membershipEnds(facts, change.directoryId, change.group, change.user));
      break;
    case 'MembershipRemoved':
      removeMembership(
        facts,
        ...membershipEnds(facts, change.directoryId, change.group, change.user),
      );
      break;
    case 'NestingAdded':
      addNesting(facts, ...nestingEnds(facts, change.directoryId, change.parent, change.child));
      break;
    case 'NestingRemoved':
      removeNesting(facts, ...nestingEnds(facts, change.directoryId, change.parent, change.child));
      break;
    case 'GrantAdded':
      addGrant(facts, change.grant);
      break;
    case 'GrantRemoved':
      removeGrant(facts, change.grant);
      break;
    case 'MembershipModeChanged':
      setMembershipMode(facts, change.after);
      break;
    case 'LicenceLimitChanged':
      facts.licenceLimit = change.after;
      break;
    case 'UserChanged':
    case 'GroupChanged':
      changeEntries(facts, [change]);
      break;
    case 'UserPasswordChanged':
    case 'UserAttributesChanged':
    case 'GroupAttributesChanged':
    case 'PasswordsExpired':
    case 'ApplicationAdded':
    case 'ApplicationChanged':
    case 'ApplicationRemoved':
    case 'LicenceWarning':
    case 'LicenceGraceEnded':
    case 'SynchronisationHeld':
      break;
    default:
      change satisfies never;
  }
}
