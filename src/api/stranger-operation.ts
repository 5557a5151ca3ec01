import { type DocumentNode, getOperationAST, Kind, parse } from 'graphql';

/** Both are short; who sends more has not shown who they are yet and is not worth more work. */
const MAX_TOKENS = 500;

/** What is open to everybody: it takes a password, or a token that was sent by mail. */
const OPEN_FIELDS: ReadonlySet<string> = new Set(['signIn', 'resetPassword']);

/** Whether a request does nothing but what is open to everybody: a mutation with one such field alone. */
export function isOpenToStrangers(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { query, operationName } = body as { query?: unknown; operationName?: unknown };
  const document = typeof query === 'string' ? parsed(query) : null;
  const name = typeof operationName === 'string' ? operationName : undefined;
  const operation = document && getOperationAST(document, name);
  if (operation?.operation !== 'mutation') return false;
  const [field, ...others] = operation.selectionSet.selections;
  return field.kind === Kind.FIELD && OPEN_FIELDS.has(field.name.value) && others.length === 0;
}

function parsed(query: string): DocumentNode | null {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch {
    return null;
  }
}
