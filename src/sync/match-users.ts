import { type NameKey, nameKey, serversId, type User, type UserFacts } from '../domain/index.js';

export interface MatchedUsers {
  /** By slot of the remote users: who that is among the held ones, or `null` for somebody new. */
  readonly held: readonly (User | null)[];
  /** Held users who are nobody on the remote side. */
  readonly gone: readonly User[];
}

/**
 * Who is who. The same external id is the same person under any name. Where one side knows no
 * external id the name decides; two different external ids are two people even under one name, so
 * a name can be taken over (Crowd's `DbCachingRemoteChangeOperations` matches likewise).
 */
export function matchUsers(held: readonly User[], remote: readonly UserFacts[]): MatchedUsers {
  const byExternalId = new Map<string, User>();
  const byKey = new Map<NameKey, User>();
  for (const user of held) {
    if (user.externalId !== null) byExternalId.set(user.externalId, user);
    byKey.set(user.nameKey, user);
  }
  const matched = new Set<User>();
  const found = remote.map(({ externalId }) => {
    const user = externalId === null ? undefined : byExternalId.get(externalId);
    if (user) matched.add(user);
    return user ?? null;
  });
  remote.forEach((facts, slot) => {
    if (found[slot] !== null) return;
    const user = byKey.get(nameKey(facts.name));
    if (!user || matched.has(user)) return;
    if (serversId(facts) !== null && serversId(user) !== null) return;
    matched.add(user);
    found[slot] = user;
  });
  return { held: found, gone: held.filter((user) => !matched.has(user)) };
}
