import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asId,
  nameKey,
  sameUserFacts,
  type User,
  type UserFacts,
  type UserId,
} from '../../src/domain/index.js';
import { UserMatching } from '../../src/sync/match-users.js';
import { readRemote } from '../../src/sync/read-remote.js';
import { ReadTally } from '../../src/sync/read-tally.js';
import { remoteUser, ScriptedRemote } from '../support/scripted-remote.js';
import { DIRECTORY } from './directory-model.js';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const facts = fc.record({
  name,
  externalId: fc.option(fc.constantFrom('1', '2', '3', '4'), { freq: 3 }),
  email: fc.constantFrom('', 'a@example.org'),
});
type Told = { readonly name: string; readonly externalId: string | null; readonly email: string };

const factsOf = ({ name, ...rest }: Told): UserFacts => remoteUser(name, rest);
/** No two of one name, no two of one external id. */
const heldUsers = fc
  .uniqueArray(facts, { selector: ({ name }) => name })
  .filter((all) => {
    const ids = all.flatMap(({ externalId }) => externalId ?? []);
    return new Set(ids).size === ids.length;
  })
  .map((all) =>
    all.map((told, i): User => {
      const id = asId<UserId>(i + 1);
      return { ...factsOf(told), id, directoryId: DIRECTORY, nameKey: nameKey(told.name) };
    }),
  );

/** Who is who, in two rounds over everybody: by external id, then by name. */
function matchedInRounds(held: readonly User[], told: readonly UserFacts[]): (User | null)[] {
  const byId = told.map(
    ({ externalId }) =>
      held.find((user) => externalId !== null && user.externalId === externalId) ?? null,
  );
  return told.map((user, slot) => {
    const named = held.find(({ nameKey: key }) => key === nameKey(user.name));
    if (byId[slot] !== null || named === undefined || byId.includes(named)) return byId[slot];
    return user.externalId !== null && named.externalId !== null ? null : named;
  });
}

describe('who is who', () => {
  it('is the same in one round over the held users as in two over everybody', async () => {
    await fc.assert(
      fc.asyncProperty(heldUsers, fc.array(facts, { maxLength: 8 }), async (held, records) => {
        const document = { users: records.map(factsOf), groups: [], memberships: [] };
        const picture = await readRemote(new ScriptedRemote(document), new ReadTally());
        const told = Array.from({ length: picture.users.length }, (_, i) => picture.users.at(i));
        const expected = matchedInRounds(held, told);
        const matching = new UserMatching(picture);
        for (const user of held) matching.see(user);
        const delta = matching.delta();
        expect(delta.ids).toEqual(expected.map((user) => user?.id ?? null));
        expect(delta.added).toEqual([...expected.keys()].filter((slot) => !expected[slot]));
        expect([...delta.removed].sort()).toEqual(
          held.flatMap((user) => (expected.includes(user) ? [] : [user.id])),
        );
        const changed = expected.flatMap((before, slot) => {
          if (before === null) return [];
          const externalId = told[slot].externalId ?? before.externalId;
          const after = { ...told[slot], externalId };
          return sameUserFacts(before, after) ? [] : [{ before, facts: after }];
        });
        expect(delta.changed).toHaveLength(changed.length);
        expect(delta.changed).toEqual(expect.arrayContaining(changed));
      }),
      { numRuns: 2_000 },
    );
  });
});
