import type { GraphqlClient } from '../../src/cli/demo/graphql-client.js';

/** A field of the schema's Mutation, and its arguments by name. */
export type Mutation = readonly [field: string, args: Readonly<Record<string, unknown>>];

/** Types of the arguments that have the same wherever they come; `input` is asked for by field. */
const TYPES: Readonly<Record<string, string>> = {
  id: 'ID!',
  group: 'ID!',
  deletedUser: 'ID!',
  member: 'SubjectInput!',
  mode: 'MembershipMode!',
  order: '[ID!]!',
  expectedRevision: 'Revision!',
};

/** What a rule of the gateway says, as it should, to changes that were made up without looking. */
const REFUSALS: ReadonlySet<string> = new Set([
  'DIRECTORY_STILL_ACTIVE',
  'LAST_INTERNAL_DIRECTORY',
  'MEMBERSHIP_EXISTS',
  'MEMBERSHIP_NOT_FOUND',
  'NAME_TAKEN',
  'NOT_FOUND',
  'NO_WRITABLE_DIRECTORY',
]);

/** @throws Error as `GraphqlClient.ask`. */
export async function mutate(client: GraphqlClient, [field, args]: Mutation): Promise<void> {
  const typeOf = (name: string) =>
    name === 'input' ? `${field[0].toUpperCase()}${field.slice(1)}Input!` : TYPES[name];
  const names = Object.keys(args);
  const declared = names.map((name) => `$${name}: ${typeOf(name)}`).join(', ');
  const passed = names.map((name) => `${name}: $${name}`).join(', ');
  await client.ask(`mutation (${declared}) { ${field}(${passed}) { revision } }`, args);
}

/** Makes changes one after the other, up to one that a rule refuses. @returns how many were made. */
export async function mutateWhileAllowed(
  client: GraphqlClient,
  mutations: readonly Mutation[],
): Promise<number> {
  for (const [made, mutation] of mutations.entries()) {
    try {
      await mutate(client, mutation);
    } catch (error) {
      const [, code = ''] = /^([A-Z_]+): /.exec(String((error as Error).message)) ?? [];
      if (!REFUSALS.has(code)) throw error;
      return made;
    }
  }
  return mutations.length;
}
