import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { PageRequest } from '../../domain/index.js';
import type { Finding, FindingCode } from '../../engine/index.js';
import { advise } from '../../usecase/index.js';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.js';
import { FindingCodeEnum } from '../enums.js';
import { type Connection, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { FindingConnection } from '../types/connections.js';
import { FindingObject } from '../types/finding.js';
import { PageArguments } from '../types/page.js';

/** Where a finding stood, and what it was, in case the list has changed since. */
interface Seen {
  readonly position: number;
  readonly mark: string;
}

@Resolver()
export class FindingResolver {
  @Query(() => FindingConnection, {
    description:
      'What an administrator may want to look at, weightier kinds first. It is searched in the background of other requests and kept until something changes; while much changes it may be of a slightly older revision. For administrators.',
  })
  async findings(
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('codes', () => [FindingCodeEnum], {
      nullable: true,
      description: 'Only findings of these kinds; all kinds when left out.',
    })
    codes: FindingCode[] | null,
  ): Promise<Connection<FindingObject>> {
    const viewer = context.administrator();
    const request = pageRequest(page, decodeSeen);
    const { findings } = await advise(context.gateway, viewer);
    const wanted = codes ? findings.filter(({ code }) => codes.includes(code)) : findings;
    const start = startAfter(wanted, request);
    const items = wanted
      .slice(start, start + request.first)
      .map((finding, i) => ({ finding, position: start + i }));
    return toConnection(
      { items, hasMore: start + request.first < wanted.length, total: wanted.length },
      request,
      ({ finding, position }) => encodeCursor('finding', position, markOf(finding)),
      ({ finding }) => new FindingObject(finding, context.now),
    );
  }
}

/** After the finding seen last, wherever it stands now; after its old place when it is gone. */
function startAfter(findings: readonly Finding[], { after }: PageRequest<Seen>): number {
  if (after === null) return 0;
  const { position, mark } = after;
  if (position < findings.length && markOf(findings[position]) === mark) return position + 1;
  const found = findings.findIndex((finding) => markOf(finding) === mark);
  return found < 0 ? position : found + 1;
}

/** Tells findings apart as far as a page needs it. */
function markOf(finding: Finding): string {
  const { code } = finding;
  const parts = [
    'permission' in finding ? finding.permission : '',
    'grant' in finding ? finding.grant.id : '',
    'group' in finding ? finding.group.key : '',
    'groups' in finding ? finding.groups[0].key : '',
    'user' in finding ? `${finding.user.directory.id} ${finding.user.key}` : '',
    'directory' in finding ? finding.directory.id : '',
  ];
  return [code, ...parts.filter((part) => part !== '')].join(' ');
}

function decodeSeen(cursor: string): Seen {
  const [position, mark] = decodeCursor('finding', cursor);
  if (typeof position !== 'number' || position < 0 || typeof mark !== 'string') {
    throw invalidCursor();
  }
  return { position, mark };
}
