import { asId, type Revision } from '../domain/index.js';
import {
  claimMails,
  claimWebhookCalls,
  type Delivery,
  FOLLOWED_KINDS,
  type Gateway,
  isFollowed,
} from '../usecase/index.js';
import type { Tell } from './while-alive.js';

/** Of one process, so that endpoints that hang leave room for others, and all of them for mails. */
const CALLS_AT_ONCE = { webhooks: 16, mails: 4 } as const;

/**
 * Makes the calls of webhooks and of the mail hook that are due: webhooks as soon as something happens
 * that they are called for, and everything again and again, for whatever was put off, was missed or
 * belongs to a process that is gone. Which of several processes makes a call is decided by its claim.
 */
export class Courier {
  private readonly gateway: Gateway;
  private readonly tell: Tell;
  private readonly underWay = {
    webhooks: new Set<Promise<void>>(),
    mails: new Set<Promise<void>>(),
  };
  /** The last revision that webhooks are called for, of those that this process has heard of; 0 for none. */
  private heard: Revision = asId(0);
  /** The same of those from before it heard; `null` until it has been looked up. */
  private before: Promise<Revision> | null = null;
  private looking: Promise<void> | null = null;
  /** Whether something came up while somebody was looking. */
  private again = false;
  private stopped = false;
  private readonly stopListening: () => void;
  private readonly timer: NodeJS.Timeout;

  /** @param lookEveryMs how often it is looked for calls that are due. */
  constructor(gateway: Gateway, lookEveryMs: number, tell: Tell) {
    this.gateway = gateway;
    this.tell = tell;
    this.stopListening = gateway.live.listen((changes, heard) => {
      const last = changes.findLast(({ change }) => isFollowed(change));
      if (last) this.heard = last.revision;
      if (heard === 'NOT_ALL') this.before = null;
      if (last || heard === 'NOT_ALL') this.look();
    });
    this.timer = setInterval(() => this.look(), lookEveryMs);
    this.look();
  }

  /** Begins no further call and waits for those under way, which takes some seconds at most. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    clearInterval(this.timer);
    await this.looking;
    await Promise.all([...this.underWay.webhooks, ...this.underWay.mails]);
  }

  /** Looks for what is due, once more if somebody is looking already. Never fails. */
  private look(): void {
    if (this.stopped) return;
    if (this.looking) {
      this.again = true;
      return;
    }
    this.again = false;
    this.looking = this.takeDue()
      .catch((error: unknown) => this.tell(error, 'calls that are due could not be looked for'))
      .finally(() => {
        this.looking = null;
        if (this.again) this.look();
      });
  }

  private async takeDue(): Promise<void> {
    const { gateway } = this;
    await this.begin('mails', (most) => claimMails(gateway, most));
    const untold = await this.untold();
    await this.begin('webhooks', (most) => claimWebhookCalls(gateway, untold, most));
  }

  /** Begins as many calls as there is room for; whichever ends next leads to another look. */
  private async begin(
    kind: keyof typeof CALLS_AT_ONCE,
    claim: (most: number) => Promise<Delivery[]>,
  ): Promise<void> {
    const underWay = this.underWay[kind];
    const free = CALLS_AT_ONCE[kind] - underWay.size;
    if (free <= 0) return;
    for (const deliver of await claim(free)) {
      const call = deliver().finally(() => {
        underWay.delete(call);
        this.look();
      });
      underWay.add(call);
    }
  }

  /** The last revision that webhooks are called for. */
  private async untold(): Promise<Revision> {
    this.before ??= this.lookUp();
    // Held as a promise: what is missed during the look-up takes it away, and the next look begins anew.
    const before = await this.before;
    return this.heard > before ? this.heard : before;
  }

  private async lookUp(): Promise<Revision> {
    try {
      return await this.gateway.store.webhooks.lastRevisionOf(FOLLOWED_KINDS);
    } catch (error) {
      this.before = null;
      throw error;
    }
  }
}
