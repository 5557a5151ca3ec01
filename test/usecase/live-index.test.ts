import { expect, it } from '@jest/globals';
import { asId, type LoggedChange, nameKey, type Revision } from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { LiveIndex } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';

const OPERATOR = { type: 'OPERATOR' } as const;
const WRITES = 20;
const ALL = { first: 1_000, after: null };

function answers(index: PermissionIndex): unknown {
  return {
    revision: index.revision,
    licence: index.licence(),
    users: index.users(ALL).items.map(({ name }) => name),
    members: index.membersOf('staff', true, ALL).items.map(({ name }) => name),
    holders: index.holdersOf('LICENSED_USER', ALL).items.map(({ name }) => name),
  };
}

async function prepare(store: GatehouseStore) {
  return store.transact(OPERATOR, async (transaction) => {
    const directory = await transaction.addDirectory({
      name: 'here',
      type: 'INTERNAL',
      nestedGroups: true,
      connection: null,
      password: null,
    });
    const [group] = await transaction.addGroups(directory.id, [
      { name: 'staff', description: '', active: true },
    ]);
    await transaction.addGrant({
      permission: 'LICENSED_USER',
      subjectType: 'GROUP',
      subjectName: 'staff',
    });
    await transaction.setLicenceLimit(WRITES);
    return { directoryId: directory.id, groupId: group.id };
  });
}

describeEachDatabase('the indexes of two processes on one database', (database) => {
  it('agree after both wrote and followed at once, and each change was told once', async () => {
    const url = await database.create();
    const stores = [await database.open({ url }), await database.open({ url })];
    const lives = [await LiveIndex.open(stores[0]), await LiveIndex.open(stores[1])];
    const told: LoggedChange[][] = [[], []];
    for (const [i, live] of lives.entries()) {
      live.listen((changes) => told[i].push(...changes));
    }
    const { value } = await prepare(stores[0]);
    const { directoryId, groupId } = value;

    let writing = true;
    const follow = async (live: LiveIndex) => {
      while (writing) {
        await live.catchUp();
        await new Promise(setImmediate);
      }
    };
    const followers = lives.map(follow);
    const write = async (store: GatehouseStore, prefix: string) => {
      for (let i = 0; i < WRITES; i++) {
        await store.transact(OPERATOR, async (transaction) => {
          const name = `${prefix}-${i}`;
          const [user] = await transaction.addUsers(directoryId, [
            {
              name,
              displayName: name,
              firstName: '',
              lastName: '',
              email: '',
              active: true,
              externalId: null,
            },
          ]);
          await transaction.addMemberships(directoryId, [{ groupId, userId: user.id }]);
        });
      }
    };
    await Promise.all([write(stores[0], 'ann'), write(stores[1], 'bob')]);
    writing = false;
    await Promise.all(followers);
    for (const live of lives) await live.catchUp();

    const rebuilt = answers(new PermissionIndex(await stores[0].reader.snapshot()));
    expect(answers(lives[0].index)).toEqual(rebuilt);
    expect(answers(lives[1].index)).toEqual(rebuilt);
    expect(lives[0].index.licence().seatsUsed).toBe(2 * WRITES);

    const cursors = (changes: readonly LoggedChange[]) =>
      changes.map(({ revision, ordinal }) => `${revision}.${ordinal}`);
    const logged = await stores[0].reader.changes({ after: null, limit: 10_000 });
    expect(cursors(told[0])).toEqual(cursors(logged));
    expect(cursors(told[1])).toEqual(cursors(logged));
    const warnings = logged.filter(({ change }) => change.kind === 'LicenceWarning');
    expect(warnings).toHaveLength(2);
  });

  it('take a directory that was reloaded from the store, and later changes from the log', async () => {
    const url = await database.create();
    const [first, second] = [await database.open({ url }), await database.open({ url })];
    const live = await LiveIndex.open(first);
    const other = await LiveIndex.open(second);
    const { value } = await prepare(first);
    const { directoryId, groupId } = value;
    const reload = await reloadOf(first, directoryId);
    const facts = { displayName: '', firstName: '', lastName: '', email: '', externalId: null };
    const [userId] = await reload.addUsers([
      { id: null, facts: { ...facts, name: 'kim', active: true } },
    ]);
    await reload.addGroups([
      { id: groupId, facts: { name: 'staff', description: '', active: true } },
    ]);
    await reload.addMemberships([{ groupId, userId }]);
    await first.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(directoryId, reload.generation),
    );
    await first.transact(OPERATOR, (transaction) =>
      transaction.removeMemberships(directoryId, [{ groupId, userId }]),
    );
    await other.catchUp();
    expect(answers(other.index)).toEqual(answers(live.index));
    expect(other.index.user('KIM')?.key).toBe(nameKey('kim'));
    expect(other.index.check('kim', 'LICENSED_USER')).toBe(false);
    expect(other.index.revision).toBe(asId<Revision>(3));
  });
});
