import {
  type DirectoryId,
  type Group,
  type NameKey,
  nameKey,
  type Origin,
  type User,
} from '../../src/domain/index.js';
import type { MembershipRow, NestingRow, StoreTransaction } from '../../src/store/index.js';
import { userFactsOf } from './naive-facts.js';
import type { Action } from './scenario-answerer.js';

export const OPERATOR: Origin = { type: 'OPERATOR' };

type InDirectory = Exclude<
  Extract<Action, { readonly directory: string }>,
  {
    readonly type:
      | 'addDirectory'
      | 'reloadDirectory'
      | 'addUser'
      | 'addGroup'
      | 'addMembership'
      | 'addNesting';
  }
>;

/**
 * Does actions within one transaction. What it has added itself it need not look up again, which
 * makes long set-ups quick.
 */
export class StoreActor {
  private readonly transaction: StoreTransaction;
  private readonly directoryIds = new Map<NameKey, DirectoryId>();
  private readonly added = { users: new Map<string, User>(), groups: new Map<string, Group>() };

  constructor(transaction: StoreTransaction) {
    this.transaction = transaction;
  }

  /** @throws Error when an action names what is not there. */
  async performAll(actions: readonly Action[]): Promise<void> {
    for (let at = 0; at < actions.length; ) {
      const run = actions.slice(at, endOfRun(actions, at));
      await this.performRun(run);
      at += run.length;
    }
  }

  /** Additions of one kind to one directory go to the store as one list. */
  private async performRun(run: readonly Action[]): Promise<void> {
    const [first] = run;
    const { transaction } = this;
    switch (first.type) {
      case 'addUser': {
        const id = await this.directoryOf(first.directory);
        const facts = run.flatMap((action) =>
          action.type === 'addUser' ? [userFactsOf(action.user, action.active)] : [],
        );
        for (const user of await transaction.addUsers(id, facts)) {
          this.added.users.set(`${id} ${user.nameKey}`, user);
        }
        return;
      }
      case 'addGroup': {
        const id = await this.directoryOf(first.directory);
        const facts = run.flatMap((action) =>
          action.type === 'addGroup' ? [groupFactsOf(action.group)] : [],
        );
        for (const group of await transaction.addGroups(id, facts)) {
          this.added.groups.set(`${id} ${group.nameKey}`, group);
        }
        return;
      }
      case 'addMembership': {
        const id = await this.directoryOf(first.directory);
        const rows: MembershipRow[] = [];
        for (const action of run) {
          if (action.type === 'addMembership') rows.push(await this.membership(id, action));
        }
        return transaction.addMemberships(id, rows);
      }
      case 'addNesting': {
        const id = await this.directoryOf(first.directory);
        const rows: NestingRow[] = [];
        for (const action of run) {
          if (action.type === 'addNesting') rows.push(await this.nesting(id, action));
        }
        return transaction.addNestings(id, rows);
      }
      default:
        return this.perform(first);
    }
  }

  private async perform(action: Action): Promise<void> {
    const { transaction } = this;
    switch (action.type) {
      case 'addDirectory': {
        const { directory: name, nestedGroups } = action;
        const rest = { connection: null, password: null };
        await transaction.addDirectory({ name, type: 'INTERNAL', nestedGroups, ...rest });
        return;
      }
      case 'orderDirectories': {
        const order: DirectoryId[] = [];
        for (const name of action.order) order.push(await this.directoryOf(name));
        return transaction.reorderDirectories(order);
      }
      case 'grant': {
        const { permission, subjectType, subject } = action;
        await transaction.addGrant({ permission, subjectType, subjectName: subject });
        return;
      }
      case 'revoke': {
        const key = nameKey(action.subject);
        const given = (await transaction.grants()).find(
          ({ permission, subjectType, subjectKey }) =>
            permission === action.permission &&
            subjectType === action.subjectType &&
            subjectKey === key,
        );
        await transaction.removeGrant(found(given, `grant to ${key}`).id);
        return;
      }
      case 'setMembershipMode':
        return transaction.setMembershipMode(action.mode);
      case 'setLicenceLimit':
        return transaction.setLicenceLimit(action.limit);
      case 'reloadDirectory':
        throw new Error('a reload is no part of another transaction');
      default:
        return this.performIn(await this.directoryOf(action.directory), action);
    }
  }

  private async performIn(id: DirectoryId, action: InDirectory): Promise<void> {
    const { transaction } = this;
    switch (action.type) {
      case 'activateDirectory':
      case 'deactivateDirectory':
        await transaction.changeDirectory(id, { active: action.type === 'activateDirectory' });
        return;
      case 'setNestedGroups':
        await transaction.changeDirectory(id, { nestedGroups: action.nestedGroups });
        return;
      case 'removeDirectory':
        this.forget();
        return transaction.removeDirectory(id);
      case 'setUserActive': {
        const facts = { ...(await this.user(id, action.user)), active: action.active };
        await transaction.changeUsers([{ id: facts.id, facts }]);
        return;
      }
      case 'removeUser': {
        const { id: userId } = await this.user(id, action.user);
        this.forget();
        return transaction.removeUsers([userId]);
      }
      case 'renameUsers': {
        const renamed = [];
        for (const { from, to } of action.renames) {
          const facts = { ...(await this.user(id, from)), name: to };
          renamed.push({ id: facts.id, facts });
        }
        this.forget();
        await transaction.changeUsers(renamed);
        return;
      }
      case 'removeGroup': {
        const { id: groupId } = await this.group(id, action.group);
        this.forget();
        return transaction.removeGroups([groupId]);
      }
      case 'renameGroups': {
        const renamed = [];
        for (const { from, to } of action.renames) {
          const facts = { ...(await this.group(id, from)), name: to };
          renamed.push({ id: facts.id, facts });
        }
        this.forget();
        await transaction.changeGroups(renamed);
        return;
      }
      case 'removeMembership':
        return transaction.removeMemberships(id, [await this.membership(id, action)]);
      case 'removeNesting':
        return transaction.removeNestings(id, [await this.nesting(id, action)]);
    }
  }

  private async membership(
    id: DirectoryId,
    action: { readonly group: string; readonly user: string },
  ): Promise<MembershipRow> {
    const groupId = (await this.group(id, action.group)).id;
    return { groupId, userId: (await this.user(id, action.user)).id };
  }

  private async nesting(
    id: DirectoryId,
    action: { readonly parent: string; readonly child: string },
  ): Promise<NestingRow> {
    const parentId = (await this.group(id, action.parent)).id;
    return { parentId, childId: (await this.group(id, action.child)).id };
  }

  private async user(id: DirectoryId, name: string): Promise<User> {
    const key = nameKey(name);
    const known = this.added.users.get(`${id} ${key}`);
    return known ?? found(await this.transaction.userByKey(id, key), `user ${name}`);
  }

  private async group(id: DirectoryId, name: string): Promise<Group> {
    const key = nameKey(name);
    const known = this.added.groups.get(`${id} ${key}`);
    return known ?? found(await this.transaction.groupByKey(id, key), `group ${name}`);
  }

  private async directoryOf(name: string): Promise<DirectoryId> {
    const key = nameKey(name);
    if (!this.directoryIds.has(key)) {
      for (const directory of await this.transaction.directories()) {
        this.directoryIds.set(directory.nameKey, directory.id);
      }
    }
    return found(this.directoryIds.get(key), `directory ${name}`);
  }

  /** Names have changed hands. */
  private forget(): void {
    this.directoryIds.clear();
    this.added.users.clear();
    this.added.groups.clear();
  }
}

const LISTED: readonly Action['type'][] = ['addUser', 'addGroup', 'addMembership', 'addNesting'];

/** Where the actions end that are of the first one's type and in its directory. */
function endOfRun(actions: readonly Action[], start: number): number {
  const first = actions[start];
  let end = start + 1;
  if (!LISTED.includes(first.type) || !('directory' in first)) return end;
  for (; end < actions.length; end++) {
    const next = actions[end];
    if (next.type !== first.type || !('directory' in next)) break;
    if (next.directory !== first.directory) break;
  }
  return end;
}

export function groupFactsOf(name: string) {
  return { name, description: '', active: true };
}

export function found<Thing>(thing: Thing | null | undefined, what: string): Thing {
  if (thing === null || thing === undefined) throw new Error(`there is no ${what}`);
  return thing;
}
