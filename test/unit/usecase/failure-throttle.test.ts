import { beforeEach, describe, expect, it } from '@jest/globals';
import { FailureThrottle } from '../../../src/usecase/index.js';
import { StandingClock } from '../../support/gateway.js';

const MINUTE = 60_000;

describe('the throttle of wrong passwords', () => {
  let clock: StandingClock;
  let throttle: FailureThrottle;
  let looked: number;

  beforeEach(() => {
    clock = new StandingClock();
    throttle = new FailureThrottle(clock);
    looked = 0;
  });

  /** One try; what is told of it: whether the password was right, or for how long to wait. */
  const attempt = (account: string, right: boolean, work = Promise.resolve()) =>
    throttle
      .attempt(
        account,
        async () => {
          looked++;
          await work;
          return right;
        },
        (result) => !result,
      )
      .catch((error: { code: string; details: { retryAfterSeconds?: number } }) =>
        error.code === 'TOO_MANY_ATTEMPTS' ? error.details.retryAfterSeconds : error.code,
      );
  const fail = async (account: string, times: number) => {
    for (let i = 0; i < times; i++) await attempt(account, false);
  };

  it('lets five be wrong within a minute, and then nobody look, until it is over', async () => {
    await fail('ann', 4);
    clock.advance(20_000);
    await fail('ann', 1);
    expect([await attempt('ann', true), await attempt('bob', true)]).toEqual([40, true]);
    clock.advance(39_999);
    expect(await attempt('ann', true)).toBe(1);
    expect(looked).toBe(6);
    clock.advance(1);
    expect(await attempt('ann', true)).toBe(true);
    expect(await attempt('ann', false)).toBe(false);
  });

  it('does not count right ones, and does not forgive wrong ones for their sake', async () => {
    for (let i = 0; i < 20; i++) expect(await attempt('ann', true)).toBe(true);
    await fail('ann', 4);
    expect(await attempt('ann', true)).toBe(true);
    await fail('ann', 1);
    expect(await attempt('ann', true)).toBe(60);
  });

  it('does not count what fails by itself', async () => {
    const broken = () => attempt('ann', false, Promise.reject({ code: 'STORE_BUSY' }));
    for (let i = 0; i < 10; i++) expect(await broken()).toBe('STORE_BUSY');
    expect(await attempt('ann', true)).toBe(true);
  });

  it('gives a thousand guesses at once no more answers than one after another', async () => {
    const guesses = Array.from({ length: 1_000 }, () => attempt('ann', false));
    const told = await Promise.all(guesses);
    expect(looked).toBe(5);
    expect(told.filter((answer) => answer === false)).toHaveLength(5);
    expect(told.filter((answer) => answer === 60)).toHaveLength(995);
  });

  it('lets all of those in who are right at once', async () => {
    const told = await Promise.all(Array.from({ length: 100 }, () => attempt('ann', true)));
    expect(told.every((answer) => answer === true)).toBe(true);
  });

  it('keeps as many waiting as may still be wrong, and lets them in one by one', async () => {
    await fail('ann', 4);
    let answer = (): void => undefined;
    const slow = attempt(
      'ann',
      true,
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    const next = attempt('ann', true);
    const other = await attempt('bob', true);
    expect([looked, other]).toEqual([6, true]);
    answer();
    expect([await slow, await next, looked]).toEqual([true, true, 7]);
  });

  it('counts a name however it goes on after the longest there can be', async () => {
    const longest = 'a'.repeat(255);
    await fail(`${longest}1`, 3);
    await fail(`${longest}2`, 2);
    expect(await attempt(longest, true)).toBe(60);
    clock.advance(MINUTE);
    expect(await attempt(longest, true)).toBe(true);
  });
});
