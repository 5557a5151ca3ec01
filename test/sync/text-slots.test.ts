import { describe, expect, it } from '@jest/globals';
import { TextSlots } from '../../src/sync/text-slots.js';
import { Random } from '../support/random.js';

describe('TextSlots', () => {
  it('numbers texts in the order in which they come, each once', () => {
    const slots = new TextSlots();
    expect(['b', 'a', 'b', ''].map((text) => slots.add(text))).toEqual([true, true, false, true]);
    expect(['', 'a', 'b', 'c', 'ab'].map((text) => slots.find(text))).toEqual([
      2,
      1,
      0,
      null,
      null,
    ]);
    expect(slots.size).toBe(3);
  });

  it('tells texts apart that look alike, and finds those cut out of longer ones', () => {
    const texts = ['é', 'e\u0301', 'É', '\u{1f600}', '\ud83d', '\ude00', 'a\0b', 'a', 'a\0'];
    const slots = new TextSlots();
    expect(texts.map((text) => slots.add(text))).toEqual(texts.map(() => true));
    expect(texts.map((text) => slots.find(`<${text}>`.slice(1, -1)))).toEqual([...texts.keys()]);
  });

  it('holds what a map would hold while it grows', () => {
    const random = new Random(7);
    const slots = new TextSlots();
    const map = new Map<string, number>();
    const anyText = () => 'x'.repeat(random.below(300)) + random.below(40_000).toString(36);
    for (let i = 0; i < 30_000; i++) {
      const text = anyText();
      expect(slots.add(text)).toBe(!map.has(text));
      if (!map.has(text)) map.set(text, map.size);
    }
    expect(slots.size).toBe(map.size);
    for (const [text, slot] of map) expect(slots.find(text)).toBe(slot);
    for (let i = 0; i < 10_000; i++) {
      const text = anyText();
      expect(slots.find(text)).toBe(map.get(text) ?? null);
    }
  });
});
