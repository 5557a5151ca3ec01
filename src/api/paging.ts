import {
  DEFAULT_PAGE_SIZE,
  type Page,
  type PageRequest,
  requirePageSize,
} from '../domain/index.js';
import type { PageArguments } from './types/page.js';

/** One page of a list, as a Relay connection. */
export interface Connection<Node, Edge extends ConnectionEdge<Node> = ConnectionEdge<Node>> {
  readonly edges: readonly Edge[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

export interface ConnectionEdge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

/** An edge that says whether a membership is one by itself or through groups in between. */
export interface MembershipEdge<Node> extends ConnectionEdge<Node> {
  readonly direct: boolean;
}

/** @throws GatehouseError `PAGE_INVALID`. */
export function pageRequest<Cursor>(
  page: PageArguments,
  decode: (cursor: string) => Cursor,
): PageRequest<Cursor> {
  return {
    first: requirePageSize(page.first ?? DEFAULT_PAGE_SIZE),
    after: page.after === null || page.after === undefined ? null : decode(page.after),
  };
}

export function toConnection<Item, Node>(
  page: Page<Item>,
  request: PageRequest<unknown>,
  cursorOf: (item: Item) => string,
  toNode: (item: Item) => Node,
): Connection<Node> {
  return connection(page, request, (item) => ({ cursor: cursorOf(item), node: toNode(item) }));
}

export function toMembershipConnection<Item extends { readonly direct: boolean }, Node>(
  page: Page<Item>,
  request: PageRequest<unknown>,
  cursorOf: (item: Item) => string,
  toNode: (item: Item) => Node,
): Connection<Node, MembershipEdge<Node>> {
  return connection(page, request, (item) => ({
    cursor: cursorOf(item),
    node: toNode(item),
    direct: item.direct,
  }));
}

/** A page of a list that is at hand whole, after the item that `isAfter` finds first. */
export function pageOf<Item, Cursor>(
  items: readonly Item[],
  { first, after }: PageRequest<Cursor>,
  isAfter: (item: Item, cursor: Cursor) => boolean,
): Page<Item> {
  const found = after === null ? 0 : items.findIndex((item) => isAfter(item, after));
  const start = found < 0 ? items.length : found;
  return {
    items: items.slice(start, start + first),
    hasMore: start + first < items.length,
    total: items.length,
  };
}

function connection<Item, Node, Edge extends ConnectionEdge<Node>>(
  page: Page<Item>,
  request: PageRequest<unknown>,
  toEdge: (item: Item) => Edge,
): Connection<Node, Edge> {
  const edges = page.items.map(toEdge);
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: page.hasMore,
      hasPreviousPage: request.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges[edges.length - 1]?.cursor ?? null,
    },
    totalCount: page.total,
  };
}
