import { describe, expect, it } from '@jest/globals';
import { everyAnswer, ScenarioState } from '../../support/scenario-state.js';
import { type History, KNOWN, randomHistory } from '../../trial/histories.js';

const HISTORIES = Array.from({ length: 10 }, (_, i) => ({ seed: i + 1 }));

/** Walks a history and calls `atStep` with the state before each step and what the step will write. */
function walk(
  { setup, steps }: History,
  atStep: (
    state: ScenarioState,
    written: ReturnType<ScenarioState['author']['perform']>,
    before: unknown,
  ) => void,
): void {
  const state = new ScenarioState(setup);
  for (const step of steps) {
    const before = everyAnswer(state.index, KNOWN);
    const written = state.author.perform(step);
    atStep(state, written, before);
    state.feed(written);
  }
}

describe('whatIf', () => {
  it.each(HISTORIES)('leaves every answer as it was, history $seed', ({ seed }) => {
    walk(randomHistory(seed, 8), (state, { changes, reloads }, before) => {
      expect(state.index.whatIf(changes, () => 'asked', reloads)).toBe('asked');
      expect(everyAnswer(state.index, KNOWN)).toEqual(before);
    });
  });

  it.each(HISTORIES)('answers as if the change had happened, history $seed', ({ seed }) => {
    walk(randomHistory(seed, 8), (state, { changes, reloads }) => {
      const tried = state.index.whatIf(changes, (index) => everyAnswer(index, KNOWN), reloads);
      expect(tried).toEqual(everyAnswer(state.rebuilt(), KNOWN));
    });
  });

  it.each(HISTORIES)(
    'leaves every answer as it was when asking fails, history $seed',
    ({ seed }) => {
      walk(randomHistory(seed, 8), (state, { changes, reloads }, before) => {
        const failing = () => {
          throw new RangeError('asked too much');
        };
        expect(() => state.index.whatIf(changes, failing, reloads)).toThrow(RangeError);
        expect(everyAnswer(state.index, KNOWN)).toEqual(before);
        state.feed({ changes, reloads });
      });
    },
  );

  it('can be asked within itself', () => {
    const state = ScenarioState.of({
      directories: [{ name: 'staff', users: ['ann'], groups: { users: {}, admins: {} } }],
      grants: { LICENSED_USER: ['users'], ADMIN: ['admins'] },
    });
    const before = everyAnswer(state.index, KNOWN);
    const [{ directory }] = state.author.facts.directories;
    const join = (group: string) =>
      ({ kind: 'MembershipAdded', directoryId: directory.id, group, user: 'ann' }) as const;
    const answers = state.index.whatIf([join('users')], (outer) => {
      const inner = outer.whatIf([join('admins')], (index) => index.effectivePermissions('ann'));
      return [inner, outer.effectivePermissions('ann')];
    });
    expect(answers).toEqual([['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN'], ['LICENSED_USER']]);
    expect(everyAnswer(state.index, KNOWN)).toEqual(before);
  });
});

describe('effectOf', () => {
  it.each(HISTORIES)('tells who gains and who loses, history $seed', ({ seed }) => {
    walk(randomHistory(seed, 8), (state, { changes, reloads }, before) => {
      const within = 0b0011;
      const held = KNOWN.users.map((user) => state.index.maskOf(user));
      const licenceBefore = state.index.licence();
      const effect = state.index.effectOf(changes, within, reloads);
      expect(everyAnswer(state.index, KNOWN)).toEqual(before);
      const after = state.rebuilt();
      const holds = KNOWN.users.map((user) => after.maskOf(user));
      const gained = holds.map((mask, i) => mask & ~held[i]);
      const lost = held.map((mask, i) => mask & ~holds[i]);
      for (const [moved, told] of [
        [gained, effect.gained],
        [lost, effect.lost],
      ] as const) {
        expect(told.mask).toBe(moved.reduce((mask, bits) => mask | bits, 0));
        expect(told.users).toBe(moved.filter((bits) => bits !== 0).length);
        const outside = KNOWN.users.filter((_, i) => moved[i] & ~within);
        if (outside.length === 0) expect(told.outside).toBeNull();
        else expect(outside).toContain(told.outside);
      }
      expect(effect.licenceBefore).toEqual(licenceBefore);
      expect(effect.licenceAfter).toEqual(after.licence());
    });
  });
});
