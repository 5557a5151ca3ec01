import 'reflect-metadata';
import {
  type GraphQLSchema,
  lexicographicSortSchema,
  printSchema,
  specifiedDirectives,
} from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { AT_LEAST } from './at-least.js';
import { ApplicationResolver } from './resolvers/application-resolver.js';
import { DeletedUserResolver } from './resolvers/deleted-user-resolver.js';
import { DirectoryMutations } from './resolvers/directory-mutations.js';
import { DirectoryOrderMutations } from './resolvers/directory-order-mutations.js';
import { DirectoryResolver, RunResolver } from './resolvers/directory-resolver.js';
import { DirectoryServerMutations } from './resolvers/directory-server-mutations.js';
import { ExpansionResolver, GrantResolver } from './resolvers/expansion-resolver.js';
import { DerivationStepResolver, ExplanationResolver } from './resolvers/explanation-resolver.js';
import { FindingResolver } from './resolvers/finding-resolver.js';
import { GrantMutations } from './resolvers/grant-mutations.js';
import { GroupMutations } from './resolvers/group-mutations.js';
import { GroupResolver } from './resolvers/group-resolver.js';
import { HistoryResolver } from './resolvers/history-resolver.js';
import { LicenceWarningResolver } from './resolvers/licence-warning-resolver.js';
import { NodeResolver } from './resolvers/node-resolver.js';
import { PasswordResolver } from './resolvers/password-resolver.js';
import {
  EffectivePermissionResolver,
  EffectivePermissionsResolver,
  PermissionResolver,
} from './resolvers/permission-resolver.js';
import { PreviewQueries } from './resolvers/preview-queries.js';
import {
  PermissionMoveResolver,
  PermissionPreviewResolver,
  PreviewResolver,
} from './resolvers/preview-resolver.js';
import { SelfAuditResolver } from './resolvers/self-audit-resolver.js';
import { SessionResolver } from './resolvers/session-resolver.js';
import { SettingsResolver } from './resolvers/settings-resolver.js';
import { SynchronisationResolver } from './resolvers/synchronisation-resolver.js';
import { UserMutations } from './resolvers/user-mutations.js';
import { UserResolver } from './resolvers/user-resolver.js';
import { ViewerResolver } from './resolvers/viewer-resolver.js';
import { WebhookResolver } from './resolvers/webhook-resolver.js';

/** The builder wants one as soon as there are subscriptions; ours read the log and publish nothing. */
const INERT_PUB_SUB: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('subscriptions of this schema bring their own source');
  },
};

const ROOT_DESCRIPTIONS = {
  Query:
    'What can be asked. Every answer is for the viewer: users read what concerns themselves, administrators read everything.',
  Mutation:
    'What can be changed. Each payload carries the revision of the change; a refusal changes nothing and says in `extensions.code` why.',
  Subscription: 'What can be followed, over WebSocket (`graphql-transport-ws`).',
};

let built: GraphQLSchema | null = null;

/** The schema of every gateway in this process; it holds no state of any. */
export function gatehouseSchema(): GraphQLSchema {
  built ??= build();
  return built;
}

/** The schema as `schema/schema.graphql` keeps it: sorted, with its descriptions. */
export async function printGatehouseSchema(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(gatehouseSchema()))}\n`;
}

function build(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      ApplicationResolver,
      DeletedUserResolver,
      DerivationStepResolver,
      DirectoryMutations,
      DirectoryOrderMutations,
      DirectoryResolver,
      DirectoryServerMutations,
      EffectivePermissionResolver,
      EffectivePermissionsResolver,
      ExpansionResolver,
      ExplanationResolver,
      FindingResolver,
      GrantMutations,
      GrantResolver,
      GroupMutations,
      GroupResolver,
      HistoryResolver,
      LicenceWarningResolver,
      SynchronisationResolver,
      NodeResolver,
      PasswordResolver,
      PermissionMoveResolver,
      PermissionPreviewResolver,
      PermissionResolver,
      PreviewQueries,
      PreviewResolver,
      RunResolver,
      SelfAuditResolver,
      SessionResolver,
      SettingsResolver,
      UserMutations,
      UserResolver,
      ViewerResolver,
      WebhookResolver,
    ],
    validate: false,
    pubSub: INERT_PUB_SUB,
    directives: [...specifiedDirectives, AT_LEAST],
  });
  for (const [name, description] of Object.entries(ROOT_DESCRIPTIONS)) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  return schema;
}
