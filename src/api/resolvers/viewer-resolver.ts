import { Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../request-context.js';
import { toUser } from '../types/user.js';
import { ViewerObject } from '../types/viewer.js';

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerObject, {
    description: 'Whoever signed in with this request; also for users without a seat.',
  })
  viewer(@Ctx() context: RequestContext): ViewerObject {
    return toViewer(context);
  }
}

export function toViewer({ viewer, index, now }: RequestContext): ViewerObject {
  const { name, type } = viewer;
  if (type === 'BREAK_GLASS') {
    const permissions = index.scheme.scheme.permissions.map(({ key }) => key);
    return { name, type, user: null, permissions };
  }
  const entry = index.user(name);
  return {
    name,
    type,
    user: entry && toUser(entry, now),
    permissions: index.effectivePermissions(name),
  };
}
