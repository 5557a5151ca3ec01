import type { IncomingMessage } from 'node:http';
import {
  type ExecutionArgs,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import {
  CloseCode,
  type Context,
  makeServer,
  type Server,
  type SubscribePayload,
} from 'graphql-ws';
import type { WebSocket } from 'ws';
import { GatehouseError, isGatehouseError } from '../domain/index.js';
import type { Gateway } from '../usecase/index.js';
import { awaitRevision } from './at-least.js';
import type { Doorkeeper, Visitor } from './doorkeeper.js';
import { presentError } from './errors.js';
import { MAX_TOKENS, requireWithinLimits } from './limits.js';
import { RequestContext } from './request-context.js';
import { gatehouseSchema } from './schema.js';

const MAX_OPERATIONS_PER_SOCKET = 100;
const SERVICE_RESTART = 1012;

/** One WebSocket and who is at its other end. */
export interface OpenSocket {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** `null` until somebody has said who they are. */
  visitor: Visitor | null;
  /** Given when the socket is closed. */
  readonly until: AbortSignal;
}

type Params = Record<string, unknown> | undefined;
type Socket = Context<Params, OpenSocket>;

/** What is done with the messages of a socket: the same schema, gates, limits and errors as over HTTP. */
export class SocketOperations {
  readonly opened: Server<OpenSocket>['opened'];
  private readonly gateway: Gateway;
  private readonly doorkeeper: Doorkeeper;
  private readonly rules: readonly ValidationRule[];
  private readonly running = new Set<Promise<unknown>>();
  private stopping = false;

  constructor(options: {
    readonly gateway: Gateway;
    readonly doorkeeper: Doorkeeper;
    readonly introspection: boolean;
  }) {
    this.gateway = options.gateway;
    this.doorkeeper = options.doorkeeper;
    this.rules = options.introspection
      ? specifiedRules
      : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const present = (error: GraphQLError) => presentError(error, this.gateway.log);
    const server = makeServer<Params, OpenSocket>({
      onConnect: (socket) => this.connect(socket),
      onSubscribe: (socket, _id, payload) => this.prepare(socket, payload),
      execute: (args) => this.track(execute(args)),
      onError: (_socket, _id, _payload, errors) => errors.map(present),
      onNext: async (socket, _id, _payload, args, result) => {
        if (await this.hasLeft(socket, args)) return { errors: [present(signedOut())] };
        return result.errors && ({ ...result, errors: result.errors.map(present) } as Formatted);
      },
    });
    this.opened = server.opened;
  }

  /** Takes no more operations and waits for queries and mutations that run. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.running);
  }

  /** Lets in whoever said who they are: by the upgrade's header or by the first message. */
  private async connect({ extra, connectionParams }: Socket): Promise<boolean> {
    const authorization = connectionParams?.authorization;
    try {
      if (typeof authorization === 'string') {
        extra.visitor = await this.doorkeeper.identify(extra.request, authorization);
      }
      if (extra.visitor) return true;
      extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
    } catch (error) {
      if (!isGatehouseError(error)) throw error;
      if (error.code === 'UNAUTHENTICATED') {
        extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
      }
    }
    // Closes with `Forbidden` whatever is not closed yet.
    return false;
  }

  private async prepare(
    { extra, subscriptions }: Socket,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    if (!extra.visitor) throw new Error('an operation came before its sender was known');
    if (this.stopping) {
      extra.socket.close(SERVICE_RESTART, 'the gateway is stopping');
      return [refusal(new GatehouseError('SHUTTING_DOWN', {}))];
    }
    if (Object.keys(subscriptions).length > MAX_OPERATIONS_PER_SOCKET) {
      const limit = `${MAX_OPERATIONS_PER_SOCKET} operations at a time on one socket`;
      return [refusal(new GatehouseError('REQUEST_TOO_LARGE', { limit }))];
    }
    const visitor = await this.presentVisitor(extra.visitor, extra);
    if (!visitor) return [signedOut()];
    try {
      const context = new RequestContext(this.gateway, visitor, extra.until);
      return await this.requireExecutable(payload, context);
    } catch (error) {
      if (error instanceof RequestFaults) return error.faults;
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  /**
   * Who a visitor is now: a session may have ended since the socket was opened, which closes it, and
   * is extended by what is asked.
   */
  private async presentVisitor(
    visitor: Visitor,
    { request, socket }: OpenSocket,
  ): Promise<Visitor | null> {
    const { token } = visitor;
    if (token === null) return visitor;
    const viewer = await this.doorkeeper.viewerOf(token, request);
    if (!viewer) socket.close(CloseCode.Unauthorized, 'Unauthorized');
    return viewer && { viewer, token };
  }

  /** Whether a session has ended under a subscription, whose next answer then closes the socket. */
  private async hasLeft(
    { extra: { request, socket, visitor } }: Socket,
    { document, operationName }: ExecutionArgs,
  ): Promise<boolean> {
    const operation = getOperationAST(document, operationName);
    if (!visitor || operation?.operation !== 'subscription') return false;
    if (await this.doorkeeper.isStillIn(visitor, request)) return false;
    socket.close(CloseCode.Unauthorized, 'Unauthorized');
    return true;
  }

  /** Parsed, valid, within limits and not asked too early. @throws RequestFaults, GraphQLError. */
  private async requireExecutable(
    { query, operationName, variables }: SubscribePayload,
    contextValue: RequestContext,
  ): Promise<ExecutionArgs> {
    const schema = gatehouseSchema();
    const document = parsed(query);
    const invalid = validate(schema, document, this.rules);
    if (invalid.length > 0) throw new RequestFaults('GRAPHQL_VALIDATION_FAILED', invalid);
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      const unknown = new GraphQLError('the document has no single operation of this name');
      throw new RequestFaults('OPERATION_RESOLUTION_FAILURE', [unknown]);
    }
    const variableValues = variables ?? {};
    const { errors } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      variableValues,
    );
    if (errors) throw new RequestFaults('BAD_USER_INPUT', errors);
    requireWithinLimits(schema, document, operation, variableValues);
    await awaitRevision(this.gateway, schema, operation, variableValues);
    return { schema, document, operationName, variableValues, contextValue };
  }

  private track<Result>(result: Result): Result {
    const running = Promise.resolve(result);
    this.running.add(running);
    const done = () => this.running.delete(running);
    running.then(done, done);
    return result;
  }
}

type Formatted = FormattedExecutionResult;

/** Faults of a request, with the code that the HTTP side gives them. */
class RequestFaults extends Error {
  readonly faults: readonly GraphQLError[];

  constructor(code: string, errors: readonly GraphQLError[]) {
    super(code);
    this.faults = errors.map(
      ({ message, nodes, source, positions }) =>
        new GraphQLError(message, { nodes, source, positions, extensions: { code } }),
    );
  }
}

function parsed(query: string) {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) throw new RequestFaults('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
}

function signedOut(): GraphQLError {
  return refusal(new GatehouseError('UNAUTHENTICATED', {}));
}

function refusal(originalError: GatehouseError): GraphQLError {
  return new GraphQLError(originalError.message, { originalError });
}
