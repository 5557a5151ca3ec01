import { beforeAll, describe, expect, test } from '@jest/globals';
import { asId, compareNameKeys, type DirectoryId, nameKey } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { addInternal, codeOf, groupFacts, OPERATOR, userFacts } from './builders.js';

type Verdict = 'same name' | 'different names' | 'refused';

const PAIRS: { name: string; held: string; given: string; verdict: Verdict }[] = [
  { name: 'letter case', held: 'admin', given: 'AdMiN', verdict: 'same name' },
  { name: 'case of an accented letter', held: 'josé', given: 'JOSÉ', verdict: 'same name' },
  { name: 'an accent', held: 'jose', given: 'josé', verdict: 'different names' },
  { name: 'an umlaut', held: 'muller', given: 'müller', verdict: 'different names' },
  { name: 'a trailing space', held: 'admin', given: 'admin ', verdict: 'refused' },
  { name: 'a leading space', held: 'admin', given: ' admin', verdict: 'refused' },
  { name: 'an inner space', held: 'sam lee', given: 'samlee', verdict: 'different names' },
  { name: 'a no-break space', held: 'sam lee', given: 'sam\u00A0lee', verdict: 'different names' },
  { name: 'composed and decomposed', held: '\u00E1nna', given: 'a\u0301nna', verdict: 'same name' },
  { name: 'two emoji', held: 'kim \u{1F600}', given: 'kim \u{1F601}', verdict: 'different names' },
  {
    name: 'case beside an emoji',
    held: 'kim \u{1F600}',
    given: 'KIM \u{1F600}',
    verdict: 'same name',
  },
  {
    name: 'Turkish dotted capital I',
    held: 'ipek',
    given: '\u0130pek',
    verdict: 'different names',
  },
  { name: 'Turkish dotless i', held: 'ipek', given: '\u0131pek', verdict: 'different names' },
  { name: 'capital I and dotless i', held: 'I', given: '\u0131', verdict: 'different names' },
  { name: 'sharp s and ss', held: 'strasse', given: 'stra\u00DFe', verdict: 'different names' },
  { name: 'capital sharp s', held: 'stra\u00DFe', given: 'STRA\u1E9EE', verdict: 'same name' },
  {
    name: 'final sigma',
    held: '\u03BF\u03B4\u03BF\u03C2',
    given: '\u039F\u0394\u039F\u03A3',
    verdict: 'same name',
  },
  {
    name: 'two small sigmas',
    held: '\u03BF\u03B4\u03BF\u03C2',
    given: '\u03BF\u03B4\u03BF\u03C3',
    verdict: 'different names',
  },
  {
    name: 'full width letters',
    held: 'admin',
    given: '\uFF41\uFF44\uFF4D\uFF49\uFF4E',
    verdict: 'different names',
  },
  { name: 'case of full width letters', held: '\uFF21', given: '\uFF41', verdict: 'same name' },
  { name: 'the kelvin sign', held: 'k', given: '\u212A', verdict: 'same name' },
  { name: 'the angstrom sign', held: '\u00E5', given: '\u212B', verdict: 'same name' },
  {
    name: 'an inner zero width space',
    held: 'admin',
    given: 'ad\u200Bmin',
    verdict: 'different names',
  },
  { name: 'an outer zero width space', held: 'admin', given: 'admin\u200B', verdict: 'refused' },
  { name: 'a ligature', held: 'fin', given: '\uFB01n', verdict: 'different names' },
  {
    name: 'case above the basic plane',
    held: '\u{10428}',
    given: '\u{10400}',
    verdict: 'same name',
  },
  { name: 'a control character', held: 'admin', given: 'ad\u0007min', verdict: 'refused' },
  { name: 'half a surrogate pair', held: 'admin', given: 'admin\uD83D', verdict: 'refused' },
];

describeEachDatabase('names', (database) => {
  let store: GatehouseStore;
  let directoryId: DirectoryId;

  beforeAll(async () => {
    store = await database.open();
  });

  describe.each(PAIRS)('$name', ({ name, held, given, verdict }) => {
    const expected = {
      'same name': 'NAME_TAKEN',
      'different names': null,
      refused: 'NAME_INVALID',
    };

    test(`of users: ${verdict}`, async () => {
      directoryId = (await addInternal(store, `users: ${name}`)).id;
      const add = (user: string) =>
        store.transact(OPERATOR, (transaction) =>
          transaction.addUsers(directoryId, [userFacts(user)]),
        );
      await add(held);
      expect(await codeOf(add(given))).toBe(expected[verdict]);
      const found = await store.reader.usersByKeys(directoryId, [nameKey(given)]);
      const finds = { 'same name': [held], 'different names': [given], refused: [] };
      expect(found.map((user) => user.name)).toEqual(finds[verdict]);
    });

    test(`of groups within one call: ${verdict}`, async () => {
      directoryId = (await addInternal(store, `groups: ${name}`)).id;
      const added = store.transact(OPERATOR, (transaction) =>
        transaction.addGroups(directoryId, [groupFacts(held), groupFacts(given)]),
      );
      expect(await codeOf(added)).toBe(expected[verdict]);
    });
  });

  test('a key that no stored name can have finds nothing', async () => {
    directoryId = (await addInternal(store, 'look-alikes')).id;
    await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(directoryId, [userFacts('sam\uFFFD'), userFacts('kim')]),
    );
    const keys = ['sam\uD83D', 'kim\0', 'kim\0min', 'kim '].map(nameKey);
    expect(await store.reader.usersByKeys(directoryId, keys)).toEqual([]);
  });

  test('contents come in the order of code points', async () => {
    const { id } = await addInternal(store, 'order');
    const names = [
      'b',
      'A',
      '\uFF5E',
      '\u{1F600}',
      'a b',
      'a-b',
      'Z',
      'z',
      '\u00E9',
      'e',
      'a',
      'B1',
    ].filter((name, i, all) => all.findIndex((one) => nameKey(one) === nameKey(name)) === i);
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(
        id,
        names.map((name) => userFacts(name)),
      );
      await transaction.addGroups(
        id,
        names.map((name) => groupFacts(name)),
      );
    });
    const { users, groups } = await store.reader.contents(id);
    const sorted = names.toSorted((a, b) => compareNameKeys(nameKey(a), nameKey(b)));
    expect(users.map((user) => user.name)).toEqual(sorted);
    expect(groups.map((group) => group.name)).toEqual(sorted);
  });

  test('the longest name is kept whole', async () => {
    const { id } = await addInternal(store, 'length');
    const longest = '\u20AC'.repeat(255);
    const { value } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(id, [userFacts(longest, { displayName: longest, externalId: '1' })]),
    );
    expect(await store.reader.usersByIds([value[0].id])).toEqual(value);
    const tooLong = store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(id, [userFacts(`${longest}x`)]),
    );
    expect(await codeOf(tooLong)).toBe('NAME_INVALID');
  });

  test('a fact that is too long is refused alike', async () => {
    const { id } = await addInternal(store, 'facts');
    const email = 'x'.repeat(256);
    const added = store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(id, [userFacts('sam', { email })]),
    );
    expect(await codeOf(added)).toBe('INPUT_INVALID');
  });

  test('a fact comes back as it was told when it was written', async () => {
    const { id } = await addInternal(store, 'odd facts');
    const { value } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(id, [userFacts('sam', { displayName: 'S\0am \uD83D \u{1F600} \'"\\' })]),
    );
    expect(value[0].displayName).toBe('S\uFFFDam \uFFFD \u{1F600} \'"\\');
    expect(await store.reader.usersByIds([value[0].id])).toEqual(value);
  });

  test('an application is known by its exact name', async () => {
    const add = (name: string) =>
      store.transact(OPERATOR, (transaction) =>
        transaction.addApplication({ name, passwordHash: `hash of ${name}`, remoteAddresses: [] }),
      );
    await add('Jira');
    await add('jira');
    expect(await codeOf(add('Jira'))).toBe('NAME_TAKEN');
    expect((await store.reader.applicationByName('jira'))?.passwordHash).toBe('hash of jira');
    for (const name of ['JIRA', 'jira ', 'jira\0', 'jir\uD800']) {
      expect(await store.reader.applicationByName(name)).toBeNull();
    }
    const applications = await store.reader.applications();
    expect(applications.map((application) => application.name)).toEqual(['Jira', 'jira']);
  });

  test('ids of nobody find nobody', async () => {
    expect(await store.reader.usersByIds([])).toEqual([]);
    expect(await store.reader.usersByIds([asId(1_000_000_000)])).toEqual([]);
  });
});
