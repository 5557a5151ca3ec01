import { ArgsType, type ClassType, Field, ID, Int, ObjectType } from 'type-graphql';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../domain/index.js';

export const DEFAULT_DERIVATIONS = 10;

/** What every list takes. A value given as null is taken as left out. */
@ArgsType()
export class PageArguments {
  @Field(() => Int, {
    nullable: true,
    description: `How many items at most, from 1 to ${MAX_PAGE_SIZE}.`,
  })
  readonly first: number | null = DEFAULT_PAGE_SIZE;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of an item of this list; the page begins with the item after it.',
  })
  readonly after?: string | null;
}

/** What a list of users or groups takes. */
@ArgsType()
export class FilteredPageArguments extends PageArguments {
  @Field(() => String, {
    nullable: true,
    description: 'Only names that contain this text, without regard to case.',
  })
  readonly nameContains?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only entries of this directory.' })
  readonly directory?: string | null;
}

/** What a list of members or of groups somebody is in takes. */
@ArgsType()
export class MembershipPageArguments extends PageArguments {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether those that only a further group in between leads to are listed too.',
  })
  readonly nested: boolean | null = false;
}

/** What a list of everybody who holds a permission takes. */
@ArgsType()
export class HolderPageArguments extends PageArguments {
  @Field(() => ID, {
    nullable: true,
    description: 'Only users whose name means an entry of this directory.',
  })
  readonly directory?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Only users to whom no grant of the permission goes directly, neither to them nor to a group they are a direct member of.',
  })
  readonly onlyThroughNesting: boolean | null = false;
}

/** How many ways to a permission are wanted. */
@ArgsType()
export class DerivationArguments {
  @Field(() => Int, {
    nullable: true,
    description: `How many at most, from 1 to ${MAX_PAGE_SIZE}: ways to the permission, or, for a no, grants that would give it.`,
  })
  readonly first: number | null = DEFAULT_DERIVATIONS;
}

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether the list goes on after this page.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether the page was asked for after a cursor.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first item; null when the page is empty.',
  })
  readonly startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last item, to ask for the next page with.',
  })
  readonly endCursor!: string | null;
}

export interface ConnectionWords {
  /** The connection's name without `Connection`. */
  readonly name: string;
  /** What the list is of, in the plural, such as `directories in order`. */
  readonly of: string;
  /** What an item is, with its article, such as `a directory`. */
  readonly item: string;
  /** What `direct` says on an edge; edges have no such field without. */
  readonly direct?: string;
  /** What `complete` says of a page of a list that is searched bit by bit and never counted. */
  readonly complete?: string;
}

/** Makes the connection and edge types of a list. */
export function connectionType(words: ConnectionWords, node: () => ClassType): ClassType {
  @ObjectType(`${words.name}Edge`, { description: `An entry of a list of ${words.of}.` })
  class Edge {
    @Field(() => String, { description: 'Where the entry stands; a page can begin after it.' })
    readonly cursor!: string;

    @Field(node, { description: `${capitalised(words.item)}.` })
    readonly node!: object;
  }
  if (words.direct !== undefined) {
    Field(() => Boolean, { description: words.direct })(Edge.prototype, 'direct');
  }

  @ObjectType(`${words.name}Connection`, { description: `A page of a list of ${words.of}.` })
  class Connection {
    @Field(() => [Edge], { description: 'The entries of this page, in order.' })
    readonly edges!: Edge[];

    @Field(() => [node()], { description: 'The same without their cursors.' })
    readonly nodes!: object[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    readonly pageInfo!: PageInfo;
  }
  if (words.complete === undefined) {
    const description = 'How many there are in the whole list.';
    Field(() => Int, { description })(Connection.prototype, 'totalCount');
  } else {
    Field(() => Boolean, { description: words.complete })(Connection.prototype, 'complete');
  }
  return Connection;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
