import {
  type GroupFacts,
  MAX_FACT_LENGTH,
  nameFault,
  nameKey,
  type UserFacts,
} from '../../src/domain/index.js';
import type { RemoteDocument } from '../support/scripted-remote.js';
import { inOrder, type NamedContents } from './named-contents.js';

/**
 * What a copy should hold of a document, with sets and loops and no thought of cost. `externalId`
 * is `null` where the document identifies nobody.
 */
export function naivePicture(document: RemoteDocument): NamedContents {
  const users = firstOfEachName(document.users).map((user) => cutFacts(user));
  const groups = firstOfEachName(document.groups).map((group) => cutFacts(group));
  const memberships = new Set<string>();
  const nestings = new Set<string>();
  const done = new Set<GroupFacts>();
  for (const record of document.memberships) {
    const group = referredTo(record.group, document.groups, groups);
    if (!group || done.has(group)) continue;
    done.add(group);
    for (const name of record.users) {
      const user = referredTo(name, document.users, users);
      if (user) memberships.add(`${group.name} > ${user.name}`);
    }
    for (const name of record.childGroups) {
      const child = referredTo(name, document.groups, groups);
      if (child) nestings.add(`${group.name} > ${child.name}`);
    }
  }
  return inOrder({
    users: users.map((user) => ({
      ...user,
      externalId:
        users.filter(({ externalId }) => externalId === user.externalId).length === 1
          ? user.externalId || null
          : null,
    })),
    groups,
    memberships: [...memberships],
    nestings: [...nestings],
  });
}

function firstOfEachName<Row extends { readonly name: string }>(rows: readonly Row[]): Row[] {
  const good = rows.filter(({ name }) => nameFault(name) === null);
  return good.filter(
    ({ name }, i) => good.findIndex((other) => nameKey(other.name) === nameKey(name)) === i,
  );
}

function cutFacts<Facts extends UserFacts | GroupFacts>(facts: Facts): Facts {
  const entries = Object.entries(facts).map(([field, value]) => {
    const keep =
      field === 'name' ||
      typeof value !== 'string' ||
      (value.length <= MAX_FACT_LENGTH && !/[\0\p{Cs}]/u.test(value));
    return [field, keep ? value : field === 'externalId' ? null : ''];
  });
  return Object.fromEntries(entries);
}

/** A spelling that is exactly a record's refers to that record or to nothing; any other goes by key. */
function referredTo<Row extends { readonly name: string }>(
  name: string,
  told: readonly { readonly name: string }[],
  kept: readonly Row[],
): Row | undefined {
  const exact = kept.find((row) => row.name === name);
  if (exact || told.some((row) => row.name === name)) return exact;
  return kept.find((row) => nameKey(row.name) === nameKey(name));
}
