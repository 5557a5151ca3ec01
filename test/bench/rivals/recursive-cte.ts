import type { DataSet } from '../dataset/data-set.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import type { CanonicalFacts } from '../limit/canonical-facts.js';

/** The facts as tables that suit the question best, for either database. */
export interface Table {
  readonly name: string;
  /** With the keys that the queries use. */
  readonly columns: string;
  readonly rows: Iterable<readonly (string | number)[]>;
}

/** The groups of a user and those above them; UNION ends at a cycle. */
const ABOVE = `WITH RECURSIVE above(node) AS (
  SELECT member.node FROM person JOIN member ON member.person = person.id WHERE person.name = ?
  UNION
  SELECT nesting.parent FROM above JOIN nesting ON nesting.child = above.node
)`;

/** Parameters: the name, then name and permission, then the permission. */
export const CHECK = `${ABOVE} SELECT EXISTS (
  SELECT 1 FROM person JOIN person_grant ON person_grant.person = person.id
  WHERE person.name = ? AND person_grant.permission = ?
) OR EXISTS (
  SELECT 1 FROM above JOIN node_grant ON node_grant.node = above.node WHERE node_grant.permission = ?
) AS allowed`;

/** Parameter: the name. */
export const GROUPS = `${ABOVE} SELECT node.name FROM above JOIN node ON node.id = above.node`;

/** Parameters: the permission, twice. */
export const HOLDERS = `WITH RECURSIVE below(node) AS (
  SELECT node_grant.node FROM node_grant WHERE node_grant.permission = ?
  UNION
  SELECT nesting.child FROM below JOIN nesting ON nesting.parent = below.node
) SELECT person.name FROM person JOIN (
  SELECT member.person AS id FROM below JOIN member ON member.node = below.node
  UNION
  SELECT person_grant.person FROM person_grant WHERE person_grant.permission = ?
) holder ON holder.id = person.id`;

/**
 * @param text type of a column that holds a name and compares it by its bytes.
 * Users who are inactive, or in no directory, are left out.
 */
export function tablesOf(data: DataSet, facts: CanonicalFacts, text: string): Table[] {
  return [
    {
      name: 'person',
      columns: `id INTEGER PRIMARY KEY, name ${text} NOT NULL, UNIQUE (name)`,
      rows: activeUsers(data, facts),
    },
    {
      name: 'node',
      columns: `id INTEGER PRIMARY KEY, name ${text} NOT NULL`,
      rows: mapped(facts.nodeGroups, (group, node) => [node, data.groupNames[group]]),
    },
    {
      name: 'member',
      columns: 'person INTEGER, node INTEGER, PRIMARY KEY (person, node), UNIQUE (node, person)',
      rows: memberRows(facts),
    },
    {
      name: 'nesting',
      columns: 'child INTEGER, parent INTEGER, PRIMARY KEY (child, parent), UNIQUE (parent, child)',
      rows: mapped(facts.nestings.members, (child, i) => [child, facts.nestings.groups[i]]),
    },
    {
      name: 'person_grant',
      columns: 'person INTEGER, permission VARCHAR(20), PRIMARY KEY (person, permission)',
      rows: grantRows(facts.userGrants, (user) => facts.active[user] === 1),
    },
    {
      name: 'node_grant',
      columns: 'node INTEGER, permission VARCHAR(20), PRIMARY KEY (node, permission)',
      rows: grantRows(facts.nodeGrants, () => true),
    },
  ];
}

type Row = readonly (string | number)[];

function* mapped(values: Int32Array, row: (value: number, i: number) => Row): Iterable<Row> {
  for (let i = 0; i < values.length; i++) yield row(values[i], i);
}

function* activeUsers(data: DataSet, facts: CanonicalFacts): Iterable<Row> {
  for (let user = 0; user < data.userNames.length; user++) {
    if (facts.active[user] === 1) yield [user, data.userNames[user]];
  }
}

/** In the order of the key, which is the fastest to write. */
function* memberRows({ active, memberships }: CanonicalFacts): Iterable<Row> {
  const { members, groups } = memberships;
  const order = Int32Array.from(members.keys()).sort(
    (a, b) => members[a] - members[b] || groups[a] - groups[b],
  );
  for (const i of order) if (active[members[i]] === 1) yield [members[i], groups[i]];
}

function* grantRows(masks: Uint8Array, counts: (number: number) => boolean): Iterable<Row> {
  for (let number = 0; number < masks.length; number++) {
    if (masks[number] === 0 || !counts(number)) continue;
    for (const [bit, permission] of PERMISSIONS.entries()) {
      if (masks[number] & (1 << bit)) yield [number, permission];
    }
  }
}

/** Rows in statements of at most `size` rows, as the values of each statement one after another. */
export function* batchesOf(rows: Iterable<Row>, size: number): Generator<Row[]> {
  let batch: Row[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
