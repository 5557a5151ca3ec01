import type { WebhookId } from '../domain/index.js';

/** A link as the protocol has it, its address not yet escaped for a format. */
export interface Link {
  readonly href: string;
  readonly rel: 'self' | 'edit';
}

/** Links to users, groups and webhooks below the base that the client itself used. */
export class Links {
  private readonly base: string;

  /** @param base such as `http://localhost:4000/rest/usermanagement/1`. */
  constructor(base: string) {
    this.base = base;
  }

  user(name: string): Link {
    return this.to('/user', 'username', name, 'self');
  }

  userPassword(name: string): Link {
    return this.to('/user/password', 'username', name, 'edit');
  }

  userAttributes(name: string): Link {
    return this.to('/user/attribute', 'username', name, 'self');
  }

  group(name: string): Link {
    return this.to('/group', 'groupname', name, 'self');
  }

  groupAttributes(name: string): Link {
    return this.to('/group/attribute', 'groupname', name, 'self');
  }

  webhook(id: WebhookId): Link {
    return { href: `${this.base}/webhook/${id}`, rel: 'self' };
  }

  private to(resource: string, parameter: string, name: string, rel: Link['rel']): Link {
    return { href: `${this.base}${resource}?${parameter}=${encodeURIComponent(name)}`, rel };
  }
}
