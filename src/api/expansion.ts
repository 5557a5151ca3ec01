import { askAboutAll, type Moment } from '../usecase/index.js';
import type { Soon } from './answers.js';
import type { RequestContext } from './request-context.js';
import { ExpansionNodeObject } from './types/expansion.js';

/** The roots of the tree below a group name. @throws GatehouseError `PERMISSION_DENIED`. */
export function expansionOf(
  context: RequestContext,
  group: string,
  at: Moment,
): Soon<ExpansionNodeObject[]> {
  return askAboutAll(context.administrator(), at, (index) =>
    index.expand(group).map((node) => new ExpansionNodeObject(node, at)),
  );
}
