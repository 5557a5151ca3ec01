import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLError,
  GraphQLNonNull,
  type GraphQLSchema,
  getDirectiveValues,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { isGatehouseError, type Revision } from '../domain/index.js';
import type { Gateway } from '../usecase/index.js';
import { RevisionScalar } from './scalars.js';

/** How long a reader waits for a revision that another process has made. */
const WAIT_MS = 2_000;

/** By which a reader says how far the answer must have got. */
export const AT_LEAST = new GraphQLDirective({
  name: 'atLeast',
  description:
    'Answers the query once this process knows the revision, such as that of a payload from another process: whoever writes in one place so reads it in every other. Waits for two seconds at most; then nothing is asked and the error is `REVISION_NOT_REACHED`.',
  locations: [DirectiveLocation.QUERY],
  args: {
    revision: {
      type: new GraphQLNonNull(RevisionScalar),
      description: 'The revision that the answer must not be older than.',
    },
  },
});

/**
 * Waits for the revision that an operation asks for, if it does. The operation must be valid.
 * @throws GraphQLError around a `REVISION_NOT_REACHED`.
 */
export async function awaitRevision(
  gateway: Gateway,
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (!operation.directives?.some(({ name }) => name.value === AT_LEAST.name)) return;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // Variables that are wrong are told by whoever executes the operation.
  if (!coerced) return;
  const asked = getDirectiveValues(AT_LEAST, operation, coerced);
  try {
    await gateway.live.reach(asked?.revision as Revision, WAIT_MS);
  } catch (error) {
    if (!isGatehouseError(error)) throw error;
    throw new GraphQLError(error.message, { nodes: operation, originalError: error });
  }
}
