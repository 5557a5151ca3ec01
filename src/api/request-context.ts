import { GatehouseError, type NameKey, type Revision } from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import {
  type Administrator,
  asAdministrator,
  asLicensed,
  asSystemAdministrator,
  type Gateway,
  holds,
  type LicensedViewer,
  type Moment,
  maySee,
  momentAt,
  now,
  type SystemAdministrator,
  type Viewer,
} from '../usecase/index.js';
import type { Browser } from './browser.js';
import type { Visitor } from './doorkeeper.js';
import { createLiveLoaders, type LiveLoaders } from './live-walk.js';
import { createLoaders, type Loaders } from './loaders.js';

/**
 * Who asks, and what they ask of: made anew for each operation. A resolver reaches a use case only
 * through one of the three gates, each of which looks at what the viewer holds *now*.
 */
export class RequestContext {
  readonly gateway: Gateway;
  /** The client, when the operation came over HTTP. */
  readonly browser: Browser | null;
  private visitor: Visitor | null;
  /** Given when whatever this operation has begun must end. */
  readonly until: AbortSignal;
  readonly now: Moment;
  loaders: Loaders;
  live: LiveLoaders;

  /** @param visitor `null` for somebody who is only about to sign in. */
  constructor(
    gateway: Gateway,
    visitor: Visitor | null,
    until: AbortSignal,
    browser: Browser | null = null,
  ) {
    this.gateway = gateway;
    this.visitor = visitor;
    this.until = until;
    this.browser = browser;
    this.now = now(gateway.live);
    this.loaders = createLoaders(gateway.store);
    this.live = createLiveLoaders(this);
  }

  /** @throws GatehouseError `UNAUTHENTICATED` until somebody has signed in. */
  get viewer(): Viewer {
    if (!this.visitor) throw new GatehouseError('UNAUTHENTICATED', {});
    return this.visitor.viewer;
  }

  /** The token that came with the operation, by cookie or with its socket. */
  get token(): string | null {
    return this.browser ? this.browser.token : (this.visitor?.token ?? null);
  }

  /** Whoever has just signed in asks what comes next in the same operation. */
  enter(visitor: Visitor): void {
    this.visitor = visitor;
  }

  /** Forgets what has been read: each answer of a subscription is of its own time. */
  readAnew(): void {
    this.loaders = createLoaders(this.gateway.store);
    this.live = createLiveLoaders(this);
  }

  get index(): PermissionIndex {
    return this.gateway.live.index;
  }

  /** The moment to answer as of: now, or a past one. @throws GatehouseError `INPUT_INVALID`. */
  async at(asOf: Revision | null | undefined): Promise<Moment> {
    return asOf === null || asOf === undefined ? this.now : momentAt(this.gateway, asOf);
  }

  /** @throws GatehouseError `PERMISSION_DENIED`, as do the next two. */
  licensed(): LicensedViewer {
    return asLicensed(this.index, this.viewer);
  }

  administrator(): Administrator {
    return asAdministrator(this.index, this.viewer);
  }

  systemAdministrator(): SystemAdministrator {
    return asSystemAdministrator(this.index, this.viewer);
  }

  /** Whether the viewer may read what concerns others. */
  seesOthers(): boolean {
    return holds(this.index, this.viewer, this.index.scheme.scheme.administration);
  }

  /** Whether the viewer may read what concerns a name. @throws `PERMISSION_DENIED` without a seat. */
  sees(user: NameKey): boolean {
    return maySee(this.index, this.licensed(), user);
  }
}
