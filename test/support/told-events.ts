import type { EventOperation, RemoteEvent } from '../../src/connector/index.js';
import type { GroupFacts, UserFacts } from '../../src/domain/index.js';
import { remoteGroup, remoteUser } from './scripted-remote.js';

/** Events as a connector reads them; facts as `remoteUser` and `remoteGroup` make them. */
export const told = {
  user: (operation: EventOperation, name: string, facts: Partial<UserFacts> = {}): RemoteEvent => ({
    subject: 'USER',
    operation,
    user: remoteUser(name, facts),
  }),
  /** A tombstone of Crowd 5 knows nothing but the name. */
  tombstone: (name: string): RemoteEvent => told.user('DELETED', name, { externalId: null }),
  group: (
    operation: EventOperation,
    name: string,
    facts: Partial<GroupFacts> = {},
  ): RemoteEvent => ({ subject: 'GROUP', operation, group: remoteGroup(name, facts) }),
  membership: (
    operation: EventOperation,
    user: string,
    parents: readonly string[],
  ): RemoteEvent => ({ subject: 'MEMBERSHIP', operation, user, parents }),
  nesting: (
    operation: EventOperation,
    group: string,
    parents: readonly string[],
    children: readonly string[] = [],
  ): RemoteEvent => ({ subject: 'NESTING', operation, group, parents, children }),
} as const;
