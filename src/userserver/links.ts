import type { WebhookId } from '../domain/index.js';

/** A link as the protocol has it, its address not yet escaped for a format. */
export interface Link {
  readonly href: string;
  readonly rel: 'self' | 'edit';
}

/** Links to users, groups, sessions and webhooks below the base that the client itself used. */
export class Links {
  /** Such as `http://localhost:4000/rest/usermanagement/1`. */
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  user(name: string): Link {
    return this.to('/user', { username: name });
  }

  userPassword(name: string): Link {
    return { ...this.to('/user/password', { username: name }), rel: 'edit' };
  }

  userAttributes(name: string): Link {
    return this.to('/user/attribute', { username: name });
  }

  userAttribute(name: string, attribute: string): Link {
    return this.to('/user/attribute', { username: name, attributename: attribute });
  }

  /** A group that a user is in, as seen from the user. */
  groupOfUser(user: string, group: string): Link {
    return this.to('/user/group/direct', { username: user, groupname: group });
  }

  group(name: string): Link {
    return this.to('/group', { groupname: name });
  }

  groupAttributes(name: string): Link {
    return this.to('/group/attribute', { groupname: name });
  }

  session(token: string): Link {
    return { href: `${this.base}/session/${encodeURIComponent(token)}`, rel: 'self' };
  }

  webhook(id: WebhookId): Link {
    return { href: `${this.base}/webhook/${id}`, rel: 'self' };
  }

  groupAttribute(name: string, attribute: string): Link {
    return this.to('/group/attribute', { groupname: name, attributename: attribute });
  }

  userOfGroup(group: string, user: string): Link {
    return this.to('/group/user/direct', { groupname: group, username: user });
  }

  childGroup(group: string, child: string): Link {
    return this.to('/group/child-group/direct', {
      groupname: group,
      'child-groupname': child,
    });
  }

  parentGroup(group: string, parent: string): Link {
    return this.to('/group/parent-group/direct', {
      groupname: group,
      'parent-groupname': parent,
    });
  }

  private to(resource: string, parameters: Readonly<Record<string, string>>): Link {
    const query = Object.entries(parameters)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    return { href: `${this.base}${resource}?${query}`, rel: 'self' };
  }
}
