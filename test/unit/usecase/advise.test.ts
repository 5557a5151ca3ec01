import { describe, expect, it } from '@jest/globals';
import type { Finding, PermissionIndex } from '../../../src/engine/index.js';
import { type Administrator, advise, type Gateway } from '../../../src/usecase/index.js';

const VIEWER = { type: 'BREAK_GLASS', name: 'operator', address: null } as unknown as Administrator;

/** An index that needs so many slices, and moves on after each so many of them. */
class SlowIndex {
  revision = 1;
  /** Searches begun so far. */
  searches = 0;
  slices = 0;
  movesEvery = Number.POSITIVE_INFINITY;
  private readonly needed: number;

  constructor(needed: number) {
    this.needed = needed;
  }

  *findings(): Generator<void, readonly Finding[]> {
    this.searches++;
    const { revision } = this;
    for (let i = 0; i < this.needed; i++) {
      const until = performance.now() + 3;
      while (performance.now() < until) this.slices += 0;
      this.slices++;
      yield;
      if (this.revision !== revision) throw new Error('searched on after the index had moved');
    }
    return [{ code: 'NO_HOLDER', permission: `P${revision}` }];
  }
}

function gatewayOn(index: SlowIndex): Gateway {
  return { live: { index: index as unknown as PermissionIndex } } as unknown as Gateway;
}

/** Moves the index on in between, as commits do. */
function move(index: SlowIndex, everyMs: number): () => void {
  const timer = setInterval(() => {
    index.revision++;
  }, everyMs);
  return () => clearInterval(timer);
}

describe('advice', () => {
  it('is found in slices between which others have their turn', async () => {
    const gateway = gatewayOn(new SlowIndex(40));
    let turns = 0;
    const timer = setInterval(() => {
      turns++;
    }, 1);
    const { revision, findings } = await advise(gateway, VIEWER);
    clearInterval(timer);
    expect(revision).toBe(1);
    expect(findings).toEqual([{ code: 'NO_HOLDER', permission: 'P1' }]);
    expect(turns).toBeGreaterThan(1);
  });

  it('is kept until the index moves, and sought once for all who wait', async () => {
    const index = new SlowIndex(10);
    const gateway = gatewayOn(index);
    const all = await Promise.all([1, 2, 3].map(() => advise(gateway, VIEWER)));
    expect(new Set(all).size).toBe(1);
    expect(await advise(gateway, VIEWER)).toBe(all[0]);
    expect(index.searches).toBe(1);
    index.revision++;
    expect((await advise(gateway, VIEWER)).revision).toBe(2);
    expect(index.searches).toBe(2);
  });

  it('is of the last revision that held still while the index moves on and on', async () => {
    const index = new SlowIndex(10);
    const gateway = gatewayOn(index);
    const older = await advise(gateway, VIEWER);
    index.revision++;
    const stop = move(index, 1);
    const advice = await advise(gateway, VIEWER);
    stop();
    expect(advice).toBe(older);
    expect((await advise(gateway, VIEWER)).revision).toBe(index.revision);
  });

  it('is found in one go where there is none yet and the index moves on and on', async () => {
    const index = new SlowIndex(10);
    const stop = move(index, 1);
    const { revision, findings } = await advise(gatewayOn(index), VIEWER);
    stop();
    expect(findings).toEqual([{ code: 'NO_HOLDER', permission: `P${revision}` }]);
    expect(index.searches).toBeGreaterThan(1);
  });
});
