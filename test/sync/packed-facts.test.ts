import { describe, expect, it } from '@jest/globals';
import type { GroupFacts, UserFacts } from '../../src/domain/index.js';
import { PackedFacts } from '../../src/sync/packed-facts.js';
import { remoteGroup, remoteUser } from '../support/scripted-remote.js';

const LONG = '漢'.repeat(255);

describe('facts as bytes', () => {
  it('come back as they were, however many and long', () => {
    const packed = PackedFacts.ofUsers();
    const users = Array.from({ length: 5_000 }, (_, i): UserFacts => {
      const name = `${i} ünï 😀`;
      const variants: UserFacts[] = [
        remoteUser(name, { displayName: LONG, firstName: LONG, lastName: LONG, email: LONG }),
        remoteUser(name, { externalId: null, active: false }),
        remoteUser(name, { displayName: '', firstName: '', lastName: '', email: '' }),
      ];
      return variants[i % variants.length];
    });
    for (const user of users) packed.add(user);
    expect(packed.length).toBe(users.length);
    expect(users.map((_, slot) => packed.at(slot))).toEqual(users);
  });

  it('of groups as well', () => {
    const packed = PackedFacts.ofGroups();
    const groups: GroupFacts[] = [
      remoteGroup('devs', { description: LONG }),
      remoteGroup('staff', { description: '', active: false }),
    ];
    for (const group of groups) packed.add(group);
    expect(groups.map((_, slot) => packed.at(slot))).toEqual(groups);
  });

  it('are replaced in their slot', () => {
    const packed = PackedFacts.ofUsers();
    for (const name of ['sam', 'kim', 'lee']) packed.add(remoteUser(name));
    const kim = remoteUser('kim', { externalId: null, email: LONG });
    packed.replace(1, kim);
    expect([0, 1, 2].map((slot) => packed.at(slot))).toEqual([
      remoteUser('sam'),
      kim,
      remoteUser('lee'),
    ]);
  });
});
