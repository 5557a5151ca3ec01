import type { Group, GroupId, User, UserId } from '../../domain/index.js';
import type { MembershipRow, NestingRow, StoreTransaction } from '../store.js';
import { attributeTransaction } from './attributes.js';
import { type Edge, isEdge, MEMBERSHIPS, NESTINGS } from './edge-rows.js';
import { holdRun } from './end-unchanged.js';
import { claimRun, finishRun } from './finish-run.js';
import { readLicenceWatch } from './licence-watch.js';
import { toSettings } from './map-rows.js';
import { GROUPS, USERS } from './named-rows.js';
import {
  expirePasswords,
  readPasswordReset,
  removePassword,
  setPasswordHash,
} from './passwords.js';
import { namedByIds, namedByKeys } from './read-named.js';
import { readGrants, readScheme, readState } from './read-settings.js';
import { readDirectories } from './read-snapshot.js';
import { removeGroups, removeUsers } from './remove-named.js';
import type { Scope } from './scope.js';
import { tombstoneTransaction } from './tombstones.js';
import {
  addApplication,
  applicationById,
  changeApplication,
  removeApplication,
  replaceApplicationHash,
} from './write-applications.js';
import {
  addDirectory,
  changeDirectory,
  removeDirectory,
  reorderDirectories,
  switchGeneration,
} from './write-directories.js';
import { addEdges, removeEdges } from './write-edges.js';
import { addGrant, removeGrant, setLicenceLimit, setMembershipMode } from './write-grants.js';
import { addNamed, changeNamed } from './write-named.js';

/** The face of one transaction; each line names the file that keeps the promise. */
export function storeTransaction(scope: Scope): StoreTransaction {
  const { session } = scope;
  return {
    revision: scope.revision,
    changes: scope.changes,
    tombstones: tombstoneTransaction(scope),
    attributes: attributeTransaction(scope),

    settings: async () => toSettings(await readState(session)),
    scheme: () => readScheme(session),
    directories: () => readDirectories(session),
    userById: (id) => first<User>(namedByIds(session, USERS, [id])),
    groupById: (id) => first<Group>(namedByIds(session, GROUPS, [id])),
    userByKey: (directoryId, key) => first(namedByKeys(session, USERS, directoryId, [key])),
    groupByKey: (directoryId, key) => first(namedByKeys(session, GROUPS, directoryId, [key])),
    isMember: (row) => isEdge(session, MEMBERSHIPS, membershipEdge(row)),
    isNested: (row) => isEdge(session, NESTINGS, nestingEdge(row)),
    grants: () => readGrants(session),

    addDirectory: (directory) => addDirectory(scope, directory),
    changeDirectory: (id, patch) => changeDirectory(scope, id, patch),
    reorderDirectories: (order) => reorderDirectories(scope, order),
    removeDirectory: (id) => removeDirectory(scope, id),
    switchGeneration: (id, generation) => switchGeneration(scope, id, generation),

    addUsers: (directoryId, users) => addNamed(scope, USERS, directoryId, users),
    changeUsers: (users) => changeNamed(scope, USERS, users),
    removeUsers: (ids: readonly UserId[]) => removeUsers(scope, ids),
    passwordReset: (digest) => readPasswordReset(session, digest),
    setPasswordHash: (id, hash) => setPasswordHash(scope, id, hash),
    removePassword: (id) => removePassword(scope, id),
    expirePasswords: (directoryId, except) => expirePasswords(scope, directoryId, except),

    addGroups: (directoryId, groups) => addNamed(scope, GROUPS, directoryId, groups),
    changeGroups: (groups) => changeNamed(scope, GROUPS, groups),
    removeGroups: (ids: readonly GroupId[]) => removeGroups(scope, ids),

    addMemberships: (directoryId, rows) =>
      addEdges(scope, MEMBERSHIPS, directoryId, rows.map(membershipEdge)),
    removeMemberships: (directoryId, rows) =>
      removeEdges(scope, MEMBERSHIPS, directoryId, rows.map(membershipEdge)),
    addNestings: (directoryId, rows) =>
      addEdges(scope, NESTINGS, directoryId, rows.map(nestingEdge)),
    removeNestings: (directoryId, rows) =>
      removeEdges(scope, NESTINGS, directoryId, rows.map(nestingEdge)),

    addGrant: (grant) => addGrant(scope, grant),
    removeGrant: (id) => removeGrant(scope, id),
    setMembershipMode: (mode) => setMembershipMode(scope, mode),
    setLicenceLimit: (limit) => setLicenceLimit(scope, limit),

    licenceWatch: () => readLicenceWatch(session),
    tellOfLicence: (change) => scope.record(change),

    applicationById: (id) => applicationById(scope, id),
    addApplication: (application) => addApplication(scope, application),
    changeApplication: (id, patch) => changeApplication(scope, id, patch),
    replaceApplicationHash: (id, before, after) => replaceApplicationHash(scope, id, before, after),
    removeApplication: (id) => removeApplication(scope, id),

    claimRun: async (id) => {
      await claimRun(scope, id);
    },
    holdRun: (id, why) => holdRun(scope, id, why),
    finishRun: (id, report, next) => finishRun(scope, id, report, next),
  };
}

const membershipEdge = ({ groupId, userId }: MembershipRow): Edge => [groupId, userId];
const nestingEdge = ({ parentId, childId }: NestingRow): Edge => [parentId, childId];

async function first<Item>(items: Promise<Item[]>): Promise<Item | null> {
  const [item] = await items;
  return item ?? null;
}
