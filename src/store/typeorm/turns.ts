import { GatehouseError } from '../../domain/index.js';

/** Gives a turn back. Called once. */
export type EndTurn = () => void;

interface Waiter {
  readonly resolve: (end: EndTurn) => void;
  readonly timer: NodeJS.Timeout;
}

/** One at a time, in the order of asking. */
export class Turns {
  private taken = false;
  private readonly waiters: Waiter[] = [];

  /** @throws GatehouseError `STORE_BUSY` when the turn does not come within `waitMs`. */
  take(waitMs: number): Promise<EndTurn> {
    if (!this.taken) {
      this.taken = true;
      return Promise.resolve(this.endTurn());
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(new GatehouseError('STORE_BUSY', { waitedMs: waitMs }));
      }, waitMs);
      const waiter: Waiter = { resolve, timer };
      this.waiters.push(waiter);
    });
  }

  private endTurn(): EndTurn {
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const next = this.waiters.shift();
      if (!next) {
        this.taken = false;
        return;
      }
      clearTimeout(next.timer);
      next.resolve(this.endTurn());
    };
  }
}
