import type { NpmClientOptions } from './npm-client.js';

/** What each client changes or has changed by mail, with arguments that are good in the company that is settled for writes. */
export const WRITTEN_CALLS: Readonly<
  Record<NpmClientOptions['client'], Readonly<Record<string, readonly unknown[]>>>
> = {
  'atlassian-crowd-client': {
    'user.create': [{ model: 'User', of: ['Kim', 'Poe', 'Kim Poe', 'k@example.org', 'kim', 'pw'] }],
    'user.update': ['ann', { model: 'User', of: ['Ann', 'Ray', 'Ann Ray', 'a@x.org', 'ann'] }],
    'user.rename': ['ann', 'anna'],
    'user.remove': ['ann'],
    'user.attributes.set': ['ann', { model: 'Attributes', of: [{ phone: 17 }] }],
    'user.attributes.remove': ['ann', 'phone'],
    'user.password.set': ['ann', 'another'],
    'user.password.reset': ['ann'],
    'user.groups.add': ['bob', 'devs'],
    'user.groups.remove': ['ann', 'devs'],
    'group.create': [{ model: 'Group', of: ['crew', 'all hands'] }],
    'group.update': ['devs', { model: 'Group', of: ['devs', 'who develop'] }],
    'group.remove': ['devs'],
    'group.attributes.set': ['devs', { model: 'Attributes', of: [{ cost: 'x1' }] }],
    'group.attributes.remove': ['devs', 'cost'],
    'group.users.add': ['devs', 'bob'],
    'group.users.remove': ['devs', 'ann'],
    'group.parents.add': ['admins', 'juniors'],
    'group.children.add': ['juniors', 'admins'],
    'group.children.remove': ['devs', 'juniors'],
  },
  'atlassian-crowd-patched': {
    'user.create': ['Kim', 'Poe', 'Kim Poe', 'kim@example.org', 'kim', 'pw'],
    'user.remove': ['ann'],
    'user.changepassword': ['ann', 'another'],
    'user.setAttributes': ['ann', 'phone', ['17']],
    'user.removeAttribute': ['ann', 'phone'],
    'groups.create': ['crew', 'all hands'],
    'groups.createNested': ['juniors', 'admins', ''],
    'groups.remove': ['devs'],
    'groups.addmember': ['bob', 'devs'],
    'groups.removemember': ['ann', 'devs'],
  },
};
