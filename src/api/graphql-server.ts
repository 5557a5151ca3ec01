import { ApolloServer, type ApolloServerPlugin, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError } from 'graphql';
import type { Log } from '../usecase/index.js';
import { awaitRevision } from './at-least.js';
import { presentError } from './errors.js';
import { MAX_TOKENS, requireWithinLimits } from './limits.js';
import type { RequestContext } from './request-context.js';
import { gatehouseSchema } from './schema.js';

/**
 * Faults that the GraphQL over HTTP draft answers with 200 for `application/json`, because old
 * clients take another status for a failure of the transport.
 */
const WELL_FORMED_BUT_WRONG: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** The library with everything that speaks to others, or of our insides, switched off. */
export async function startGraphqlServer(options: {
  readonly introspection: boolean;
  readonly log: Log;
}): Promise<ApolloServer<RequestContext>> {
  const { introspection, log } = options;
  const server = new ApolloServer<RequestContext>({
    schema: gatehouseSchema(),
    introspection,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    // `cross-site.ts` asks for the same headers, but of browsers only.
    csrfPrevention: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    formatError: (formatted, error) =>
      presentError(
        error instanceof GraphQLError
          ? error
          : new GraphQLError(formatted.message, { originalError: asError(error) }),
        log,
      ),
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: unknown) => log.warn({}, String(message)),
      error: (message: unknown) => log.error({}, String(message)),
    },
    plugins: [
      limits,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return server;
}

/** The status to answer with: what the library says, but for faults inside `application/json`. */
export function statusOf({ status, headers, body }: HTTPGraphQLResponse): number {
  const json = headers.get('content-type')?.startsWith('application/json') ?? false;
  if (status !== 400 || !json || body.kind !== 'complete') return status ?? 200;
  const { errors } = JSON.parse(body.string) as {
    readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
  };
  const wellFormed = errors?.every(({ extensions }) => WELL_FORMED_BUT_WRONG.has(extensions?.code));
  return wellFormed ? 200 : 400;
}

const limits: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request, contextValue }) {
        if (!operation) return;
        const variables = request.variables ?? {};
        requireWithinLimits(schema, document, operation, variables);
        await awaitRevision(contextValue.gateway, schema, operation, variables);
      },
    };
  },
};

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
