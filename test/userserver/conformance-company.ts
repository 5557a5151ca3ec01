import { pbkdf2Sync, randomBytes } from 'node:crypto';
import type { ConnectDirectory, RemoteAuthentication } from '../../src/connector/index.js';
import { APPLICATION_PERMISSIONS, type Directory, GatehouseError } from '../../src/domain/index.js';
import type { StoreTransaction } from '../../src/store/index.js';
import type { Gateway } from '../../src/usecase/index.js';
import { CONNECTION, groupFacts, OPERATOR, userFacts } from '../store/builders.js';
import { removeEverything } from '../support/scenario-store.js';
import { ScriptedRemote } from '../support/scripted-remote.js';
import { addApplication } from './company.js';

/** Every user who can sign in here has it. */
const USER_PASSWORD = 'open sesame';
/** What applications log in with. */
export const APPLICATION_PASSWORD = 'app:secret';
/** Nobody calls from there. */
const ELSEWHERE = '198.51.100.0/24';

const passwordHash = hashAsJira(USER_PASSWORD);

/**
 * Stash may do all there is, Reader change nothing. Elsewhere is called from another address, Off is
 * switched off. Guessed has a password that nobody knows.
 */
export async function addApplications(gateway: Gateway): Promise<void> {
  const stash = await addApplication(gateway);
  await addApplication(gateway, { name: 'Reader' });
  await addApplication(gateway, { name: 'Elsewhere', remoteAddresses: [ELSEWHERE] });
  await addApplication(gateway, { name: 'Off', active: false });
  await gateway.store.transact(OPERATOR, async (transaction) => {
    await transaction.addApplication({
      name: 'Guessed',
      passwordHash: hashAsJira(randomBytes(16).toString('hex')),
      remoteAddresses: ['127.0.0.1'],
    });
    await transaction.changeApplication(stash.id, { permissions: APPLICATION_PERMISSIONS });
  });
}

/**
 * The company of all rows. `staff`: ann in devs, with attributes; bob, inactive, in none; `Éva M` in
 * juniors, which is in devs; root in admins, who administer everything; `R&D <lab>`, an inactive group
 * of nobody. `copy` of a server: max in remote. `guests`, where groups in groups do not count: gus in
 * visitors, and a group late.
 * @returns `staff`.
 */
export async function settleConformance(gateway: Gateway): Promise<Directory> {
  const { value } = await gateway.store.transact(OPERATOR, async (transaction) => {
    await removeEverything(transaction);
    const staff = await addDirectory(transaction, 'staff', 'INTERNAL', true);
    const copy = await addDirectory(transaction, 'copy', 'JIRA', true);
    const guests = await addDirectory(transaction, 'guests', 'INTERNAL', false);
    await fillStaff(transaction, staff);
    await fill(transaction, copy, 'max', 'm-1', ['remote']);
    await fill(transaction, guests, 'gus', 'g-1', ['visitors', 'late']);
    return staff;
  });
  return value;
}

async function fillStaff(transaction: StoreTransaction, { id }: Directory): Promise<void> {
  const users = await transaction.addUsers(id, [
    userFacts('ann', {
      firstName: 'Ann',
      lastName: 'Lee',
      displayName: 'Ann Lee',
      email: 'ann@example.org',
      externalId: 'a-1',
    }),
    userFacts('bob', { displayName: 'Bob "B" <Ray>', active: false, externalId: 'b-1' }),
    userFacts('Éva M', { externalId: 'e-1' }),
    userFacts('root', { externalId: 'r-1' }),
  ]);
  for (const user of users) await transaction.setPasswordHash(user.id, passwordHash);
  const [ann, , eva, root] = users;
  await transaction.attributes.setOfUser(ann.id, [
    { name: 'phone', values: ['1', '2 & 3'] },
    { name: 'desk', values: ['7'] },
  ]);
  const [devs, juniors, admins] = await transaction.addGroups(id, [
    groupFacts('devs', { description: 'developers' }),
    groupFacts('juniors'),
    groupFacts('admins'),
    groupFacts('R&D <lab>', { active: false }),
  ]);
  await transaction.attributes.setOfGroup(devs.id, [{ name: 'team', values: ['blue'] }]);
  await transaction.addMemberships(id, [
    { groupId: devs.id, userId: ann.id },
    { groupId: juniors.id, userId: eva.id },
    { groupId: admins.id, userId: root.id },
  ]);
  await transaction.addNestings(id, [{ parentId: devs.id, childId: juniors.id }]);
  const toAdmins = { subjectType: 'GROUP', subjectName: 'admins' } as const;
  await transaction.addGrant({ ...toAdmins, permission: 'SYS_ADMIN' });
}

/** One user, who is in the first of the groups. */
async function fill(
  transaction: StoreTransaction,
  { id }: Directory,
  name: string,
  externalId: string,
  groups: readonly string[],
): Promise<void> {
  const [user] = await transaction.addUsers(id, [userFacts(name, { externalId })]);
  const [group] = await transaction.addGroups(
    id,
    groups.map((each) => groupFacts(each)),
  );
  await transaction.addMemberships(id, [{ groupId: group.id, userId: user.id }]);
}

function addDirectory(
  transaction: StoreTransaction,
  name: string,
  type: Directory['type'],
  nestedGroups: boolean,
): Promise<Directory> {
  const isCopy = type === 'JIRA';
  return transaction.addDirectory({
    name,
    type,
    nestedGroups,
    connection: isCopy ? CONNECTION : null,
    password: isCopy ? 'application password' : null,
  });
}

/** The server behind `copy` lets nobody use it who has the right password; of others it hears nothing. */
export const connectCopy: ConnectDirectory = () => new ServerOfCopy();

class ServerOfCopy extends ScriptedRemote {
  constructor() {
    super({ users: [], groups: [], memberships: [] });
  }

  override async authenticate(_name = '', password = ''): Promise<RemoteAuthentication> {
    if (password === USER_PASSWORD) return { outcome: 'ACCESS_DENIED' };
    throw new GatehouseError('UNREACHABLE', { server: 'copy', reason: 'timed out' });
  }
}

/** As Jira and Crowd keep a password, which costs far less to compare than what is hashed here. */
function hashAsJira(password: string): string {
  const salt = randomBytes(16);
  const key = pbkdf2Sync(password, salt, 10_000, 32, 'sha1');
  return `{PKCS5S2}${Buffer.concat([salt, key]).toString('base64')}`;
}
