import fc from 'fast-check';
import type { RemoteDocument } from '../support/scripted-remote.js';

/** Few names and few ids, so that everything collides with everything. */
export function documents(): fc.Arbitrary<RemoteDocument> {
  const userName = fc.constantFrom('a', 'A', 'b', 'B', 'c', 'd', 'e', 'İ', 'i̇', ' a', '');
  const groupName = fc.constantFrom('g', 'G', 'h', 'j', 'k', 'k\u0301', 'ḱ', 'bad\n');
  const user = fc.record({
    name: userName,
    displayName: fc.constantFrom('', 'D', 'x'.repeat(256)),
    firstName: fc.constant(''),
    lastName: fc.constant(''),
    email: fc.constantFrom('', 'a@example.org'),
    active: fc.boolean(),
    externalId: fc.option(fc.constantFrom('1', '2', '3', '4', '5', '6', ''), { freq: 6 }),
  });
  const group = fc.record({
    name: groupName,
    description: fc.constantFrom('', 'text'),
    active: fc.boolean(),
  });
  const membership = fc.record({
    group: groupName,
    users: fc.array(userName, { maxLength: 6 }),
    childGroups: fc.array(groupName, { maxLength: 3 }),
  });
  return fc.record({
    users: fc.array(user, { maxLength: 9 }),
    groups: fc.array(group, { maxLength: 6 }),
    memberships: fc.array(membership, { maxLength: 6 }),
  });
}
