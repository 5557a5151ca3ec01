import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromAST,
} from 'graphql';
import { GatehouseError, MAX_PAGE_SIZE } from '../domain/index.js';

/** Longest request body, and longest message over a socket, in bytes. */
export const MAX_REQUEST_BYTES = 1024 * 1024;
/** Most lexical tokens of a document: parsing stops there. */
export const MAX_TOKENS = 20_000;
export const MAX_DEPTH = 12;
/** Most fields that an answer may have when every list is as long as was asked for. */
export const MAX_COST = 100_000;

/** What a field costs by itself that works out a state of the whole gateway. */
export const HEAVY = 5_000;
/** What one costs that asks a server for everything: no more than one in a request. */
export const HEAVIEST = 60_000;
/** What a question to a past state costs on top. */
const PAST = 1_000;

/** What a list without a page size counts as; there are only short ones. */
const UNPAGED_LIST = 4;
/** The same for what the schema tells of itself. The usual query for all of it stays within bounds once. */
const INTROSPECTED_LIST = 8;

type Variables = Readonly<Record<string, unknown>>;

interface Size {
  readonly depth: number;
  readonly cost: number;
}

const EMPTY: Size = { depth: 0, cost: 0 };

/**
 * Refuses an operation that nests too deep or could answer too much. The document must be valid.
 * @throws GraphQLError around a `REQUEST_TOO_LARGE`.
 */
export function requireWithinLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): void {
  const root = schema.getRootType(operation.operation);
  if (!root) return;
  const measure = new Measure(schema, document, defaults(operation, variables));
  const { depth, cost } = measure.sizeOf(operation.selectionSet, root);
  if (depth > MAX_DEPTH) throw tooLarge(`a depth of ${MAX_DEPTH} fields (it has ${depth})`);
  if (cost > MAX_COST) {
    throw tooLarge(`a cost of ${MAX_COST} fields times page sizes (it could have ${cost})`);
  }
}

class Measure {
  private readonly schema: GraphQLSchema;
  private readonly variables: Variables;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments are measured once, so that spreading them often costs the reader nothing. */
  private readonly measured = new Map<string, Size>();

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables) {
    this.schema = schema;
    this.variables = variables;
    this.fragments = new Map(
      document.definitions
        .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map((definition) => [definition.name.value, definition]),
    );
  }

  sizeOf(selection: SelectionSetNode, type: GraphQLCompositeType): Size {
    let depth = 0;
    let cost = 0;
    for (const node of selection.selections) {
      const size =
        node.kind === Kind.FIELD
          ? this.sizeOfField(node, type)
          : node.kind === Kind.INLINE_FRAGMENT
            ? this.sizeOf(node.selectionSet, this.typeNamed(node.typeCondition?.name.value) ?? type)
            : this.sizeOfFragment(node.name.value);
      depth = Math.max(depth, size.depth);
      cost += size.cost;
    }
    return { depth, cost };
  }

  private sizeOfField(node: FieldNode, parent: GraphQLCompositeType): Size {
    const field = fieldOf(parent, node.name.value);
    const type = field && getNamedType(field.type);
    const own = field ? this.ownCost(node, field) : 1;
    if (!field || !node.selectionSet || !isCompositeType(type)) return { depth: 1, cost: own };
    const below = this.sizeOf(node.selectionSet, type);
    return {
      // The library has a bound of its own for how deep the schema may be asked about itself.
      depth: isIntrospectionType(type) ? 1 : below.depth + 1,
      cost: own + this.timesAnswered(node, field, parent) * below.cost,
    };
  }

  private ownCost(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const { complexity } = field.extensions;
    const isPast = node.arguments?.some(
      ({ name, value }) => name.value === 'asOf' && value.kind !== Kind.NULL,
    );
    return (typeof complexity === 'number' ? complexity : 1) + (isPast ? PAST : 0);
  }

  private sizeOfFragment(name: string): Size {
    const known = this.measured.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    const type = fragment && this.typeNamed(fragment.typeCondition.name.value);
    const size = type ? this.sizeOf(fragment.selectionSet, type) : EMPTY;
    this.measured.set(name, size);
    return size;
  }

  /** How many answers a field may have below it: a page, one for each thing listed, or a short list. */
  private timesAnswered(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLCompositeType,
  ): number {
    let times = 1;
    for (const argument of field.args) {
      const given = node.arguments?.find(({ name }) => name.value === argument.name);
      const value = given
        ? valueFromAST(given.value, argument.type, this.variables)
        : argument.defaultValue;
      if (Array.isArray(value)) times = Math.max(times, value.length);
      if (argument.name === 'first')
        times = Math.max(times, pageSize(value, argument.defaultValue));
    }
    const list = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
    const ofPage = parent.name.endsWith('Connection');
    if (times > 1 || !list || ofPage) return times;
    return isIntrospectionType(parent) ? INTROSPECTED_LIST : UNPAGED_LIST;
  }

  private typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

function fieldOf(
  type: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

/** Whatever is no page size is refused by its field and need not be bounded here. */
function pageSize(value: unknown, byDefault: unknown): number {
  const first = value ?? byDefault;
  return typeof first === 'number' ? Math.min(Math.max(first, 1), MAX_PAGE_SIZE) : 1;
}

/** Variables with the defaults that the operation declares. */
function defaults(operation: OperationDefinitionNode, variables: Variables): Variables {
  const declared = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
  );
  return { ...Object.fromEntries(declared), ...variables };
}

function tooLarge(limit: string): GraphQLError {
  const originalError = new GatehouseError('REQUEST_TOO_LARGE', { limit });
  return new GraphQLError(originalError.message, {
    originalError,
    extensions: { http: { status: 400 } },
  });
}
