import { type DocumentNode, getOperationAST, Kind, parse } from 'graphql';

/** A sign-in is short; who sends more has not signed in yet and is not worth more work. */
const MAX_TOKENS = 500;

/**
 * Whether a request does nothing but sign in, the one thing that is open to everybody: a mutation
 * whose only field is `signIn`.
 */
export function isSignIn(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { query, operationName } = body as { query?: unknown; operationName?: unknown };
  const document = typeof query === 'string' ? parsed(query) : null;
  const name = typeof operationName === 'string' ? operationName : undefined;
  const operation = document && getOperationAST(document, name);
  if (operation?.operation !== 'mutation') return false;
  const [field, ...others] = operation.selectionSet.selections;
  return field.kind === Kind.FIELD && field.name.value === 'signIn' && others.length === 0;
}

function parsed(query: string): DocumentNode | null {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch {
    return null;
  }
}
