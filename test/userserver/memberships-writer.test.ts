import { expect, it } from '@jest/globals';
import type { MembershipsPart } from '../../src/usecase/index.js';
import { writeMemberships } from '../../src/userserver/memberships-writer.js';
import { DECLARATION, escapeXml } from '../../src/userserver/xml-writer.js';
import { Random } from '../support/random.js';

/** Names of every length round that of a slot, of characters of one to four bytes and of references. */
const NAMES = ['a', 'é', '€', '😀', '&', '"', '\u{10ffff}'].flatMap((character) =>
  [...[1, 2, 3, 5, 6, 7, 8, 9, 13, 14, 15, 23, 24, 25, 27, 28, 29, 30, 31, 32, 33], 100, 255].map(
    (length) => character.repeat(length),
  ),
);

/** By joining texts. */
function naively({ names, groups }: MembershipsPart): string {
  const all = (element: string, list: readonly string[], places: Int32Array) =>
    Array.from(places, (place) => `<${element} name="${escapeXml(list[place])}"/>`).join('');
  const memberships = groups.map(({ group, users, childGroups }) =>
    [
      `<membership group="${escapeXml(names.groups[group])}">`,
      `<users>${all('user', names.users, users)}</users>`,
      `<groups>${all('group', names.groups, childGroups)}</groups></membership>`,
    ].join(''),
  );
  return `${DECLARATION}<memberships>${memberships.join('')}</memberships>`;
}

async function written(parts: readonly MembershipsPart[]): Promise<string> {
  async function* each() {
    yield* parts;
  }
  const pieces: Buffer[] = [];
  // Each is copied: its memory is used again.
  for await (const piece of writeMemberships(each())) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

it('memberships are written byte by byte as they would be by joining texts', async () => {
  const random = new Random(7);
  const names = { users: NAMES, groups: random.shuffled(NAMES) };
  const some = (count: number) =>
    Int32Array.from({ length: count }, () => random.below(NAMES.length));
  const groups = names.groups.map((_, group) => ({
    group,
    users: some(random.below(60)),
    childGroups: some(random.below(4) * 20),
  }));
  // Of one group alone there are several pieces.
  groups.push({ group: 0, users: some(5_000), childGroups: some(5_000) });
  groups.push({ group: 1, users: some(0), childGroups: some(0) });
  expect(await written([{ names, groups }])).toBe(naively({ names, groups }));
});
